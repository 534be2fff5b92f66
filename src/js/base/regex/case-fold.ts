/** Simple case orbits of more than two code points (Unicode CaseFolding.txt, statuses C and S). */
const WIDE_ORBITS: readonly string[] = [
  "kK\u212a",
  "sS\u017f",
  "\u00e5\u00c5\u212b",
  "\u00b5\u039c\u03bc",
  "\u0392\u03b2\u03d0",
  "\u0395\u03b5\u03f5",
  "\u0398\u03b8\u03d1\u03f4",
  "\u0345\u0399\u03b9\u1fbe",
  "\u039a\u03ba\u03f0",
  "\u03a0\u03c0\u03d6",
  "\u03a1\u03c1\u03f1",
  "\u03a3\u03c2\u03c3",
  "\u03a6\u03c6\u03d5",
  "\u03a9\u03c9\u2126",
  "\u1e60\u1e61\u1e9b",
  "\u00df\u1e9e",
  "\u01c4\u01c5\u01c6",
  "\u01c7\u01c8\u01c9",
  "\u01ca\u01cb\u01cc",
  "\u01f1\u01f2\u01f3",
];

/** Letters whose upper case is another letter's, but only in Turkish. */
const DOTLESS_I = 0x131;

/** Code points equal to `c` when case is ignored, `c` itself not among them. */
export function caseVariants(c: number): readonly number[] {
  if (c < 0x80) {
    const isUpper = c >= 0x41 && c <= 0x5a;
    const isLower = c >= 0x61 && c <= 0x7a;
    if (!isUpper && !isLower) return [];
    if (c !== 0x4b && c !== 0x6b && c !== 0x53 && c !== 0x73) return [isUpper ? c + 32 : c - 32];
  }
  if (c === DOTLESS_I) return [];
  const text = String.fromCodePoint(c);
  const orbit = WIDE_ORBITS.find((letters) => letters.includes(text));
  const letters = orbit === undefined ? [text.toLowerCase(), text.toUpperCase()] : Array.from(orbit);
  const variants = letters.filter((letter) => letter !== text && isOneCodePoint(letter));
  return variants.map((letter) => letter.codePointAt(0)!);
}

function isOneCodePoint(text: string): boolean {
  return text.length === String.fromCodePoint(text.codePointAt(0)!).length;
}
