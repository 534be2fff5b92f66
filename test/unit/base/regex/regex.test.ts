import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import { Regex } from "../../../../src/js/base/regex/regex.ts";

const span = (pattern: string, text: string): readonly [number, number] | undefined => {
  const match = new Regex(pattern).find(text);
  return match && [match.index, match.end];
};

/** Pattern, text, span of the match (undefined: none). Expected by the documentation of the Rust crate `regex` 1.x. */
const MATCHES: readonly (readonly [string, string, readonly [number, number] | undefined])[] = [
  ["", "abc", [0, 0]],
  ["b", "abc", [1, 2]],
  ["a|ab", "ab", [0, 1]],
  ["ab|a", "ab", [0, 2]],
  ["a*", "aaa", [0, 3]],
  ["a*?", "aaa", [0, 0]],
  ["a+?b", "xaab", [1, 4]],
  ["a{2}", "aaa", [0, 2]],
  ["a{2,}", "aaaa", [0, 4]],
  ["a{1,2}?", "aaaa", [0, 1]],
  ["a{ 1 , 2 }", "aaaa", [0, 2]],
  ["a{,2}", "aaaa", [0, 2]],
  ["a**", "aa", [0, 2]],
  ["(a|b)*c", "abac", [0, 4]],
  ["^a", "ba", undefined],
  ["a$", "ab", undefined],
  ["b$", "ab\n", undefined],
  ["(?m)b$", "ab\n", [1, 2]],
  ["(?m)^b", "a\nb", [2, 3]],
  ["(?mR)^b$", "a\r\nb\r\n", [3, 4]],
  [".", "\n", undefined],
  ["(?s).", "\n", [0, 1]],
  ["(?R).", "\r", undefined],
  ["\\Aa\\z", "a", [0, 1]],
  ["\\bfoo\\b", "a foo b", [2, 5]],
  ["\\bfoo\\b", "afoob", undefined],
  ["\\Boo", "foo", [1, 3]],
  ["\\b{start}o", "foo o", [4, 5]],
  ["o\\b{end}", "foo o", [2, 3]],
  ["\\<o", "foo o", [4, 5]],
  ["o\\>", "foo o", [2, 3]],
  ["\\b{start-half}x", "ax", undefined],
  ["x\\b{end-half}", "xa x", [3, 4]],
  ["\\d+", "a٣4", [1, 3]],
  ["(?-u:\\d)+", "a٣4", [2, 3]],
  ["\\w+", "-é_9-", [1, 4]],
  ["(?-u:\\w)+", "-é_9-", [2, 4]],
  ["\\s", "a\u00a0b", [1, 2]],
  ["[a-c]+", "xabcd", [1, 4]],
  ["[^a-c]+", "abxyc", [2, 4]],
  ["[]a]+", "a]b", [0, 2]],
  ["[^]a]+", "a]b", [2, 3]],
  ["[-a]+", "-a", [0, 2]],
  ["[a-]+", "-a", [0, 2]],
  ["[a\\]b]+", "a]b", [0, 3]],
  ["[[:alpha:]]+", "1ab2", [1, 3]],
  ["[[:^alpha:]]+", "ab12", [2, 4]],
  ["[a-z&&[^aeiou]]+", "aeioxyz", [4, 7]],
  ["[a-z--m-p]+", "mnabp", [2, 4]],
  ["[a-g~~b-h]+", "bcah", [2, 4]],
  ["[[ab][cd]]+", "xabcdx", [1, 5]],
  ["[\\d\\-x]+", "a1-x", [1, 4]],
  ["\\pL+", "1éß2", [1, 3]],
  ["\\p{Greek}+", "aαβb", [1, 3]],
  ["\\p{sc=Greek}+", "aαβb", [1, 3]],
  ["\\p{lowercase letter}+", "ABcd", [2, 4]],
  ["\\P{L}+", "ab12", [2, 4]],
  ["\\x41\\u0042\\x{43}\\U00000044", "ABCD", [0, 4]],
  ["\\n\\t\\.\\*\\#\\-\\&\\~", "\n\t.*#-&~", [0, 8]],
  ["(?i)straSSe", "STRASSE", [0, 7]],
  ["(?i)k", "\u212a", [0, 1]],
  ["(?i)\u212a", "k", [0, 1]],
  ["(?i)[^k]", "K", undefined],
  ["(?i)σ", "ς", [0, 1]],
  ["(?i)ı", "I", undefined],
  ["(?i-u)k", "\u212a", undefined],
  ["(?i:a)b", "Ab", [0, 2]],
  ["(?i:a)b", "AB", undefined],
  ["a(?i)b|c", "aB", [0, 2]],
  ["a(?i)b|c", "C", [0, 1]],
  ["(?U)a+", "aaa", [0, 1]],
  ["(?U)a+?", "aaa", [0, 3]],
  ["(?x) a b # comment\n c", "abc", [0, 3]],
  ["(?x)a\\ b", "a b", [0, 3]],
  ["(?x)[a b]+", "a b", [0, 1]],
  ["(?:)*", "x", [0, 0]],
  ["(a*)*", "aab", [0, 2]],
  ["^*a", "a", [0, 1]],
  ["𝒜+", "x𝒜𝒜", [1, 5]],
  ["..", "𝒜b", [0, 3]],
  ["\\z", "ab", [2, 2]],
  ["}", "a}", [1, 2]],
  ["]", "a]", [1, 2]],
  ["\\b", "", undefined],
  ["\\B", "", [0, 0]],
];

