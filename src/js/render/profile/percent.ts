/**
 * Decimal text of a finite number ≥ 0 with `digits` after the point, rounded to even from the exact value, as C and Go
 * print it. `toFixed` rounds ties up instead.
 */
export function fixedText(value: number, digits: number): string {
  const scaled = roundHalfEven(value, digits);
  const text = scaled.toString().padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** value × 10^digits as an integer. */
function roundHalfEven(value: number, digits: number): bigint {
  const { mantissa, exponent } = decompose(value);
  const scaled = mantissa * 10n ** BigInt(digits);
  if (exponent >= 0) return scaled << BigInt(exponent);
  const shift = BigInt(-exponent);
  const whole = scaled >> shift;
  const rest = scaled - (whole << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && (whole & 1n) === 1n)) return whole + 1n;
  return whole;
}

/** value = mantissa × 2^exponent, exactly. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10_0000_0000_0000n, exponent: exponent - 1075 };
}

/** `%.2g` of a number 0 ≤ value < 1. */
export function twoDigits(value: number): string {
  if (value === 0) return "0";
  let power = Math.floor(Math.log10(value));
  // The logarithm may be off by one at powers of ten; the digits tell.
  while (roundHalfEven(value, 1 - power) < 10n) power--;
  while (roundHalfEven(value, 1 - power) >= 100n) power++;
  const digits = roundHalfEven(value, 1 - power).toString();
  if (power < -4) {
    const tail = digits[1] === "0" ? "" : `.${digits[1]}`;
    return `${digits[0]}${tail}e-${String(-power).padStart(2, "0")}`;
  }
  return fixedText(value, 1 - power)
    .replace(/0+$/, "")
    .replace(/\.$/, "");
}

/** A share of a total in six columns, e.g. `43.30%`, `  100%`, `    0%`. Source: specification 3.3. */
export function percentText(value: bigint, total: bigint): string {
  const ratio = total === 0n ? 0 : Math.abs(Number(value) / Number(total)) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return "  100%";
  const text = ratio >= 1 ? fixedText(ratio, 2) : twoDigits(ratio);
  return `${text.padStart(5)}%`;
}
