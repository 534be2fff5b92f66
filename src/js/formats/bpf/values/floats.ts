/**
 * Floating-point values of every size that BTF allows: 2 (IEEE half), 4, 8, and the long doubles of 12 and 16 bytes,
 * whose meaning is the machine's: x87 extended, IEEE quadruple, or a pair of doubles.
 */
export type LongDouble = "x87" | "quad" | "double-double";

/** What `long double` is on a machine, as uname names it. Unknown machines: x87. */
export function longDoubleOf(machine: string): LongDouble {
  if (/^(aarch64|arm64|riscv|s390|mips|loongarch|sparc64)/.test(machine)) return "quad";
  return /^ppc/.test(machine) ? "double-double" : "x87";
}

/** An exact binary value: significand × 2^exponent, or what is none. */
interface Binary {
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
  readonly special?: "Infinity" | "NaN";
}

/** The nearest double; values of up to 8 bytes exactly. @param bytes as many as the type has, in data order. */
export function readFloat(bytes: Uint8Array, bigEndian: boolean, long: LongDouble): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0, !bigEndian);
  if (bytes.length === 8) return view.getFloat64(0, !bigEndian);
  return toDouble(decode(bytes, bigEndian, long));
}

/**
 * The value as decimal text: up to 8 bytes what `readFloat` gives, as JavaScript writes it; beyond, the shortest digits
 * that read back to the same value in the type's own precision. `NaN`, `Infinity`, `-Infinity`.
 */
export function floatText(bytes: Uint8Array, bigEndian: boolean, long: LongDouble): string {
  if (bytes.length <= 8) return doubleText(readFloat(bytes, bigEndian, long));
  return binaryText(decode(bytes, bigEndian, long));
}

function doubleText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function decode(bytes: Uint8Array, bigEndian: boolean, long: LongDouble): Binary {
  const word = toInteger(bytes, bigEndian);
  if (bytes.length === 2) return decodeIeee(word, 5, 10);
  if (bytes.length === 4) return decodeIeee(word, 8, 23);
  if (bytes.length === 8) return decodeIeee(word, 11, 52);
  if (bytes.length === 16 && long === "quad") return decodeIeee(word, 15, 112);
  if (bytes.length === 16 && long === "double-double") return decodePair(word);
  return decodeX87(bigEndian ? word >> BigInt(bytes.length * 8 - 80) : word);
}

function toInteger(bytes: Uint8Array, bigEndian: boolean): bigint {
  let value = 0n;
  for (let i = 0; i < bytes.length; i++) value = (value << 8n) | BigInt(bytes[bigEndian ? i : bytes.length - 1 - i]!);
  return value;
}

function decodeIeee(word: bigint, exponentBits: number, fractionBits: number): Binary {
  const negative = (word >> BigInt(exponentBits + fractionBits)) % 2n === 1n;
  const biased = Number((word >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n));
  const fraction = word & ((1n << BigInt(fractionBits)) - 1n);
  const bias = 2 ** (exponentBits - 1) - 1;
  if (biased === 2 ** exponentBits - 1) {
    return { negative, significand: 0n, exponent: 0, special: fraction === 0n ? "Infinity" : "NaN" };
  }
  if (biased === 0) return { negative, significand: fraction, exponent: 1 - bias - fractionBits };
  return { negative, significand: fraction | (1n << BigInt(fractionBits)), exponent: biased - bias - fractionBits };
}

/** 80 bits: sign, 15 of exponent, 64 of significand with an explicit leading one. */
function decodeX87(word: bigint): Binary {
  const negative = ((word >> 79n) & 1n) === 1n;
  const biased = Number((word >> 64n) & 0x7fffn);
  const significand = word & 0xffff_ffff_ffff_ffffn;
  if (biased === 0x7fff) {
    const infinite = (significand & 0x7fff_ffff_ffff_ffffn) === 0n;
    return { negative, significand: 0n, exponent: 0, special: infinite ? "Infinity" : "NaN" };
  }
  return { negative, significand, exponent: Math.max(biased, 1) - 16383 - 63 };
}

