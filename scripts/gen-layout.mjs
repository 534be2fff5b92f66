// Copies the constants of assembly/layout.ts to src/js/abi/layout.ts; a contract test fails when the two differ.
import { readFileSync, writeFileSync } from "node:fs";

export function layoutTwin(source) {
  return source
    .replace(/^(export const \w+): u32 = /gm, "$1 = ")
    .replace(
      "Twin of src/js/abi/layout.ts; a contract test compares them.",
      "Twin of assembly/layout.ts, written by scripts/gen-layout.mjs; a contract test compares them.",
    );
}

if (process.argv[1]?.endsWith("gen-layout.mjs")) {
  writeFileSync("src/js/abi/layout.ts", layoutTwin(readFileSync("assembly/layout.ts", "utf8")));
}
