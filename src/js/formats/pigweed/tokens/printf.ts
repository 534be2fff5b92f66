import { codePointLength } from "../../../base/text.ts";
import { renderExponential, renderFixed, renderGeneral } from "./decimal.ts";
import { ABSENT, FLAG, type Specifier, STAR } from "./format-plan.ts";

/**
 * printf as Python's `%` operator prints it, with upstream's own treatment of `%#o`, `%p` and infinities
 * (specification section 14).
 */

/** A decoded argument: integers beyond 2^53 are bigint. */
export type ArgumentValue = number | bigint | string;

/** Width and precision of one use of a specifier, stars resolved. */
export interface Layout {
  /** Code points; negative aligns to the left, 0 is none. */
  readonly width: number;
  /** `ABSENT` or ≥ 0. */
  readonly precision: number;
}

const DEFAULT_PRECISION = 6;
/** Python keeps a precision in a C int; beyond it formatting fails. */
export const MOST_PRECISION: number = 2 ** 31 - 1;
const POINTER_DIGITS = 8;

/**
 * Prints one value.
 * @param maxLength longest padding and longest run of digits that may be built
 * @returns undefined where upstream's formatting fails or the text would be too long
 */
export function printValue(
  spec: Specifier,
  value: ArgumentValue,
  layout: Layout,
  maxLength: number,
): string | undefined {
  if (spec.isBare) return printUnchecked(spec, value, layout);
  if (spec.unusable || layout.precision > MOST_PRECISION) return undefined;
  if (Math.abs(layout.width) > maxLength || writtenDigits(spec, layout.precision) > maxLength) return undefined;
  if (spec.emptyZero && layout.precision === 0 && value === 0) return "";
  return printUnchecked(spec, value, layout);
}

/** How many digits a precision writes; for text and `%g` it only limits. */
function writtenDigits(spec: Specifier, precision: number): number {
  if (spec.type === "s") return 0;
  if ((spec.type === "g" || spec.type === "G") && (spec.flags & FLAG.hash) === 0) return 0;
  return precision;
}

function printUnchecked(spec: Specifier, value: ArgumentValue, layout: Layout): string {
  switch (spec.type) {
    case "s":
    case "c":
      return printText(spec, String(value), layout);
    case "d":
    case "i":
    case "u":
      return printInteger(spec, toInteger(value), layout, 10);
    case "x":
      return printInteger(spec, toInteger(value), layout, 16);
    case "X":
      return printInteger(spec, toInteger(value), layout, 16).toUpperCase();
    case "o":
      return (spec.flags & FLAG.hash) !== 0
        ? insertOctalZero(printInteger(spec, toInteger(value), layout, 8))
        : printInteger(spec, toInteger(value), layout, 8);
    case "p":
      return printPointer(spec, toInteger(value), layout);
    default:
      return printFloat(spec, Number(value), layout);
  }
}

/** Integers are never text: the type only says that text is for %s and %c. */
function toInteger(value: ArgumentValue): number | bigint {
  return typeof value === "string" ? BigInt(value) : value;
}

function printText(spec: Specifier, text: string, layout: Layout): string {
  const shown = layout.precision === ABSENT ? text : firstCodePoints(text, layout.precision);
  return layout.width === 0 ? shown : pad(spec, "", shown, codePointLength(shown), layout.width, false);
}

