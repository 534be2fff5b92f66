/** Aggregates over the CPUs of an entry (section 5.2): integer sums saturate, f64 sums carry NaN on. */
export type Aggregate = "sum" | "max" | "min";

const U64_MAX = 0xffff_ffff_ffff_ffffn;
const I64_MIN = -0x8000_0000_0000_0000n;
const I64_MAX = 0x7fff_ffff_ffff_ffffn;

/** @param numbers at least one. */
export function aggregateU64(op: Aggregate, numbers: readonly bigint[]): bigint {
  return aggregateIntegers(op, numbers, 0n, U64_MAX);
}

/** @param numbers at least one. Sums saturate at each step, in order. */
export function aggregateI64(op: Aggregate, numbers: readonly bigint[]): bigint {
  return aggregateIntegers(op, numbers, I64_MIN, I64_MAX);
}

function aggregateIntegers(op: Aggregate, numbers: readonly bigint[], least: bigint, most: bigint): bigint {
  if (op === "max") return numbers.reduce((a, b) => clamp(a, b, most));
  if (op === "min") return numbers.reduce((a, b) => clamp(a, least, b));
  return numbers.reduce((a, b) => clamp(a + b, least, most));
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}

/** @param numbers at least one. Extremes ignore NaN unless there is nothing else. */
export function aggregateF64(op: Aggregate, numbers: readonly number[]): number {
  if (op === "sum") return numbers.reduce((a, b) => a + b, 0);
  const better = op === "max" ? (a: number, b: number) => b > a : (a: number, b: number) => b < a;
  return numbers.reduce((a, b) => (Number.isNaN(a) || better(a, b) ? b : a));
}

/** Sum that stops at 2^64-1. */
export function saturatingSumU64(numbers: readonly bigint[]): bigint {
  return numbers.reduce((a, b) => clamp(a + b, 0n, U64_MAX), 0n);
}
