import type { ModuleName } from "../abi/core.ts";
import { CORE_WASM_BASE64 } from "../abi/embedded/core.generated.ts";

let compiled: Promise<WebAssembly.Module> | undefined;

/** The core that travels inside the package, compiled once per realm. Hosts that refuse to compile need `./lite`. */
export function embeddedCore(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(fromBase64(CORE_WASM_BASE64));
  return compiled;
}

const EMBEDDED: Readonly<Record<ModuleName, () => Promise<string>>> = {
  btf: async () => (await import("../abi/embedded/btf.generated.ts")).BTF_WASM_BASE64,
  elf: async () => (await import("../abi/embedded/elf.generated.ts")).ELF_WASM_BASE64,
  writer: async () => (await import("../abi/embedded/writer.generated.ts")).WRITER_WASM_BASE64,
};

const compiledModules = new Map<ModuleName, Promise<WebAssembly.Module>>();

/** A further module of the package; its bytes are loaded when they are first asked for, and compiled once per realm. */
export function embeddedModule(name: ModuleName): Promise<WebAssembly.Module> {
  let module = compiledModules.get(name);
  if (module === undefined) {
    module = EMBEDDED[name]().then((text) => WebAssembly.compile(fromBase64(text)));
    compiledModules.set(name, module);
  }
  return module;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
