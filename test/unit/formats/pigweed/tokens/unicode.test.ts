import { describe, expect, it } from "vitest";
import {
  compareCodePoints,
  decimalDigit,
  isPrintable,
  isPrintableText,
  isWhitespace,
  removeWhitespace,
} from "../../../../../src/js/formats/pigweed/tokens/unicode.ts";

const CODE_POINTS = 0x110000;
/** Counted by Python 3.11: `str.isprintable` and `str.isdecimal`; the hash is h = (h * 31 + c) % 4294967291. */
const PRINTABLE_COUNT = 144_516;
const PRINTABLE_HASH = 2_112_449_561;
const DECIMAL_COUNT = 660;
/** Specification section 12. */
const WHITESPACE = [
  ...[9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

function findAll(test: (codePoint: number) => boolean): number[] {
  const found: number[] = [];
  for (let c = 0; c < CODE_POINTS; c++) if (test(c)) found.push(c);
  return found;
}

describe("Unicode 14 as Python 3.11 has it", () => {
  it("printable: as many code points, and the same ones", () => {
    const printable = findAll(isPrintable);
    expect(printable.length).toBe(PRINTABLE_COUNT);
    expect(printable.reduce((hash, c) => (hash * 31 + c) % 4294967291, 0)).toBe(PRINTABLE_HASH);
    // Later versions add characters and take none away.
    const visible = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
    expect(printable.filter((c) => !visible.test(String.fromCodePoint(c)))).toEqual([]);
  });

  it("what hides in text is not printable", () => {
    expect([0x200b, 0xfeff, 0xe000, 0xad, 0x7f, 0xd800, 0x378, 0x2028, 0xe0001].filter(isPrintable)).toEqual([]);
  });

  it("white space: exactly the listed code points", () => {
    expect(findAll(isWhitespace)).toEqual(WHITESPACE);
    expect(removeWhitespace(` a\u001c\u0085b\u3000${String.fromCodePoint(...WHITESPACE)}c\ufeff`)).toBe("abc\ufeff");
  });

  it("decimal digits of every script", () => {
    const digits = findAll((c) => decimalDigit(c) >= 0);
    expect(digits.length).toBe(DECIMAL_COUNT);
    expect([0x30, 0x39, 0x661, 0xff15, 0x1d7d8].map(decimalDigit)).toEqual([0, 9, 1, 5, 0]);
  });

  it("text: white space allowed, empty allowed", () => {
    expect(["", "a\tb\u0085", "ü🔥"].every(isPrintableText)).toBe(true);
    expect(["\0", "bell\x07", "\u200b", "\ud800", "a\ufeff"].some(isPrintableText)).toBe(false);
  });

  it("order by code points", () => {
    const sorted = ["", "a", "ab", "b", "\ud7ff", "\ue000", "\uffff", "🔥", "🔥a", "🔦"];
    expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted);
    expect(compareCodePoints("🔥", "🔥")).toBe(0);
  });
});
