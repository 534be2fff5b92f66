import { SnapshotError } from "../base/errors.ts";
import { ABI_VERSION } from "./layout.ts";

/** One instance of core.wasm. Passed explicitly; there is no global one. */
export interface Core {
  readonly module: WebAssembly.Module;
}

export async function loadCore(source: WebAssembly.Module | BufferSource): Promise<Core> {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  const instance = await WebAssembly.instantiate(module, {});
  const found = (instance.exports["abi_version"] as () => number)();
  if (found !== ABI_VERSION) {
    throw new SnapshotError("AbiMismatch", `loading the core: it is of ABI ${found}, expected ${ABI_VERSION}`, {
      fields: { found, expected: ABI_VERSION },
    });
  }
  return { module };
}
