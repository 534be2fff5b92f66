import { type CharSet, complementOf, perlClass, unicodeProperty } from "./char-set.ts";
import type { PatternCursor } from "./cursor.ts";
import type { Flags, Look, WordLook } from "./syntax.ts";

export type Escape =
  | { readonly is: "char"; readonly code: number }
  | { readonly is: "set"; readonly set: CharSet }
  | { readonly is: "look"; readonly look: Look };

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const WORD_LOOKS: Readonly<Record<string, WordLook>> = {
  start: "wordStart",
  end: "wordEnd",
  "start-half": "wordStartHalf",
  "end-half": "wordEndHalf",
};

/** Reads one escape; the cursor stands on the backslash. */
export function parseEscape(cursor: PatternCursor, flags: Flags): Escape {
  const start = cursor.at++;
  if (cursor.isEnd) cursor.fail("a backslash at the end", start);
  const c = cursor.take();
  if (/[0-9]/.test(c)) cursor.fail("back-references are not supported", start);
  if (c in HEX_DIGITS) return { is: "char", code: parseHex(cursor, HEX_DIGITS[c]!, start, flags) };
  if (c in CONTROLS) return { is: "char", code: CONTROLS[c]! };
  if (c === "p" || c === "P") return { is: "set", set: parseProperty(cursor, c === "P", start, flags) };
  if (/[dswDSW]/.test(c)) return { is: "set", set: parsePerlClass(cursor, c, start, flags) };
  const look = parseLook(cursor, c, flags);
  if (look !== undefined) return { is: "look", look };
  if (c.codePointAt(0)! >= 0x80 || /[A-Za-z]/.test(c)) cursor.fail("no such escape", start);
  return { is: "char", code: c.codePointAt(0)! };
}

function parseHex(cursor: PatternCursor, digits: number, start: number, flags: Flags): number {
  let text = "";
  if (cursor.skip("{")) {
    while (!cursor.isEnd && cursor.peek() !== "}") text += cursor.take();
    if (!cursor.skip("}")) cursor.fail("no end of the hexadecimal escape", start);
  } else {
    while (text.length < digits && !cursor.isEnd) text += cursor.take();
    if (text.length < digits) cursor.fail("too few hexadecimal digits", start);
  }
  const code = /^[0-9A-Fa-f]{1,8}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) cursor.fail("no such code point", start);
  if (!flags.unicode && code > 0x7f) cursor.fail("a byte that is not UTF-8", start);
  return code;
}

function parseProperty(cursor: PatternCursor, negated: boolean, start: number, flags: Flags): CharSet {
  if (!flags.unicode) cursor.fail("a Unicode class without Unicode", start);
  let name = "";
  if (cursor.skip("{")) {
    while (!cursor.isEnd && cursor.peek() !== "}") name += cursor.take();
    if (!cursor.skip("}")) cursor.fail("no end of the Unicode class", start);
  } else {
    name = cursor.take();
  }
  const isUnequal = name.includes("!=");
  const set = unicodeProperty(isUnequal ? name.replace("!=", "=") : name);
  if (set === undefined) cursor.fail("no such Unicode class", start);
  return negated !== isUnequal ? complementOf(set) : set;
}

function parsePerlClass(cursor: PatternCursor, c: string, start: number, flags: Flags): CharSet {
  const letter = c.toLowerCase() as "d" | "s" | "w";
  const set = perlClass(letter, flags.unicode);
  if (c === letter) return set;
  if (!flags.unicode) cursor.fail("it can match what is not UTF-8", start);
  return complementOf(set);
}

function parseLook(cursor: PatternCursor, c: string, flags: Flags): Look | undefined {
  if (c === "A") return "textStart";
  if (c === "z") return "textEnd";
  const word = (look: WordLook): Look => (flags.unicode ? look : `${look}Ascii`);
  if (c === "B") return word("notWord");
  if (c === "<") return word("wordStart");
  if (c === ">") return word("wordEnd");
  if (c !== "b") return undefined;
  if (cursor.peek() !== "{" || !/[A-Za-z-]/.test(cursor.peek(1))) return word("word");
  const start = cursor.at++;
  let name = "";
  while (!cursor.isEnd && cursor.peek() !== "}") name += cursor.take();
  if (!cursor.skip("}") || !Object.hasOwn(WORD_LOOKS, name)) cursor.fail("no such word boundary", start);
  return word(WORD_LOOKS[name]!);
}
