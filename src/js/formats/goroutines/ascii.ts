/** Byte-level pieces that the line readers share. All positions are indices into the array given. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PAREN_OPEN = 0x28;
export const PAREN_CLOSE = 0x29;
export const COLON = 0x3a;
export const BRACKET_OPEN = 0x5b;
export const BACKSLASH = 0x5c;
export const BRACKET_CLOSE = 0x5d;
export const BRACE_OPEN = 0x7b;
const DIGIT_0 = 0x30;
/** Digits of the largest unsigned 64-bit number. */
const MAX_DIGITS = 20;

export function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= 0x39;
}

/** True when `text` (ASCII) stands at `at`, all of it before `end`. */
export function hasPrefix(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** True when the bytes before `end` are `text` and start no earlier than `from`. */
export function hasSuffix(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  return end - from >= text.length && hasPrefix(bytes, end - text.length, end, text);
}

/** First place of `text` in `bytes[from … end)`, or -1. */
export function indexOfText(bytes: Uint8Array, from: number, end: number, text: string): number {
  const first = text.charCodeAt(0);
  for (let at = from; at <= end - text.length; at++) {
    if (bytes[at] === first && hasPrefix(bytes, at, end, text)) return at;
  }
  return -1;
}

/** A decimal number and the place behind it; `end === from` when there is no digit. Saturates at 2^53. */
export class Decimal {
  value = 0;
  /** Exact value in two words, for ids; all ones when it has more than 20 digits. */
  lo = 0;
  hi = 0;

  /** Reads digits from `from`. @returns the place after the last digit. */
  read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    let value = 0;
    for (; at < to && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - DIGIT_0;
    this.value = value;
    if (value < 0x1_0000_0000) {
      this.lo = value;
      this.hi = 0;
    } else this.readWide(bytes, from, at);
    return at;
  }

  private readWide(bytes: Uint8Array, from: number, to: number): void {
    this.value = Math.min(this.value, Number.MAX_SAFE_INTEGER);
    this.lo = 0xffff_ffff;
    this.hi = 0xffff_ffff;
    if (to - from > MAX_DIGITS) return;
    let wide = 0n;
    for (let at = from; at < to; at++) wide = BigInt.asUintN(64, wide * 10n + BigInt(bytes[at]! - DIGIT_0));
    this.lo = Number(wide & 0xffff_ffffn);
    this.hi = Number(wide >> 32n);
  }
}

/** A hexadecimal number after `0x` in two words. @returns the place after it, or -1 when there is none. */
export function readHex(bytes: Uint8Array, from: number, to: number, out: { lo: number; hi: number }): number {
  if (!hasPrefix(bytes, from, to, "0x")) return -1;
  let at = from + 2;
  let lo = 0;
  let hi = 0;
  for (; at < to; at++) {
    const digit = hexDigit(bytes[at]!);
    if (digit < 0) break;
    hi = ((hi << 4) | (lo >>> 28)) >>> 0;
    lo = ((lo << 4) | digit) >>> 0;
  }
  out.lo = lo;
  out.hi = hi;
  return at === from + 2 ? -1 : at;
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - DIGIT_0;
  const letter = byte | SPACE;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
