import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { type JsonValue, parseJson, renderJson } from "../../../src/js/base/json.ts";

/** As JSON.parse gives it: what is exact here becomes a double. */
function toDoubles(value: JsonValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(toDoubles);
  if (!(value instanceof Map)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, member] of value as ReadonlyMap<string, JsonValue>) {
    Object.defineProperty(out, key, { value: toDoubles(member), enumerable: true, configurable: true, writable: true });
  }
  return out;
}

function refusal(text: string): string {
  try {
    parseJson(text, { depth: 64 });
    return "read";
  } catch (error) {
    return isSnapshotError(error) ? `${error.code} at ${error.offset}` : String(error);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("lossless JSON", () => {
  it("reads what JSON.parse reads, and the same", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const expected = JSON.parse(text);
        expect(toDoubles(parseJson(text))).toEqual(expected);
      }),
    );
  });

  it("refuses what JSON.parse refuses, with a place, and nothing else", () => {
    const pieces = fc.constantFrom(
      ...'{}[],:"\\/-+.eE0123456789 \n\tabtrufalsn',
      "true",
      "null",
      "false",
      '"a"',
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 24 }), (list) => {
        const text = list.join("");
        if (isJson(text)) expect(refusal(text)).toBe("read");
        else expect(refusal(text)).toMatch(/^MalformedJson at \d+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps every digit of an integer and the kind of a number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => {
        expect(parseJson(String(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Number.isInteger(value) ? value.toExponential() : String(value);
        expect(parseJson(text)).toBe(Number(text));
      }),
    );
    const texts = ["0", "-0", "999999999999999", "-999999999999999", "1000000000000000", "0.0", "-0.0", "1e2", "1E-2"];
    expect(texts.map((text) => parseJson(text))).toEqual([
      ...[0n, 0n, 999999999999999n, -999999999999999n, 1000000000000000n],
      ...[0, -0, 100, 0.01],
    ]);
  });

  it.each([
    ["01", "MalformedJson at 1"],
    ["-", "MalformedJson at 0"],
    ["1.", "MalformedJson at 1"],
    ["+1", "MalformedJson at 0"],
    ['"a', "MalformedJson at 2"],
    ['"a\\', "MalformedJson at 2"],
    ['"\\u00g0"', "MalformedJson at 1"],
    ['"a\nb"', "MalformedJson at 2"],
    ['{"a" 1}', "MalformedJson at 5"],
    ["{a:1}", "MalformedJson at 1"],
    ["[1,]", "MalformedJson at 3"],
    ["[".repeat(65), "LimitExceeded at 64"],
  ])("says where %j goes wrong", (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it("reads escapes, and long strings with one at the end", () => {
    expect(parseJson('"\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t"')).toBe('😀"\\/\b\f\n\r\t');
    expect(parseJson(`"${"é".repeat(10_000)}\\u0041"`)).toBe(`${"é".repeat(10_000)}A`);
  });

  it("takes the last of equal keys and keeps the order of the first", () => {
    expect([...(parseJson('{"b":1,"1":2,"b":3}') as ReadonlyMap<string, JsonValue>)]).toEqual([
      ["b", 3n],
      ["1", 2n],
    ]);
  });

  it("writes what it reads back as it was", () => {
    const texts = '{"a":[1,18446744073709551615,1.5,true,null,"\\u0001é"],"0":{},"b":[[]]}';
    expect(renderJson(parseJson(texts))).toBe(texts.replace("\\u0001", "\\u0001"));
  });
});
