import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { type Json5Node, offsetInString, parseJson5, toPlainJson } from "../../../src/js/base/json5.ts";

const read = (text: string): Json5Node => parseJson5(text, 64);

/** The value alone, as JavaScript has it; integers are bigint. */
function plain(node: Json5Node): unknown {
  if (node.kind === "array") return node.items.map(plain);
  if (node.kind === "object") return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
  return node.kind === "null" ? null : node.value;
}

function refusal(text: string): string {
  try {
    return JSON.stringify(plain(read(text)), (_, value) => (typeof value === "bigint" ? String(value) : value));
  } catch (error) {
    return isSnapshotError(error) ? `${error.code} at ${error.offset}` : String(error);
  }
}

/** Every node with its text. */
function* nodesOf(node: Json5Node): Iterable<Json5Node> {
  yield node;
  if (node.kind === "array") for (const item of node.items) yield* nodesOf(item);
  if (node.kind === "object") for (const { value } of node.members) yield* nodesOf(value);
}

describe("JSON5", () => {
  it.each([
    ["// a\n[1, /* b */ 2,]", [1n, 2n]],
    ["{a: 1, 'b-c': 2, \"d\": 3, $_é: 4, \\u0061b: 5,}", { a: 1n, "b-c": 2n, d: 3n, $_é: 4n, ab: 5n }],
    ["[0x1F, -0xff, +5, .5, 5., 1e3, -0]", [31n, -255n, 5n, 0.5, 5, 1000, 0n]],
    ["[18446744073709551615, -9223372036854775808, 1.0]", [18446744073709551615n, -9223372036854775808n, 1]],
    ["[Infinity, -Infinity]", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ["'it''s'".slice(0, 4), "it"],
    ["'a\\\nb\\x41\\u0042\\0\\v\\q\"'", 'abAB\0\vq"'],
    ["'\\\r\n|\u2028'", "|\u2028"],
    ["\ufeff\u00a0\u2003null\f", null],
    ["[true, false]", [true, false]],
  ])("reads %j", (text, value) => {
    expect(plain(read(text))).toEqual(value);
  });

  it.each([
    ["", "MalformedJson at 0"],
    ["[1 2]", "MalformedJson at 3"],
    ["{a 1}", "MalformedJson at 3"],
    ["{1: 2}", "MalformedJson at 1"],
    ["[1,,2]", "MalformedJson at 3"],
    ["012", "MalformedJson at 1"],
    ["5px", "MalformedJson at 1"],
    ["'a\nb'", "MalformedJson at 2"],
    ["'\\1'", "MalformedJson at 1"],
    ["'\\xg0'", "MalformedJson at 1"],
    ["/* never", "MalformedJson at 0"],
    ["null null", "MalformedJson at 5"],
    ["[".repeat(65), "LimitExceeded at 64"],
  ])("refuses %j with the place", (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it("keeps members in the order of the text, also equal ones and those like numbers", () => {
    const node = read('{b: 1, "2": 2, "1": 3, b: 4, __proto__: 5}');
    if (node.kind !== "object") throw new Error(node.kind);
    expect(node.members.map(({ key }) => key)).toEqual(["b", "2", "1", "b", "__proto__"]);
    expect(node.members.map(({ keyStart }) => keyStart)).toEqual([1, 7, 15, 23, 29]);
  });

  it("reads whatever JSON.stringify writes, and writes it back", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const node = read(JSON.stringify(value));
        expect(JSON.parse(toPlainJson(node))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("gives every value the place where it stands", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("", "  ", "\n", "/**/"), (value, blank) => {
        const text = blank + JSON.stringify(value, null, blank === "\n" ? 1 : 0) + blank;
        for (const node of nodesOf(read(text))) {
          expect(toPlainJson(read(text.slice(node.start, node.end)))).toBe(toPlainJson(node));
        }
      }),
    );
  });

  it("ends with a value or a coded error for any text", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "'",
      '"',
      "\\",
      "/*",
      "*/",
      "//",
      "\n",
      "a",
      "0x",
      "1",
      ".",
      "e",
      "-",
      "u",
      " ",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (list) => {
        expect(refusal(list.join(""))).not.toMatch(/^\w*Error:/);
      }),
    );
  });

  it("finds the characters of a string behind its escapes", () => {
    const text = "  'a\\n\\u0041\\\nb'";
    const start = text.indexOf("'");
    expect([0, 1, 2, 3].map((ix) => text.slice(offsetInString(text, start, ix)))).toEqual([
      "a\\n\\u0041\\\nb'",
      "\\n\\u0041\\\nb'",
      "\\u0041\\\nb'",
      "\\\nb'",
    ]);
  });
});
