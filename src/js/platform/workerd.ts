// The bundler leaves this import alone; hosts that refuse to compile at run time resolve it to a compiled module.
import core from "./core.wasm";

/** The core as an importable module of the host. */
export function importedCore(): Promise<WebAssembly.Module> {
  return Promise.resolve(core);
}
