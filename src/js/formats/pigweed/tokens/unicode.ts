import { DECIMAL_ZEROS, PRINTABLE_EDGES } from "./committed/unicode14.generated.ts";

const printableEdges = accumulate(PRINTABLE_EDGES);
const decimalZeros = accumulate(DECIMAL_ZEROS);

function accumulate(deltas: string): Uint32Array {
  let at = 0;
  return Uint32Array.from(deltas.split(" "), (delta) => {
    at += Number.parseInt(delta, 36);
    return at;
  });
}

/** Number of elements of the ascending `table` that are ≤ `value`. */
function countUpTo(table: Uint32Array, value: number): number {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Python's `str.isprintable` of one code point in Unicode 14: not Cc, Cf, Cs, Co, Cn, Zl, Zp, nor Zs except U+0020. */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  return (countUpTo(printableEdges, codePoint) & 1) === 1;
}

/** White space as `str.split` knows it (specification section 12): not the same set as `\s`. */
export function isWhitespace(codePoint: number): boolean {
  if (codePoint <= 0x20) return codePoint >= 0x1c || (codePoint >= 9 && codePoint <= 13);
  if (codePoint < 0x1680) return codePoint === 0x85 || codePoint === 0xa0;
  if (codePoint <= 0x200a) return codePoint >= 0x2000 || codePoint === 0x1680;
  return (
    codePoint === 0x2028 || codePoint === 0x2029 || codePoint === 0x202f || codePoint === 0x205f || codePoint === 0x3000
  );
}

/** 0–9 for a decimal digit of any script (category Nd), -1 for everything else. */
export function decimalDigit(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x30 && codePoint <= 0x39 ? codePoint - 0x30 : -1;
  const run = countUpTo(decimalZeros, codePoint);
  const digit = run === 0 ? 10 : codePoint - decimalZeros[run - 1]!;
  return digit < 10 ? digit : -1;
}

/** White space and printable ASCII: the common case, settled without the table. */
export const PLAIN_ASCII: RegExp = /^[\t-\r\x1c-\x7e]*$/;

/** Whether nothing but printable text and white space is in `text`; empty text counts. */
export function isPrintableText(text: string): boolean {
  if (PLAIN_ASCII.test(text)) return true;
  for (const char of text) {
    const codePoint = char.codePointAt(0)!;
    if (!isPrintable(codePoint) && !isWhitespace(codePoint)) return false;
  }
  return true;
}

/** `text` without any white space. */
export function removeWhitespace(text: string): string {
  let out = "";
  for (const char of text) if (!isWhitespace(char.codePointAt(0)!)) out += char;
  return out;
}

/** Order by code points, as Python compares text; UTF-16 order differs above U+D7FF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(a, i, x) - rank(b, i, y);
  }
  return a.length - b.length;
}

/** The code point that the UTF-16 unit at `i` belongs to, for ordering; a lone surrogate stands for itself. */
function rank(text: string, i: number, unit: number): number {
  if ((unit & 0xfc00) === 0xdc00 && i > 0 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) {
    return text.codePointAt(i - 1)!;
  }
  return text.codePointAt(i)!;
}
