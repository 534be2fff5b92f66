import type { CodeFrame, SymbolImage } from "./symbols.ts";

/** What an address of a stack stands for. */
export type AddressRole = "instruction" | "return";

export interface SymbolizedAddress {
  /** As it was captured. */
  readonly address: bigint;
  /** Where the name was looked up: without the Thumb bit, and inside the call for a return address. */
  readonly lookedUp: bigint;
  readonly role: AddressRole;
  /** Innermost inlined function first; empty if nothing is known. */
  readonly frames: readonly CodeFrame[];
  /** Why there are no frames: the capture could not read the value, or it is a mark and no address. */
  readonly special?: "not-captured" | "exception-return";
}

export interface SymbolizeOptions {
  /** Overrides what the image says: `arm` addresses carry the Thumb bit. */
  readonly arch?: string | undefined;
}

/** What capture code writes where it could not read (specification of the pigweed format, section 23). */
const NOT_CAPTURED: readonly bigint[] = [0xffff_ffffn, 0xffff_ffff_ffff_ffffn];
/** EXC_RETURN: what lr holds in a handler (Armv7-M ARM B1.5.8, Armv8-M ARM). */
const EXCEPTION_RETURN = { first: 0xffff_ff80n, last: 0xffff_fffen };

/**
 * One address with the corrections that a plain lookup leaves out: the Thumb bit is cleared, and a return address is
 * looked up inside the call that it returns from, so that a call at the end of a function that never returns does not
 * show the next function.
 */
export function symbolizeAddress(
  image: SymbolImage | undefined,
  address: bigint,
  role: AddressRole,
  options: SymbolizeOptions = {},
): SymbolizedAddress {
  const isArm = (options.arch ?? image?.arch) === "arm";
  if (NOT_CAPTURED.includes(address)) return { address, lookedUp: address, role, frames: [], special: "not-captured" };
  if (isArm && address >= EXCEPTION_RETURN.first && address <= EXCEPTION_RETURN.last) {
    return { address, lookedUp: address, role, frames: [], special: "exception-return" };
  }
  const even = isArm ? address & ~1n : address;
  const lookedUp = role === "return" && even > 0n ? even - 1n : even;
  return { address, lookedUp, role, frames: image?.frames(lookedUp) ?? [] };
}

/**
 * A backtrace, innermost first: the first address is where the thread was, the others are where it will return to.
 * @param topRole `return` for stacks whose first entry is a return address too
 */
export function symbolizeStack(
  image: SymbolImage | undefined,
  addresses: readonly bigint[],
  options: SymbolizeOptions & { readonly topRole?: AddressRole } = {},
): SymbolizedAddress[] {
  return addresses.map((address, ix) =>
    symbolizeAddress(image, address, ix === 0 ? (options.topRole ?? "instruction") : "return", options),
  );
}
