import { encodeUtf8 } from "../../../base/bytes.ts";
import { decimalDigit } from "./unicode.ts";

/** Flags of a printf specifier, as bits. */
export const FLAG = { minus: 1, plus: 2, space: 4, hash: 8, zero: 16 } as const;

/** A precision that is not given; a width that is not given is 0. */
export const ABSENT = -1;
/** A width or precision that is an argument. */
export const STAR = -2;

/** One printf specifier (specification section 14). */
export interface Specifier {
  /** The whole text, `%-8.3lld`. */
  readonly text: string;
  /** Conversion letter. */
  readonly type: string;
  readonly flags: number;
  /** `STAR` or a count of code points already reduced by `bias`; 0 if not given. */
  readonly width: number;
  /** `ABSENT`, `STAR` or a count. */
  readonly precision: number;
  /** Characters that are added after padding: 1 for `%#o`, 2 for `%p`. */
  readonly bias: number;
  /** 64 for `ll` and `j`, else 32. */
  readonly bits: 32 | 64;
  /** `%d`, `%f` or the like: no flags, width or precision. */
  readonly isBare: boolean;
  /** How a 32-bit number can be written digit by digit; undefined for all that needs more care. */
  readonly digits: DigitForm | undefined;
  /** The specifier is one that upstream refuses; it takes no argument. */
  readonly refused: boolean;
  /** Formatting fails whatever the argument: digits of another script or beyond every limit. */
  readonly unusable: boolean;
  /** An integer, for which precision exactly `.` or `.0`, or an argument 0 for it, prints 0 as nothing. */
  readonly emptyZero: boolean;
}

/** Decimal: `%d`, `%i`, `%u`. Hexadecimal: `%x`, `%X`, `%p`, `%08x` and the like. */
export interface DigitForm {
  readonly radix: 10 | 16;
  readonly isUpper: boolean;
  /** Fewest digits; zeros go before the others. */
  readonly least: number;
  readonly prefix: Uint8Array;
}

/** A format string, parsed once: `texts[0] specifiers[0] texts[1] … texts[n]`. */
export interface FormatPlan {
  readonly texts: readonly string[];
  readonly specifiers: readonly Specifier[];
  /** All that can be printed is printable ASCII, white space and numbers: no text is inserted, nor any `$`. */
  readonly isPlain: boolean;
  /** Plain, not empty, and no argument can need more than `SHORT_ARGUMENT` characters or be reported. */
  readonly isShort: boolean;
  /** `texts` in UTF-8; empty unless the plan is short. */
  readonly encoded: readonly Uint8Array[];
}

const NO_PREFIX: Uint8Array = new Uint8Array(0);
const POINTER_PREFIX: Uint8Array = encodeUtf8("0x");
/** Width and precision up to which an argument counts as short. */
export const SHORT_ARGUMENT = 64;

