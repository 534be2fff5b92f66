import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/js/abi/decode.ts";
import { messageToData } from "../../src/js/abi/message-data.ts";
import { encodeMessage } from "../../src/js/abi/tape-writer.ts";
import { concatBytes, encodeUtf8 } from "../../src/js/base/bytes.ts";
import { parseJson, renderJson } from "../../src/js/base/json.ts";
import { everyArbitrary } from "../support/arbitraries.ts";
import { testCore } from "../support/core.ts";
import { everyKeeping, everyKind } from "../support/every-kind.ts";
import { bytes, group, int } from "../support/pb-builder.ts";

const core = await testCore();

function write(value: object): Uint8Array {
  return encodeMessage(core, everyKind, everyKeeping, "t.Every", { ...value });
}

function read(input: Uint8Array, windowBytes?: number): Map<string, unknown> {
  const options = windowBytes === undefined ? {} : { windowBytes };
  return messageToData(decodeMessage(core, everyKeeping, "t.Every", input, options).root, everyKind);
}

/** Key order is free; numbers are compared as they print. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return String(Object.is(value, -0) ? 0 : value);
  if (typeof value !== "object" || value === null) return value;
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([k, v]) => [k, canonical(v)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("JSON ⇄ proto", () => {
  it("reads back what it wrote: presence, oneofs, maps and unknown fields included", () => {
    fc.assert(
      fc.property(everyArbitrary, (value) => {
        expect(canonical(read(write(value)))).toEqual(canonical(value));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("goes through JSON text without loss", () => {
    fc.assert(
      fc.property(everyArbitrary, (value) => {
        const input = write(value);
        const back = parseJson(renderJson(read(input))) as Map<string, unknown>;
        expect(encodeMessage(core, everyKind, everyKeeping, "t.Every", back)).toEqual(input);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("merges concatenated messages the same in one window and in many", () => {
    fc.assert(
      fc.property(everyArbitrary, everyArbitrary, fc.integer({ min: 1, max: 40 }), (a, b, windowBytes) => {
        const input = concatBytes([write(a), write(b)]);
        expect(canonical(read(input, windowBytes))).toEqual(canonical(read(input)));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("keeps unknown fields byte for byte", () => {
    const unknown = concatBytes([int(1000, 5), bytes(1001, encodeUtf8("x")), group(1002, int(1, 1))]);
    expect(write(Object.fromEntries(read(unknown)))).toEqual(unknown);
  });

  it.each([
    [{ nope: 1 }, "PathNotFound"],
    [{ i32: 1n << 31n }, "ValueOutOfRange"],
    [{ u32: -1 }, "ValueOutOfRange"],
    [{ i32: 1.5 }, "ValueOutOfRange"],
    [{ raw: "***" }, "ValueOutOfRange"],
    [{ color: "PURPLE" }, "ValueOutOfRange"],
    [{ r_i32: 3 }, "ValueOutOfRange"],
    [{ child: 3 }, "ValueOutOfRange"],
    [{ c_int: 1, c_text: "x" }, "ValueOutOfRange"],
    [{ b: 1 }, "ValueOutOfRange"],
  ])("refuses %o with a code", (value, code) => {
    expect(() => write(value)).toThrowError(expect.objectContaining({ code }));
  });
});
