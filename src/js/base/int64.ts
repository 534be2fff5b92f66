const TWO_32 = 0x1_0000_0000;

/** Unsigned 64-bit value of two words. */
export function toU64(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

/** Signed 64-bit value of two words. */
export function toI64(lo: number, hi: number): bigint {
  return BigInt.asIntN(64, toU64(lo, hi));
}

/** A number if it is exact, else undefined: the fast path for small values. */
export function toSafeNumber(lo: number, hi: number): number | undefined {
  return hi >>> 0 < 0x20_0000 ? (hi >>> 0) * TWO_32 + (lo >>> 0) : undefined;
}

/** Lower-case hex, zero-padded to `width` digits; the value must not be negative. */
export function toHex(value: bigint | number, width = 0): string {
  return value.toString(16).padStart(width, "0");
}

export function absDifference(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