const FLAG_BITS: Readonly<Record<string, number>> = {
  "-": FLAG.minus,
  "+": FLAG.plus,
  " ": FLAG.space,
  "#": FLAG.hash,
  "0": FLAG.zero,
};
/** Printable ASCII and white space without `$`. */
const PLAIN_TEXT = /^[\t-\r\x1c-#%-\x7e]*$/;
const LENGTHS = ["hh", "h", "ll", "l", "j", "z", "t", "L"] as const;
const TYPES = "csdioxXufFeEaAgGnp%";
/** Counts that no output could hold; larger ones only fail later. */
const MOST_COUNT = 2 ** 31 - 1;

/** Parses a format string. Never fails: what is not a specifier is plain text. Linear in the length. */
export function parseFormat(format: string): FormatPlan {
  const texts: string[] = [];
  const specifiers: Specifier[] = [];
  let from = 0;
  let at = format.indexOf("%");
  while (at >= 0) {
    const specifier = readSpecifier(format, at);
    if (specifier === undefined) {
      at = format.indexOf("%", at + 1);
      continue;
    }
    texts.push(format.slice(from, at));
    specifiers.push(specifier);
    from = at + specifier.text.length;
    at = format.indexOf("%", from);
  }
  texts.push(format.slice(from));
  const numeric = specifiers.every((specifier) => specifier.type !== "s" && specifier.type !== "c");
  const isPlain = numeric && PLAIN_TEXT.test(format);
  const short = isPlain && texts[0] !== "" && specifiers.every(isShort);
  return { texts, specifiers, isPlain, isShort: short, encoded: short ? texts.map(encodeUtf8) : [] };
}

function isShort({ width, precision, unusable }: Specifier): boolean {
  return !unusable && width !== STAR && precision !== STAR && Math.max(width, precision) <= SHORT_ARGUMENT;
}

/** A width or precision in the text: where it ends and its value. */
interface Count {
  readonly end: number;
  readonly value: number;
  /** Not plain ASCII digits, or more than any output can hold. */
  readonly unusable: boolean;
}

function readCount(text: string, start: number): Count {
  if (text[start] === "*") return { end: start + 1, value: STAR, unusable: false };
  let end = start;
  let value = 0;
  let unusable = false;
  for (;;) {
    const codePoint = text.codePointAt(end);
    const digit = codePoint === undefined ? -1 : decimalDigit(codePoint);
    if (digit < 0) break;
    unusable ||= codePoint! > 0x7f;
    value = Math.min(value * 10 + digit, MOST_COUNT);
    end += codePoint! > 0xffff ? 2 : 1;
  }
  return { end, value: end === start ? ABSENT : value, unusable: unusable || value === MOST_COUNT };
}

function readSpecifier(format: string, start: number): Specifier | undefined {
  let at = start + 1;
  let flags = 0;
  for (let bit = FLAG_BITS[format[at] ?? ""]; bit !== undefined; bit = FLAG_BITS[format[++at] ?? ""]) flags |= bit;
  const width = readCount(format, at);
  const point = format[width.end] === ".";
  const precision = point ? readCount(format, width.end + 1) : { end: width.end, value: ABSENT, unusable: false };
  const length = LENGTHS.find((word) => format.startsWith(word, precision.end)) ?? "";
  const end = precision.end + length.length;
  const type = format[end] ?? "";
  if (type === "" || !TYPES.includes(type)) return undefined;
  const precisionText = format.slice(width.end, precision.end);
  const bias = type === "p" ? 2 : type === "o" && (flags & FLAG.hash) !== 0 ? 1 : 0;
  return {
    text: format.slice(start, end + 1),
    type,
    flags,
    width: width.value === ABSENT ? 0 : width.value > bias ? width.value - bias : width.value,
    precision: point && precision.value === ABSENT ? 0 : precision.value,
    bias,
    bits: length === "ll" || length === "j" ? 64 : 32,
    isBare: flags === 0 && precision.end === at,
    digits: digitForm(type, flags, width.value, precisionText),
    refused: isRefused(type, flags, width.end > at, precisionText, length),
    // A width of another script is rewritten by upstream when it counts, so that only a precision of one fails.
    unusable: (width.unusable && (width.value === MOST_COUNT || width.value <= bias)) || precision.unusable,
    emptyZero: "diuoxX".includes(type) && width.value !== STAR && [".", ".0", ".*"].includes(precisionText),
  };
}

function digitForm(type: string, flags: number, width: number, precision: string): DigitForm | undefined {
  if (precision !== "") return undefined;
  const bare = flags === 0 && width === ABSENT;
  if ("diu".includes(type)) return bare ? { radix: 10, isUpper: false, least: 1, prefix: NO_PREFIX } : undefined;
  if (type === "p") return bare ? { radix: 16, isUpper: true, least: 8, prefix: POINTER_PREFIX } : undefined;
  if (type !== "x" && type !== "X") return undefined;
  if (bare) return { radix: 16, isUpper: type === "X", least: 1, prefix: NO_PREFIX };
  if (flags !== FLAG.zero || width < 1 || width > SHORT_ARGUMENT) return undefined;
  return { radix: 16, isUpper: type === "X", least: width, prefix: NO_PREFIX };
}

/** The combinations that section 14 lists as specifier errors. */
function isRefused(type: string, flags: number, hasWidth: boolean, precision: string, length: string): boolean {
  if (type === "n") return true;
  if (type === "%") return flags !== 0 || hasWidth || precision !== "" || length !== "";
  if ((flags & FLAG.hash) !== 0 && "csdiup".includes(type)) return true;
  if ((flags & FLAG.zero) !== 0 && "csp".includes(type)) return true;
  if ((flags & (FLAG.plus | FLAG.space)) !== 0 && "cs".includes(type)) return true;
  if (type === "c") return precision !== "";
  return type === "p" && (precision !== "" || length !== "");
}