function firstCodePoints(text: string, count: number): string {
  if (text.length <= count) return text;
  let at = 0;
  for (let n = 0; n < count && at < text.length; n++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return text.slice(0, at);
}

/** Pads `sign` + `body` of `length` code points to `width`: zeros go between the two, blanks outside. */
function pad(spec: Specifier, sign: string, body: string, length: number, width: number, zeros: boolean): string {
  const missing = Math.abs(width) - length;
  if (missing <= 0) return sign + body;
  if (width < 0 || (spec.flags & FLAG.minus) !== 0) return sign + body + " ".repeat(missing);
  return zeros ? sign + body.padStart(body.length + missing, "0") : " ".repeat(missing) + sign + body;
}

function padNumber(spec: Specifier, sign: string, digits: string, width: number, zeros: boolean): string {
  return width === 0 ? sign + digits : pad(spec, sign, digits, sign.length + digits.length, width, zeros);
}

function signOf(flags: number, negative: boolean): string {
  if (negative) return "-";
  return (flags & FLAG.plus) !== 0 ? "+" : (flags & FLAG.space) !== 0 ? " " : "";
}

function printInteger(spec: Specifier, value: number | bigint, layout: Layout, radix: number): string {
  if (radix === 10 && spec.isBare) return String(value);
  const negative = value < 0;
  let digits = negative ? (-value).toString(radix) : value.toString(radix);
  if (layout.precision > digits.length) digits = digits.padStart(layout.precision, "0");
  const prefix = radix === 16 && (spec.flags & FLAG.hash) !== 0 ? "0x" : "";
  const sign = signOf(spec.flags, negative) + prefix;
  return padNumber(spec, sign, digits, layout.width, (spec.flags & FLAG.zero) !== 0);
}

/**
 * Upstream prints octal without `#` and inserts one `0` before the first character that is not a blank, a plus or a
 * zero; where there is none (the value 0) it goes to the very front, padding included.
 */
function insertOctalZero(text: string): string {
  const at = Math.max(text.search(/[^ +0]/), 0);
  return `${text.slice(0, at)}0${text.slice(at)}`;
}

/**
 * Upstream prints eight digits and inserts `0x` before the first character that is not a blank, a plus or a zero, at
 * the latest eight characters before the end. With blanks at the end (`%-14p`) that is inside the number:
 * `00000x0007    `.
 */
function printPointer(spec: Specifier, value: number | bigint, layout: Layout): string {
  if (spec.isBare) return `0x${value.toString(16).toUpperCase().padStart(POINTER_DIGITS, "0")}`;
  const text = printInteger(spec, value, { width: layout.width, precision: POINTER_DIGITS }, 16).toUpperCase();
  const last = text.length - POINTER_DIGITS;
  const first = text.search(/[^ +0]/);
  const at = first < 0 ? last : Math.min(first, last);
  return `${text.slice(0, at)}0x${text.slice(at)}`;
}

function printFloat(spec: Specifier, value: number, layout: Layout): string {
  const upper = spec.type < "a";
  if (!Number.isFinite(value)) return printNonFinite(spec, value, layout, upper);
  const negative = value < 0 || Object.is(value, -0);
  const body = floatDigits(spec, Math.abs(value), layout.precision, upper);
  const sign = signOf(spec.flags, negative);
  return padNumber(spec, sign, body, layout.width, (spec.flags & FLAG.zero) !== 0);
}

function floatDigits(spec: Specifier, value: number, wanted: number, upper: boolean): string {
  const alternate = (spec.flags & FLAG.hash) !== 0;
  const precision = wanted === ABSENT ? DEFAULT_PRECISION : wanted;
  switch (spec.type) {
    case "e":
    case "E":
      return renderExponential(value, precision, { alternate, upper });
    case "g":
    case "G":
      return renderGeneral(value, precision, { alternate, upper });
    default:
      // %a and %A too: upstream prints them as %f and %F.
      return renderFixed(value, precision) + (alternate && precision === 0 ? "." : "");
  }
}

/** Infinities are never padded with zeros (the flag then counts as a blank), unless a star hides them; NaN is. */
function printNonFinite(spec: Specifier, value: number, layout: Layout, upper: boolean): string {
  const nan = Number.isNaN(value);
  const plainInfinity = !nan && spec.width !== STAR && spec.precision !== STAR;
  const zeros = (spec.flags & FLAG.zero) !== 0;
  const flags = plainInfinity && zeros ? spec.flags | FLAG.space : spec.flags;
  const word = nan ? "nan" : "inf";
  const sign = signOf(flags, value < 0);
  return padNumber(spec, sign, upper ? word.toUpperCase() : word, layout.width, zeros && !plainInfinity);
}
