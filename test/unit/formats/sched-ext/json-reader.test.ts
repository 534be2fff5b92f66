import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { parseJson, renderJson } from "../../../../src/js/base/json.ts";
import { JsonReader } from "../../../../src/js/formats/sched-ext/json-reader.ts";

const readerOf = (text: string, depth = 64): JsonReader => new JsonReader(encodeUtf8(text), { depth, issues: 100 });

function read(text: string): { value: unknown; end: number; issues: readonly string[] } {
  const reader = readerOf(text);
  const value = reader.readValue();
  return { value, end: reader.at, issues: reader.issues.map((issue) => `${issue.code}@${issue.offset}`) };
}

describe("JsonReader", () => {
  it("reads what the text reader reads", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom("", " ", "\n\t"), (json, blanks) => {
        const text = JSON.stringify(json, null, blanks);
        const { value, issues } = read(text);
        expect(renderJson(value)).toBe(renderJson(parseJson(text)));
        expect(issues).toEqual([]);
      }),
    );
  });

  it("passes over what it can read, to the same place", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const reader = readerOf(`${json} 7`);
        reader.skip();
        expect(reader.readValue()).toBe(7n);
        expect(reader.issues).toEqual([]);
      }),
    );
  });

  it.each([
    ["18446744073709551615", 18446744073709551615n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9007199254740993", 9007199254740993n],
    ["0", 0n],
    ["1e3", 1000],
    ["1.0", 1],
    ["-0", -0],
    ["-0.0", -0],
    ["123456789012345678901234567890", 123456789012345678901234567890n],
  ])("keeps the number %s", (text, expected) => {
    expect(read(text).value).toBe(expected);
  });

  it.each([
    ['"\\u00e9\\n\\"\\/"', 'é\n"/'],
    ['"é😀"', "é😀"],
    ['""', ""],
    ['"0123456789012345678901234567890123456789"', "0123456789012345678901234567890123456789"],
  ])("reads the string %s", (text, expected) => {
    expect(read(text).value).toBe(expected);
  });

  it.each([
    ["", 0],
    ["[1,]", 3],
    ["[1 2]", 3],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ["{a:1}", 1],
    ["01", 0],
    ["-", 1],
    ["1.", 2],
    ["1e", 2],
    ["tru", 0],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"\\q"', 1],
    ['"\\u12g4"', 1],
    ["[[[", 3],
  ])("ends at the broken syntax of %j", (text, offset) => {
    const reader = readerOf(text);
    reader.readValue();
    expect(reader.failed).toBe(true);
    expect(reader.issues.map((issue) => [issue.code, issue.offset])).toEqual([["MalformedJson", offset]]);
    const skipping = readerOf(text);
    skipping.skip();
    expect(skipping.failed).toBe(true);
  });

  it("shows text that is not UTF-8 with replacement characters and an issue", () => {
    const reader = new JsonReader(Uint8Array.of(0x22, 0x61, 0xff, 0x22), { depth: 8, issues: 8 });
    expect(reader.readString()).toBe("a\ufffd");
    expect(reader.issues).toMatchObject([{ code: "MalformedText", offset: 1 }]);
  });

  it("passes over nesting beyond the limit without recursion", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const reader = readerOf(`[${deep},5]`, 16);
    const value = reader.readValue();
    expect(reader.issues).toMatchObject([{ code: "LimitExceeded" }]);
    expect(reader.failed).toBe(false);
    expect((value as unknown[])[1]).toBe(5n);
  });

  it("reads bytes straight into an array", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom("", " "), (bytes, blank) => {
        const text = `[${blank}${[...bytes].join(`${blank},${blank}`)}${blank}]7`;
        const sink = new Uint8Array(bytes.length);
        const reader = readerOf(text);
        expect(reader.readBytes(sink)).toEqual({ count: bytes.length, isZero: bytes.every((byte) => byte === 0) });
        expect(sink).toEqual(bytes);
        expect(reader.readValue()).toBe(7n);
        expect(readerOf(text).readBytes().count).toBe(bytes.length);
      }),
    );
  });

  it.each([
    ["[1,256,3]", 1, "ValueOutOfRange"],
    ["[1,-1]", 1, "ValueOutOfRange"],
    ['["x"]', 0, "ValueOutOfRange"],
    ["[1.5]", 0, "ValueOutOfRange"],
    ["[1,{},2]", 1, "ValueOutOfRange"],
    ["[1,", 1, "MalformedJson"],
    ["[1,2", 1, "MalformedJson"],
    ["[1,]", 1, "MalformedJson"],
  ])("stops reading bytes at what is none in %s", (text, count, code) => {
    const reader = readerOf(text);
    expect(reader.readBytes().count).toBe(count);
    expect(reader.issues.map((issue) => issue.code)).toEqual([code]);
  });
});
