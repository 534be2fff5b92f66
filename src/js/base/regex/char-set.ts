import { caseVariants } from "./case-fold.ts";

/** A set of code points that is asked, never listed. */
export interface CharSet {
  /** Equal keys mean equal sets: programs keep one of each. */
  readonly key: string;
  has(c: number): boolean;
}

export function rangeSet(low: number, high: number): CharSet {
  return { key: `${low}-${high}`, has: (c) => c >= low && c <= high };
}

export function unionOf(sets: readonly CharSet[]): CharSet {
  if (sets.length === 1) return sets[0]!;
  return { key: `(${keysOf(sets)})`, has: (c) => sets.some((set) => set.has(c)) };
}

export function complementOf(set: CharSet): CharSet {
  return { key: `!${set.key}`, has: (c) => !set.has(c) };
}

export type SetOperator = "&&" | "--" | "~~";

export function combineSets(operator: SetOperator, a: CharSet, b: CharSet): CharSet {
  const key = `(${a.key}${operator}${b.key})`;
  if (operator === "&&") return { key, has: (c) => a.has(c) && b.has(c) };
  if (operator === "--") return { key, has: (c) => a.has(c) && !b.has(c) };
  return { key, has: (c) => a.has(c) !== b.has(c) };
}

/** The set with every case variant of its members. */
export function foldCase(set: CharSet, asciiOnly: boolean): CharSet {
  const isKept = (c: number): boolean => !asciiOnly || c < 0x80;
  return {
    key: `i${asciiOnly ? "a" : ""}(${set.key})`,
    has: (c) => set.has(c) || (isKept(c) && caseVariants(c).some((variant) => isKept(variant) && set.has(variant))),
  };
}

function keysOf(sets: readonly CharSet[]): string {
  return sets.map((set) => set.key).join(",");
}

export const ANY: CharSet = rangeSet(0, 0x10ffff);
export const NOT_LF: CharSet = complementOf(rangeSet(10, 10));
export const NOT_LF_NOR_CR: CharSet = complementOf(unionOf([rangeSet(10, 10), rangeSet(13, 13)]));

/** Set of a Unicode property by the host's tables; `name` has been checked to be one. */
function propertySet(source: string): CharSet {
  const pattern = new RegExp(`^[${source}]$`, "u");
  return { key: source, has: (c) => pattern.test(String.fromCodePoint(c)) };
}

const UNICODE_PERL: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  s: "\\p{White_Space}",
  w: "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}",
};

/** Ranges of the ASCII classes `[:name:]`, and of `\d \s \w` without Unicode. */
const ASCII_CLASSES: Readonly<Record<string, readonly string[]>> = {
  alnum: ["09", "AZ", "az"],
  alpha: ["AZ", "az"],
  ascii: ["\x00\x7f"],
  blank: ["\t\t", "  "],
  cntrl: ["\x00\x1f", "\x7f\x7f"],
  digit: ["09"],
  graph: ["!~"],
  lower: ["az"],
  print: [" ~"],
  punct: ["!/", ":@", "[`", "{~"],
  space: ["\t\r", "  "],
  upper: ["AZ"],
  word: ["09", "AZ", "__", "az"],
  xdigit: ["09", "AF", "af"],
};

/** The class `[:name:]`, or undefined if there is none of that name. */
export function asciiClass(name: string): CharSet | undefined {
  if (!Object.hasOwn(ASCII_CLASSES, name)) return undefined;
  return unionOf(ASCII_CLASSES[name]!.map((range) => rangeSet(range.charCodeAt(0), range.charCodeAt(1))));
}

/** `\d`, `\s` or `\w`. */
export function perlClass(letter: "d" | "s" | "w", unicode: boolean): CharSet {
  const ascii = asciiClass({ d: "digit", s: "space", w: "word" }[letter])!;
  if (!unicode) return ascii;
  const whole = propertySet(UNICODE_PERL[letter]!);
  return { key: whole.key, has: (c) => (c < 0x80 ? ascii.has(c) : whole.has(c)) };
}

/**
 * The set of `\p{written}`: a general category, a binary property, a script, or `property=value`; names are matched
 * without regard to case, spaces, `_` and `-`. Undefined if there is none. The members are those of the host's Unicode.
 */
export function unicodeProperty(written: string): CharSet | undefined {
  const [name, value] = written.split(/[=:]/, 2) as [string, string?];
  const folded = name.toLowerCase().replace(/[\s_-]/g, "");
  if (value === undefined && folded === "any") return ANY;
  if (value === undefined && folded === "ascii") return rangeSet(0, 0x7f);
  const candidates =
    value === undefined
      ? [...spellings(name), ...spellings(name).map((script) => `Script=${script}`)]
      : spellings(name).flatMap((property) => spellings(value).map((v) => `${property}=${v}`));
  for (const candidate of candidates) {
    if (isProperty(candidate)) return propertySet(`\\p{${candidate}}`);
  }
  return undefined;
}

/** The ways Unicode spells a name: as written, `Title_Case`, lower and upper case. */
function spellings(written: string): string[] {
  const words = written.trim().split(/[\s_-]+/);
  const title = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join("_");
  return [written.trim(), title, written.trim().toLowerCase(), written.trim().toUpperCase()];
}

function isProperty(name: string): boolean {
  if (!/^[A-Za-z0-9_]+(?:=[A-Za-z0-9_]+)?$/.test(name)) return false;
  try {
    return new RegExp(`\\p{${name}}`, "u").source !== "";
  } catch {
    return false;
  }
}
