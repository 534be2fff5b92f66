/** The one file on this side that knows the layout of core.wasm; assembly/abi.ts is its twin. */
export const ABI_VERSION = 1;
