/**
 * Decimal text of a double, without an exponent, as Rust's `Display` and `{:.N}` write it. JavaScript's `toFixed`
 * rounds halves away from zero and gives up beyond 1e21.
 */

/** Shortest text that reads back as the same double: `1`, `1.5`, `NaN`, `inf`, `-0`. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) return specialText(value);
  const text = Object.is(value, -0) ? "-0" : String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  return match === null ? text : shiftPoint(match[1]!, match[2]!, match[3] ?? "", Number(match[4]));
}

function specialText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value < 0 ? "-inf" : "inf";
}

function shiftPoint(sign: string, whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  return point <= 0 ? `${sign}0.${"0".repeat(-point)}${digits}` : `${sign}${digits.padEnd(point, "0")}`;
}

/** Exactly `digits` decimals; the exact binary value is rounded, halves to even: 0.125 gives 0.12, 0.375 gives 0.38. */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return specialText(value);
  const { negative, mantissa, exponent } = splitDouble(value);
  const scaled = mantissa * 10n ** BigInt(digits);
  const rounded = exponent >= 0 ? scaled << BigInt(exponent) : divideHalfEven(scaled, 1n << BigInt(-exponent));
  const text = rounded.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const sign = negative ? "-" : "";
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(text.length - digits)}`;
}

const FRACTION_BITS = 52;
const EXPONENT_BIAS = 1075;

/** value = ±mantissa · 2^exponent */
function splitDouble(value: number): { negative: boolean; mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> BigInt(FRACTION_BITS)) & 0x7ffn);
  const fraction = bits & ((1n << BigInt(FRACTION_BITS)) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << BigInt(FRACTION_BITS));
  return { negative: bits >> 63n === 1n, mantissa, exponent: Math.max(biased, 1) - EXPONENT_BIAS };
}

function divideHalfEven(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  const twice = (a % b) * 2n;
  const up = twice > b || (twice === b && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