/** Pattern and where it is wrong, in code points. */
const MALFORMED: readonly (readonly [string, number])[] = [
  ["(", 0],
  [")", 0],
  ["a)", 1],
  ["*", 0],
  ["a|*", 2],
  ["{1}", 0],
  ["a{", 1],
  ["a{x}", 1],
  ["a{2,1}", 1],
  ["a{,}", 1],
  ["a{4294967296}", 2],
  ["[", 0],
  ["[[", 1],
  ["[a", 0],
  ["[z-a]", 1],
  ["[\\d-z]", 1],
  ["[\\b]", 1],
  ["\\", 0],
  ["\\1", 0],
  ["\\q", 0],
  ["\\é", 0],
  ["\\Z", 0],
  ["\\x4", 0],
  ["\\x{110000}", 0],
  ["\\x{d800}", 0],
  ["\\x{}", 0],
  ["\\p{Nothing}", 0],
  ["\\pQ", 0],
  ["\\p{L", 0],
  ["(?=a)", 0],
  ["(?!a)", 0],
  ["(?<=a)", 0],
  ["(?<!a)", 0],
  ["(?<1>a)", 3],
  ["(?P<n>a)(?P<n>b)", 12],
  ["(?i", 3],
  ["(?)", 0],
  ["(?-)", 0],
  ["(?i-)", 0],
  ["(?ii)", 3],
  ["(?y)", 2],
  ["(?i)*", 4],
  ["(?-u).", 5],
  ["(?-u)\\W", 5],
  ["(?-u)\\xff", 5],
  ["(?-u)[é]", 6],
  ["(?-u)[^a]", 5],
  ["\\b{nothing}", 2],
  ["a{1,1000}{1,1000}", 0],
];

describe("matching", () => {
  for (const [pattern, text, expected] of MATCHES) {
    it(`${JSON.stringify(pattern)} in ${JSON.stringify(text)}`, () => {
      expect(span(pattern, text)).toEqual(expected);
      expect(new Regex(pattern).test(text)).toBe(expected !== undefined);
    });
  }

  it("gives the text of groups, by index and by name", () => {
    const regex = new Regex("(?P<key>\\w+)=(?:(?<num>\\d+)|(\\w+))");
    expect(regex.groupNames).toEqual([undefined, "key", "num", undefined]);
    expect(regex.find("a b=x")?.groups).toEqual(["b=x", "b", undefined, "x"]);
  });

  it("goes on from a position", () => {
    const regex = new Regex("\\bo");
    expect(regex.find("o oo o", 1)?.index).toBe(2);
    expect(regex.find("o oo o", 3)?.index).toBe(5);
    expect(regex.find("o oo o", 6)).toBeUndefined();
  });
});

