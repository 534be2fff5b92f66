import { ELF_WASM_BASE64 } from "../abi/embedded/elf.generated.ts";

let compiled: Promise<WebAssembly.Module> | undefined;

/** The elf.wasm that travels inside the package, compiled once per realm. */
export function embeddedElf(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(ELF_WASM_BASE64), (c) => c.charCodeAt(0)));
  return compiled;
}
