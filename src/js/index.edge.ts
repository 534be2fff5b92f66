// The default entry for hosts that refuse to compile Wasm: its build takes the modules by import (scripts/build.mjs).
export * from "./index.ts";
