const MAX_I64 = 0x7fff_ffff_ffff_ffffn;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

export function fitsI64(value: bigint): boolean {
  return value >= -MAX_I64 - 1n && value <= MAX_I64;
}

export function fitsU64(value: bigint): boolean {
  return value >= 0n && value <= MAX_U64;
}

/** Integers beyond both 64-bit kinds are read as doubles, as every reader of Inspect does. */
export function narrowNumber(value: bigint | number): bigint | number {
  return typeof value === "bigint" && !fitsI64(value) && !fitsU64(value) ? Number(value) : value;
}
