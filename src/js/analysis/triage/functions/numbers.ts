import type { Dialect } from "../dialect.ts";
import { int, problemValue, type Value } from "../values.ts";

const MIN_I64 = -0x8000_0000_0000_0000n;
const MAX_I64 = 0x7fff_ffff_ffff_ffffn;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/**
 * An integer result. Upstream wraps at 64 bits (or stops the program, by build mode); files in extended mode get a
 * ValueError for what is beyond both 64-bit kinds.
 */
export function integer(value: bigint, dialect: Dialect): Value {
  if (value >= MIN_I64 && value <= MAX_I64) return int(value);
  if (!dialect.exactIntegers) return int(BigInt.asIntN(64, value));
  if (value > MAX_I64 && value <= MAX_U64) return int(value);
  return problemValue({ kind: "ValueError", message: `Integer overflow: ${value} does not fit 64 bits` });
}

/** A float cut to an Int, held at the ends of the signed 64-bit range; undefined for NaN and infinities. */
export function truncate(value: number): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (value >= 2 ** 63) return MAX_I64;
  return value <= -(2 ** 63) ? MIN_I64 : BigInt(Math.trunc(value));
}
