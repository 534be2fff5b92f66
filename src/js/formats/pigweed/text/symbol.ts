import type { CodeSymbol } from "../../../model/symbols.ts";

/** `0x` and at least eight upper-case digits. */
export function renderAddress(address: bigint): string {
  return `0x${address.toString(16).toUpperCase().padStart(8, "0")}`;
}

/** `FILE:LINE`, or `??:?`. @param maxFile keeps the end of a longer file name */
export function renderPlace(symbol: CodeSymbol | undefined, maxFile?: number): string {
  const file = symbol?.file ?? "";
  if (file === "") return "??:?";
  const shown = maxFile !== undefined && file.length > maxFile ? `[...]${file.slice(-maxFile)}` : file;
  return `${shown}:${symbol?.line ?? 0}`;
}

/** `NAME (FILE:LINE)`, with the address for want of a name. Source: specification 16.3. */
export function renderSymbol(address: bigint, symbol: CodeSymbol | undefined, maxFile?: number): string {
  const name = symbol?.name ?? "";
  return `${name === "" ? renderAddress(address) : name} (${renderPlace(symbol, maxFile)})`;
}
