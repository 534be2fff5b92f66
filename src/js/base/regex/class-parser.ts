import {
  asciiClass,
  type CharSet,
  combineSets,
  complementOf,
  foldCase,
  rangeSet,
  type SetOperator,
  unionOf,
} from "./char-set.ts";
import type { PatternCursor } from "./cursor.ts";
import { parseEscape } from "./escapes.ts";
import type { Flags } from "./syntax.ts";

/** Nesting of groups and classes, as the Rust `regex` crate has it. */
export const NEST_LIMIT = 250;

const OPERATORS: readonly SetOperator[] = ["&&", "--", "~~"];

/** Reads a bracketed class; the cursor stands on `[`. */
export function parseClass(cursor: PatternCursor, flags: Flags, depth = 1): CharSet {
  const start = cursor.at++;
  if (depth > NEST_LIMIT) cursor.fail("nested too deeply", start);
  cursor.skipBlanks();
  const negated = cursor.skip("^");
  const items = parseLeadingLiterals(cursor, flags);
  let left: { readonly operator: SetOperator; readonly set: CharSet } | undefined;
  const operand = (): CharSet => {
    const right = unionOf([...items]);
    return left === undefined ? right : combineSets(left.operator, left.set, right);
  };
  for (;;) {
    cursor.skipBlanks();
    if (cursor.isEnd) cursor.fail("no end of the class", start);
    const operator = OPERATORS.find((candidate) => cursor.startsWith(candidate));
    if (cursor.skip("]")) break;
    if (operator !== undefined) {
      cursor.skip(operator);
      left = { operator, set: operand() };
      items.length = 0;
    } else {
      items.push(parseClassItem(cursor, flags, depth));
    }
  }
  if (negated && !flags.unicode) cursor.fail("it can match what is not UTF-8", start);
  return negated ? complementOf(operand()) : operand();
}

/** `-` and `]` stand for themselves at the beginning. */
function parseLeadingLiterals(cursor: PatternCursor, flags: Flags): CharSet[] {
  const items: CharSet[] = [];
  cursor.skipBlanks();
  while (cursor.skip("-")) {
    items.push(literalSet("-", flags));
    cursor.skipBlanks();
  }
  if (items.length === 0 && cursor.skip("]")) items.push(literalSet("]", flags));
  return items;
}

function parseClassItem(cursor: PatternCursor, flags: Flags, depth: number): CharSet {
  if (cursor.peek() === "[") return parseAsciiClass(cursor, flags) ?? parseClass(cursor, flags, depth + 1);
  const start = cursor.at;
  const low = parseClassAtom(cursor, flags);
  cursor.skipBlanks();
  const next = peekPastBlanks(cursor);
  if (cursor.peek() !== "-" || next === "]" || next === "-" || next === "") {
    return typeof low === "number" ? fold(rangeSet(low, low), flags) : low;
  }
  cursor.at++;
  cursor.skipBlanks();
  const high = cursor.peek() === "[" ? cursor.take().codePointAt(0)! : parseClassAtom(cursor, flags);
  if (typeof low !== "number" || typeof high !== "number") cursor.fail("a range needs two characters", start);
  if (low > high) cursor.fail("the range is upside down", start);
  return fold(rangeSet(low, high), flags);
}

/** What follows the character under the cursor. */
function peekPastBlanks(cursor: PatternCursor): string {
  const at = cursor.at++;
  cursor.skipBlanks();
  const next = cursor.peek();
  cursor.at = at;
  return next;
}

function parseClassAtom(cursor: PatternCursor, flags: Flags): number | CharSet {
  if (cursor.peek() !== "\\") {
    const code = cursor.take().codePointAt(0)!;
    if (!flags.unicode && code > 0x7f) cursor.fail("a character beyond ASCII without Unicode", cursor.at - 1);
    return code;
  }
  const start = cursor.at;
  const escaped = parseEscape(cursor, flags);
  if (escaped.is === "look") cursor.fail("no such escape in a class", start);
  return escaped.is === "char" ? escaped.code : fold(escaped.set, flags);
}

/** `[:name:]` or `[:^name:]`; undefined, and nothing read, if it is not one. */
function parseAsciiClass(cursor: PatternCursor, flags: Flags): CharSet | undefined {
  const text = cursor.chars.slice(cursor.at, cursor.at + 12).join("");
  const match = /^\[:(\^?)([a-z]+):\]/.exec(text);
  const set = match === null ? undefined : asciiClass(match[2]!);
  if (match === null || set === undefined) return undefined;
  cursor.at += match[0].length;
  const folded = fold(set, flags);
  return match[1] === "^" ? complementOf(folded) : folded;
}

function literalSet(c: string, flags: Flags): CharSet {
  return fold(rangeSet(c.codePointAt(0)!, c.codePointAt(0)!), flags);
}

export function fold(set: CharSet, flags: Flags): CharSet {
  return flags.ignoreCase ? foldCase(set, !flags.unicode) : set;
}
