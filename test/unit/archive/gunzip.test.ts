import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { gunzip, isGzip } from "../../../src/js/archive/gunzip.ts";
import { concatBytes, encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { withLimits } from "../../../src/js/base/limits.ts";

const limits = withLimits();
/** Text that compresses, but not to nothing. */
const text = encodeUtf8(Array.from({ length: 20_000 }, (_, i) => `line ${(i * 2_654_435_761) >>> 0}\n`).join(""));

function isPrefix(part: Uint8Array, whole: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, i) => byte === whole[i]);
}

describe("gunzip", () => {
  it("gives back what was compressed, for any bytes and several members", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 }), (members) => {
        const result = gunzip(concatBytes(members.map((member) => gzipSync(member))), limits);
        expect(result.problem).toBeUndefined();
        expect(result.bytes).toEqual(concatBytes(members));
      }),
      { numRuns: 60 },
    );
  });

  it("reads members longer than a step", () => {
    const result = gunzip(concatBytes([gzipSync(text), gzipSync(text)]), limits);
    expect(result.problem).toBeUndefined();
    expect(result.bytes.length).toBe(2 * text.length);
  });

  it("keeps what a cut-off file still holds, more of it the longer it is", () => {
    const packed = gzipSync(text);
    let last = -1;
    for (let i = 1; i < 32; i++) {
      const { bytes, problem } = gunzip(packed.subarray(0, Math.floor((packed.length * i) / 32)), limits);
      expect(problem?.code).toBe("CorruptGzip");
      expect(isPrefix(bytes, text)).toBe(true);
      expect(bytes.length).toBeGreaterThanOrEqual(last);
      last = bytes.length;
    }
    expect(last).toBeGreaterThan(text.length * 0.9);
  });

  it("keeps what comes before damage and names a byte", () => {
    const packed = gzipSync(text);
    const at = Math.floor(packed.length / 2);
    packed.fill(0xff, at, at + 64);
    const { bytes, problem } = gunzip(packed, limits);
    expect(problem).toMatchObject({ code: "CorruptGzip" });
    expect(problem?.offset).toBeGreaterThan(at - 2);
    expect(isPrefix(bytes.subarray(0, Math.floor(text.length * 0.4)), text)).toBe(true);
  });

  it("notices a wrong check sum and keeps the content", () => {
    const packed = gzipSync(encodeUtf8("hello"));
    packed[packed.length - 8]! ^= 1;
    const { bytes, problem } = gunzip(packed, limits);
    expect(bytes).toEqual(encodeUtf8("hello"));
    expect(problem).toMatchObject({ code: "CorruptGzip", offset: packed.length - 8 });
    expect(problem?.message).toContain("check sum");
  });

  it("keeps the content before trailing garbage and says where that starts", () => {
    const packed = gzipSync(encodeUtf8("hello"));
    const { bytes, problem } = gunzip(concatBytes([packed, new Uint8Array(512)]), limits);
    expect(bytes).toEqual(encodeUtf8("hello"));
    expect(problem?.code).toBe("CorruptGzip");
    expect(problem?.offset).toBeGreaterThanOrEqual(packed.length);
    expect(problem?.offset).toBeLessThan(packed.length + 8);
  });

  it("stops a bomb at the byte limit, keeping what fits", () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const { bytes, problem } = gunzip(bomb, withLimits({ inputBytes: 3_000_000 }));
    expect(bytes.length).toBe(3_000_000);
    expect(problem).toMatchObject({ code: "LimitExceeded", limit: { name: "inputBytes", max: 3_000_000 } });
  });

  it("stops a bomb at the ratio limit, above the first MiB", () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const { bytes, problem } = gunzip(bomb, withLimits({ inflateRatio: 100 }));
    expect(bytes.length).toBe(1_048_576 + bomb.length * 100);
    expect(problem).toMatchObject({ code: "LimitExceeded", limit: { name: "inflateRatio", max: 100 } });
  });

  it("never throws and never exceeds its limits on arbitrary bytes", () => {
    const small = withLimits({ inputBytes: 100_000 });
    const start = gzipSync(text.subarray(0, 800));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(start.length), (noise, cut) => {
        const { bytes } = gunzip(concatBytes([start.subarray(0, cut), noise]), small);
        expect(bytes.length).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 150 },
    );
  });
});

describe("isGzip", () => {
  it.each([
    [gzipSync(new Uint8Array(0)), true],
    [Uint8Array.of(0x1f, 0x8b, 8, 0xe0, 0, 0, 0, 0, 0, 0), false],
    [Uint8Array.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0), false],
    [Uint8Array.of(0x1f, 0x8b, 8), false],
    [new Uint8Array(0), false],
  ])("%# looks at magic, method and flags", (bytes, expected) => {
    expect(isGzip(bytes)).toBe(expected);
  });
});
