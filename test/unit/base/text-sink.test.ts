import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, decodeUtf8 } from "../../../src/js/base/bytes.ts";
import { TextSink } from "../../../src/js/base/text-sink.ts";

const textOf = (sink: TextSink) => decodeUtf8(concatBytes(sink.pieces));

describe("TextSink", () => {
  it("holds what was added, whole characters in every piece", () => {
    const sink = new TextSink();
    const long = "αβ𝄞".repeat(200_000);
    for (const part of ["", "a", long, "ü", "x".repeat(33), long]) sink.add(part);
    expect(sink.pieces.length).toBeGreaterThan(1);
    expect(sink.pieces.map(decodeUtf8).join("")).toBe(`a${long}ü${"x".repeat(33)}${long}`);
  });

  it("mixes strings, bytes, characters and numbers in order", () => {
    const sink = new TextSink();
    sink.add("t=");
    sink.addInteger(0);
    sink.addAscii(0x20);
    sink.addBytes(new TextEncoder().encode("é|"));
    sink.addDigits(42, 6);
    sink.addHex(0xbeef, 8, true);
    expect(textOf(sink)).toBe("t=0 é|0000420000BEEF");
  });

  it("fills a block to the last byte, whatever is added", () => {
    for (const add of [
      (sink: TextSink) => sink.addAscii(0x61),
      (sink: TextSink) => sink.add("a"),
      (sink: TextSink) => sink.addInteger(7),
      (sink: TextSink) => sink.addHex(7, 1, false),
    ]) {
      const sink = new TextSink();
      for (let n = 0; n < (1 << 20) + 5; n++) add(sink);
      const text = textOf(sink)!;
      expect(text.length).toBe((1 << 20) + 5);
      expect(new Set(text).size).toBe(1);
    }
  });

  it("writes integers as JavaScript does", () => {
    const integers = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.nat(),
      fc.constantFrom(0, 9, 10, 2 ** 32 - 1, 2 ** 32),
    );
    fc.assert(
      fc.property(integers, (value) => {
        const sink = new TextSink();
        sink.addInteger(value);
        return textOf(sink) === String(value);
      }),
    );
  });

  it("writes hexadecimal as JavaScript does, filled with zeros", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 0xffff_ffff }),
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        (value, least, upper) => {
          const sink = new TextSink();
          sink.addHex(value, least, upper);
          const digits = value.toString(16).padStart(least, "0");
          return textOf(sink) === (upper ? digits.toUpperCase() : digits);
        },
      ),
    );
  });
});
