import { signedExponent } from "./python-repr.ts";

/**
 * Exact decimal text of doubles: correctly rounded, ties to even, any precision. The host's `toFixed` and
 * `toExponential` are exact too but break ties upwards and stop at 100 digits and 1e21, so they serve only where none of
 * that matters.
 */

/** Most digits the host's number formatting takes. */
const HOST_DIGITS = 100;
const HOST_FIXED_BELOW = 1e21;
/** Every finite double ends within this many decimal places, and within as many significant digits. */
const MOST_DIGITS = 1100;

/** |value| = mantissa × 2^exponent, exactly. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** numerator / denominator to the nearest integer, ties to even. */
function divideToNearest(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/** value × 10^power to the nearest integer, ties to even. */
function scaleToNearest(value: number, power: number): bigint {
  const { mantissa, exponent } = decompose(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return divideToNearest(numerator, denominator);
}

/** 2^n for every n that a tie can need: 100 digits of a value that starts at most 330 places after the point. */
const POWERS_OF_TWO: Float64Array = Float64Array.from({ length: 512 }, (_, n) => 2 ** n);

/** Whether value × 10^places lies exactly between two integers, for places ≥ 0 and no overflow. */
function isTie(value: number, places: number): boolean {
  // value × 10^places × 2 is odd exactly if value × 2^(places + 1) is: the factor 5^places is odd.
  const doubled = value * POWERS_OF_TWO[places + 1]!;
  return Number.isInteger(doubled) && doubled % 2 !== 0;
}

/** Half of a unit in the last place is cut off, ties to even: `digits` ends in the 5 that is to go. */
function cutHalf(digits: string): string {
  let at = digits.length - 2;
  if (digits[at] === ".") at--;
  const kept = digits.slice(0, -1);
  if (digits.charCodeAt(at) % 2 === 0) return kept;
  while (digits[at] === "9" || digits[at] === ".") at--;
  const carried = at < 0 ? "1" : kept.slice(0, at) + String(Number(digits[at]) + 1);
  return carried + kept.slice(at + 1).replaceAll("9", "0");
}

/**
 * `%f` of a finite value ≥ 0: digits, a point and `places` digits; no point for 0 places.
 * @param places ≥ 0
 */
export function renderFixed(value: number, places: number): string {
  if (places >= HOST_DIGITS || value >= HOST_FIXED_BELOW) return renderFixedExact(value, places);
  if (!isTie(value, places)) return value.toFixed(places);
  // One more place shows a tie in full.
  return cutHalf(value.toFixed(places + 1)).replace(/\.$/, "");
}

function renderFixedExact(value: number, places: number): string {
  const exact = Math.min(places, MOST_DIGITS);
  const digits = scaleToNearest(value, exact)
    .toString()
    .padStart(exact + 1, "0");
  if (places === 0) return digits;
  const point = digits.length - exact;
  return `${digits.slice(0, point)}.${digits.slice(point)}${"0".repeat(places - exact)}`;
}

/** Significant digits of a value and the power of ten of the first. */
export interface Scientific {
  readonly digits: string;
  readonly exponent: number;
}

/**
 * The value rounded to `count` significant digits.
 * @param value finite, ≥ 0
 * @param count ≥ 1
 */
export function toScientific(value: number, count: number): Scientific {
  if (value === 0) return { digits: "0".repeat(count), exponent: 0 };
  if (count < HOST_DIGITS) {
    const rounded = splitExponential(value.toExponential(count - 1));
    // A tie that carries to the next power of ten rounds up in either rule, so the exponent after rounding will do.
    const places = count - 1 - rounded.exponent;
    if (places >= 0) {
      if (!isTie(value, places)) return rounded;
      const whole = splitExponential(value.toExponential(count));
      return { digits: cutHalf(whole.digits), exponent: whole.exponent };
    }
  }
  return toScientificExact(value, Math.min(count, MOST_DIGITS), count);
}

function splitExponential(text: string): Scientific {
  const e = text.indexOf("e");
  return { digits: text[0]! + text.slice(2, e), exponent: Number(text.slice(e + 1)) };
}

function toScientificExact(value: number, exact: number, count: number): Scientific {
  let exponent = Math.floor(Math.log10(value));
  let digits = scaleToNearest(value, exact - 1 - exponent).toString();
  // The logarithm may be off by one near a power of ten, and rounding may carry: the number of digits tells.
  if (digits.length !== exact) {
    exponent += digits.length > exact ? 1 : -1;
    digits = scaleToNearest(value, exact - 1 - exponent).toString();
  }
  return { digits: digits.padEnd(count, "0"), exponent };
}

/** Whether a point stays without digits after it (flag `#`), and whether letters are upper case. */
export interface FloatStyle {
  readonly alternate: boolean;
  readonly upper: boolean;
}

/** `%e` of a finite value ≥ 0 with `places` digits after the point. */
export function renderExponential(value: number, places: number, style: FloatStyle): string {
  if (places < HOST_DIGITS - 1 && value !== 0) {
    const text = value.toExponential(places);
    const e = text.indexOf("e");
    const exponent = Number(text.slice(e + 1));
    const isPlain = exponent <= places && !isTie(value, places - exponent) && (places > 0 || !style.alternate);
    if (isPlain) return `${text.slice(0, e)}${style.upper ? "E" : "e"}${signedExponent(exponent)}`;
  }
  return joinExponential(toScientific(value, places + 1), style);
}

function joinExponential({ digits, exponent }: Scientific, style: FloatStyle): string {
  const point = digits.length > 1 || style.alternate ? "." : "";
  return `${digits[0]}${point}${digits.slice(1)}${style.upper ? "E" : "e"}${signedExponent(exponent)}`;
}

/** `%g` of a finite value ≥ 0: `precision` significant digits (0 counts as 1), trailing zeros only with `#`. */
export function renderGeneral(value: number, precision: number, style: FloatStyle): string {
  // Digits beyond the last possible one are zeros, which go away again unless asked for.
  const count = style.alternate ? Math.max(precision, 1) : Math.min(Math.max(precision, 1), MOST_DIGITS);
  const { digits, exponent } = toScientific(value, count);
  const kept = style.alternate ? digits : digits.replace(/0+$/, "") || "0";
  if (exponent < -4 || exponent >= Math.max(precision, 1)) return joinExponential({ digits: kept, exponent }, style);
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = kept.slice(exponent + 1);
  return rest !== "" || style.alternate ? `${whole}.${rest}` : whole;
}
