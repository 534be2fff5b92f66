import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../../../../../src/js/base/bytes.ts";
import {
  decodeSurrogateEscape,
  encodeSurrogateEscape,
  findInvalidUtf8,
  hasLoneSurrogate,
} from "../../../../../src/js/formats/pigweed/tokens/utf8.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes in which sequences of two to four are likely, whole and damaged. */
const BYTES = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.string({ unit: "binary", maxLength: 3 }).map((text) => new TextEncoder().encode(text)),
      fc
        .constantFrom(
          [0xc0, 0x80],
          [0xe0, 0x9f, 0xbf],
          [0xed, 0xa0, 0x80],
          [0xf0, 0x8f, 0xbf, 0xbf],
          [0xf4, 0x90, 0x80, 0x80],
          [0xe2, 0x82],
        )
        .map((all) => Uint8Array.from(all)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe("UTF-8 without loss", () => {
  it("agrees with the host on what is well-formed", () => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const valid = findInvalidUtf8(bytes, 0, bytes.length);
        expect(() => strict.decode(bytes.subarray(0, valid))).not.toThrow();
        if (valid === bytes.length) expect(decodeSurrogateEscape(bytes)).toBe(strict.decode(bytes));
        else expect(() => strict.decode(bytes)).toThrow(TypeError);
      }),
      { seed: 31, numRuns: 1000 },
    );
  });

  it("gives every byte back", () => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const text = decodeSurrogateEscape(bytes);
        expect(encodeSurrogateEscape(text)).toEqual(bytes);
        expect(hasLoneSurrogate(text)).toBe(findInvalidUtf8(bytes, 0, bytes.length) < bytes.length);
      }),
      { seed: 32, numRuns: 1000 },
    );
  });

  it("handles megabytes of noise", () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 24);
    expect(equalBytes(encodeSurrogateEscape(decodeSurrogateEscape(bytes)), bytes)).toBe(true);
  });

  it("writes what it cannot turn back as U+FFFD", () => {
    expect(encodeSurrogateEscape("a\ud800b\udcff")).toEqual(Uint8Array.of(0x61, 0xef, 0xbf, 0xbd, 0x62, 0xff));
  });
});
