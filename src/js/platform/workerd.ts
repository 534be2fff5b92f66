// Stands in for embedded.ts in the edge builds. The bundler leaves these imports alone; hosts that refuse to compile at
// run time resolve them to compiled modules.
import type { ModuleName } from "../abi/core.ts";
import btf from "./btf.wasm";
import core from "./core.wasm";
import elf from "./elf.wasm";
import writer from "./writer.wasm";

const MODULES: Readonly<Record<ModuleName, WebAssembly.Module>> = { btf, elf, writer };

/** The core as an importable module of the host. */
export function embeddedCore(): Promise<WebAssembly.Module> {
  return Promise.resolve(core);
}

/** A further module of the package, likewise. */
export function embeddedModule(name: ModuleName): Promise<WebAssembly.Module> {
  return Promise.resolve(MODULES[name]);
}
