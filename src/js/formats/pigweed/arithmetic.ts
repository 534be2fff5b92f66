const EXACT = 0x20_0000_0000_0000n; // 2^53

/**
 * The double nearest to dividend / divisor, ties to even, computed from the exact integers.
 *
 * @param divisor not 0
 */
export function roundedQuotient(dividend: bigint, divisor: bigint): number {
  if (dividend < 0n) return -roundedQuotient(-dividend, divisor);
  if (divisor < 0n) return -roundedQuotient(dividend, -divisor);
  // Both are doubles without loss, so one division rounds once.
  if (dividend <= EXACT && divisor <= EXACT) return Number(dividend) / Number(divisor);
  // 64 or more bits of the quotient, the last of them sticky: converting that to a double rounds once.
  const shift = Math.max(0, 64 + bitLength(divisor) - bitLength(dividend));
  const scaled = dividend << BigInt(shift);
  const quotient = scaled / divisor;
  const sticky = scaled % divisor === 0n ? quotient : quotient | 1n;
  return Number(sticky) / 2 ** shift;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/**
 * `x` with two decimals, exact ties to the even digit: 0.125 is "0.12", 0.375 is "0.38".
 *
 * `toFixed` computes the exact value too but takes ties up. A tie at the third decimal is a binary fraction of
 * eighths, so those are the only values where the two differ.
 * @param x not negative
 */
export function renderTwoDecimals(x: number): string {
  if (x >= Number.MAX_SAFE_INTEGER) return `${BigInt(x)}.00`;
  const eighths = x * 8;
  const odd = Number.isInteger(eighths) && eighths % 2 === 1;
  if (!odd) return x.toFixed(2);
  const whole = Math.floor(x);
  return `${whole}.${["12", "38", "62", "88"][(eighths - whole * 8 - 1) / 2]!}`;
}

/** `part` as a percentage of `whole`, as reports print it. @param whole not 0 */
export function renderPercent(part: bigint, whole: bigint): string {
  return `${renderTwoDecimals(roundedQuotient(100n * part, whole))}%`;
}

/** Whole seconds and microseconds (of the same sign or 0) of `x` seconds; the microseconds may be ±1000000. */
export interface SplitSeconds {
  readonly seconds: number;
  readonly microseconds: number;
}

/**
 * Splits seconds as Python's `timedelta(seconds=x)` does: the fraction times 1e6 is rounded to the nearest
 * microsecond, ties to the even total. Whole seconds are an even number of microseconds, so they do not matter here.
 */
export function splitSeconds(x: number): SplitSeconds {
  const seconds = Math.trunc(x);
  return { seconds, microseconds: roundHalfEven((x - seconds) * 1e6) };
}

/** The nearest integer, ties to even. @param x below 2^52 in magnitude */
export function roundHalfEven(x: number): number {
  const whole = Math.trunc(x);
  const rest = Math.abs(x - whole);
  if (rest < 0.5 || (rest === 0.5 && whole % 2 === 0)) return whole;
  return whole + Math.sign(x);
}

/** The remainder that has the divisor's sign. @param divisor positive */
export function floorModulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}
