import { CORE_WASM_BASE64 } from "../abi/embedded/core.generated.ts";

let compiled: Promise<WebAssembly.Module> | undefined;

/** The core that travels inside the package, compiled once per realm. Hosts that refuse to compile need `./lite`. */
export function embeddedCore(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(fromBase64(CORE_WASM_BASE64));
  return compiled;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