/** Sum of two doubles; the first half of the storage is the larger one in either byte order. */
function decodePair(word: bigint): Binary {
  const low = decodeIeee(word & 0xffff_ffff_ffff_ffffn, 11, 52);
  const high = decodeIeee(word >> 64n, 11, 52);
  if (high.special !== undefined) return high;
  const exponent = Math.min(high.exponent, low.exponent);
  const scaled = (part: Binary): bigint =>
    (part.negative ? -part.significand : part.significand) << BigInt(part.exponent - exponent);
  const sum = scaled(high) + scaled(low);
  return { negative: sum < 0n || (sum === 0n && high.negative), significand: sum < 0n ? -sum : sum, exponent };
}

function toDouble(value: Binary): number {
  if (value.special === "NaN") return Number.NaN;
  const sign = value.negative ? -1 : 1;
  if (value.special === "Infinity") return sign * Number.POSITIVE_INFINITY;
  if (value.significand === 0n) return sign * 0;
  return sign * roundToDouble(value.significand, value.exponent);
}

/** significand × 2^exponent, rounded once, half to even. */
function roundToDouble(significand: bigint, exponent: number): number {
  const bits = significand.toString(2).length;
  const top = bits + exponent;
  if (top > 1024) return Number.POSITIVE_INFINITY;
  // Subnormal doubles keep fewer bits.
  const kept = Math.min(53, top + 1074);
  if (kept < 0) return 0;
  const drop = bits - kept;
  let rounded = significand;
  let scale = exponent;
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = significand & ((1n << BigInt(drop)) - 1n);
    rounded = significand >> BigInt(drop);
    if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded += 1n;
    scale += drop;
  }
  return scaleByPower(Number(rounded), scale);
}

/** x × 2^n in two steps, as 2^n alone may be out of range. */
function scaleByPower(x: number, n: number): number {
  const half = Math.trunc(n / 2);
  return x * 2 ** half * 2 ** (n - half);
}

function binaryText(value: Binary): string {
  if (value.special === "NaN") return "NaN";
  const sign = value.negative ? "-" : "";
  if (value.special === "Infinity") return `${sign}Infinity`;
  if (value.significand === 0n) return `${sign}0`;
  const { digits, exponent } = shortestDigits(value);
  return sign + placePoint(digits, exponent);
}

/**
 * Decimal digits d and exponent e of d × 10^e: the fewest that lie within half a unit of the last place. The unit is
 * 2^exponent, whatever the size of the significand: subnormal values have fewer digits.
 */
function shortestDigits({ significand, exponent }: Binary): { digits: string; exponent: number } {
  // The value is n / d, half a unit is half / d.
  const power = exponent - 1;
  const half = power >= 0 ? 1n << BigInt(power) : 1n;
  const n = significand * 2n * half;
  const d = power >= 0 ? 1n : 1n << BigInt(-power);
  const estimate = Math.floor((significand.toString(2).length + exponent - 1) * Math.log10(2));
  for (let count = 1; ; count++) {
    const ten = estimate - count + 1;
    const unit = ten >= 0 ? 10n ** BigInt(ten) : 1n;
    const up = ten >= 0 ? 1n : 10n ** BigInt(-ten);
    // Nearest multiple of 10^ten.
    const quotient = (n * up * 2n + d * unit) / (d * unit * 2n);
    if (isWithin(quotient * d * unit - n * up, half * up, significand)) {
      const digits = quotient.toString();
      const trimmed = digits.replace(/0+$/, "");
      return { digits: trimmed, exponent: ten + digits.length - trimmed.length };
    }
  }
}

/** A tie reads back only to an even significand; below a power of two the values lie twice as close. */
function isWithin(difference: bigint, half: bigint, significand: bigint): boolean {
  const below = difference < 0n && (significand & (significand - 1n)) === 0n;
  const distance = difference < 0n ? -difference : difference;
  const room = below ? half : 2n * half;
  return 2n * distance < room || (2n * distance === room && significand % 2n === 0n);
}

/** As JavaScript writes numbers: plain up to 21 digits, `1e+21` beyond, `1e-7` below 10^-6. */
function placePoint(digits: string, exponent: number): string {
  const point = digits.length + exponent;
  if (point > 21 || point < -5) {
    const power = point - 1;
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${digits[0]}${rest}e${power < 0 ? "-" : "+"}${Math.abs(power)}`;
  }
  if (exponent >= 0) return digits + "0".repeat(exponent);
  if (point > 0) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `0.${"0".repeat(-point)}${digits}`;
}