describe("malformed patterns", () => {
  for (const [pattern, offset] of MALFORMED) {
    it(`${JSON.stringify(pattern)} is refused at ${offset}`, () => {
      let caught: unknown;
      try {
        new Regex(pattern);
      } catch (error) {
        caught = error;
      }
      if (!isSnapshotError(caught)) throw new Error(`no coded error: ${String(caught)}`);
      expect([caught.code, caught.offset]).toEqual(["MalformedRegex", offset]);
    });
  }

  it.each([
    ["groups", `${"(".repeat(100_000)}a${")".repeat(100_000)}`],
    ["classes", `${"[".repeat(100_000)}a${"]".repeat(100_000)}`],
    ["quantifiers", `a${"*".repeat(100_000)}`],
    ["counted repetitions", `a${"{9}".repeat(200)}`],
    ["repetitions of nothing", "(){4000000000}"],
    ["groups with many slots", "(a)".repeat(30_000)],
  ])("refuses too many %s without building them", (_, pattern) => {
    expect(() => new Regex(pattern)).toThrow(expect.objectContaining({ code: "MalformedRegex" }));
  });
});

describe("cost", () => {
  it.each([
    ["(a*)*b", "a".repeat(50_000)],
    ["(a|aa)+$", `${"a".repeat(50_000)}b`],
    ["(.*)(.*)(.*)(.*)x", "y".repeat(50_000)],
    ["(x+x+)+y", "x".repeat(50_000)],
  ])("of %s grows with the text only", (pattern, text) => {
    let steps = 0;
    const found = new Regex(pattern).test(text, (n) => {
      steps += n;
    });
    expect(found).toBe(false);
    expect(steps).toBeLessThan(text.length);
  });

  it("stays bounded where the automaton cannot be kept", () => {
    const regex = new Regex("[ab]*a[ab]{400}c");
    let random = 1;
    const text = Array.from({ length: 20_000 }, () => {
      random = (random * 1103515245 + 12345) % 2147483648;
      return random & 65536 ? "a" : "b";
    }).join("");
    let steps = 0;
    expect(regex.test(text, (n) => (steps += n))).toBe(false);
    expect(steps).toBeLessThan(text.length * 1300);
  });

  it("stops when the budget is used up", () => {
    const spend = (): void => {
      throw new Error("enough");
    };
    expect(() => new Regex("(a|b)+c").test("abab", spend)).toThrow("enough");
    expect(() => new Regex("(a|b)+c").find("ababc", 1, spend)).toThrow("enough");
  });
});

describe("against the host's engine", () => {
  const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "(?:a|bc)", "(a)", "(b*)c");
  const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?");
  const item = fc.tuple(atom, quantifier).map(([a, q]) => (/^(?:\\b|\^|\$)$/.test(a) ? a : a + q));
  const pattern = fc
    .array(item, { minLength: 1, maxLength: 6 })
    .chain((items) =>
      fc
        .nat(items.length)
        .map((cut) => (cut === 0 ? items.join("") : `${items.slice(0, cut).join("")}|${items.slice(cut).join("")}`)),
    );

  it("finds the same match for patterns both understand", () => {
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc \n]{0,12}$/), (source, text) => {
        const theirs = new RegExp(source, "u").exec(text);
        const ours = new Regex(source).find(text);
        expect(ours && [ours.index, ours.end]).toEqual(
          theirs ? [theirs.index, theirs.index + theirs[0].length] : undefined,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
