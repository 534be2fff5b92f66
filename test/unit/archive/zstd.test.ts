import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isZstd, unzstd } from "../../../src/js/archive/zstd.ts";
import { concatBytes, decodeUtf8 } from "../../../src/js/base/bytes.ts";
import { withLimits } from "../../../src/js/base/limits.ts";

const limits = withLimits();
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** `seq -f 'line %g of a log' 1 60 | zstd -19 --check` (zstd 1.5.4). */
const LINES = fromBase64(
  "KLUv/WTzAv0CABIFDxGg6QGNj36qKhRShEQorHhqBKXNq4lnr2xeTTx7YfNq4tnrmlcTz17WvJp49nrzauIZKOkEEUgKDwOZEzyoEbC7fwbg5xASYUQY9AHrPtbXntbHqtPpUFlZBqQq+Lf3GA==",
);
const lines = Array.from({ length: 60 }, (_, i) => `line ${i + 1} of a log\n`).join("");

/** A frame of `blocks` run-length blocks of 128 KiB each: 4 bytes make 131,072. */
function bomb(blocks: number): Uint8Array<ArrayBuffer> {
  const header = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
  const block = (last: number): Uint8Array => {
    const word = (0x20000 << 3) | 2 | last;
    return Uint8Array.of(word & 0xff, (word >> 8) & 0xff, (word >> 16) & 0xff, 0x41);
  };
  return concatBytes([header, ...Array.from({ length: blocks }, (_, i) => block(i === blocks - 1 ? 1 : 0))]);
}

describe("unzstd", () => {
  it("reads what the reference tool wrote", () => {
    expect(isZstd(LINES)).toBe(true);
    const { bytes, problem } = unzstd(LINES, limits);
    expect(problem).toBeUndefined();
    expect(decodeUtf8(bytes)).toBe(lines);
  });

  it("reads frames one after the other and skips skippable ones", () => {
    const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    const { bytes, problem } = unzstd(concatBytes([LINES, skippable, LINES]), limits);
    expect(problem).toBeUndefined();
    expect(decodeUtf8(bytes)).toBe(lines + lines);
  });

  it("keeps whole blocks of a cut-off file", () => {
    const { bytes, problem } = unzstd(bomb(10).subarray(0, 6 + 5 * 4 + 2), limits);
    expect(bytes.length).toBe(5 * 131_072);
    expect(problem?.code).toBe("CorruptZstd");
  });

  it("stops a bomb at the byte limit and at the ratio limit", () => {
    const byBytes = unzstd(bomb(1000), withLimits({ inputBytes: 2_000_000 }));
    expect(byBytes.bytes.length).toBe(2_000_000);
    expect(byBytes.problem).toMatchObject({ code: "LimitExceeded", limit: { name: "inputBytes" } });
    const byRatio = unzstd(bomb(1000), limits);
    expect(byRatio.bytes.length).toBe(1_048_576 + 1100 * bomb(1000).length);
    expect(byRatio.problem).toMatchObject({ code: "LimitExceeded", limit: { name: "inflateRatio" } });
  });

  it("refuses a window beyond 128 MiB before it is allocated", () => {
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const { bytes, problem } = unzstd(frame, limits);
    expect(bytes.length).toBe(0);
    expect(problem).toMatchObject({ code: "LimitExceeded", limit: { max: 134_217_728, actual: 2 ** 30 } });
  });

  it("never throws and never exceeds its limits on damaged bytes", () => {
    const small = withLimits({ inputBytes: 100_000 });
    fc.assert(
      fc.property(fc.nat(LINES.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(LINES.length), (at, flip, cut) => {
        const damaged = LINES.slice(0, cut);
        if (at < cut) damaged[at]! ^= flip;
        expect(unzstd(damaged, small).bytes.length).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 500 },
    );
  });
});
