import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { probeGoroutines } from "../../../../src/js/formats/goroutines/probe.ts";
import { GOROUTINE_FILES, goroutineFixture } from "../../../support/goroutines.ts";

const probe = (bytes: Uint8Array): number => probeGoroutines(bytes.subarray(0, 4096), bytes.length);

describe("probe", () => {
  const own = GOROUTINE_FILES.filter((path) => /^[^/]+\/[^/]+\.(?:txt|txt\.gz|pb\.gz)$/.test(path))
    .filter((path) => !path.startsWith("src/"))
    // Two lines of panic text and nothing else: other systems panic too.
    .filter((path) => !path.includes("panic-none"));
  it.each(own)("recognises %s", async (path) => {
    expect(probe(await goroutineFixture(path))).toBeGreaterThanOrEqual(80);
  });

  it("is unsure of a panic without goroutines", async () => {
    expect(probe(await goroutineFixture("tracebacks/panic-none-go1.24.txt"))).toBe(60);
  });

  it.each([
    ["", 0],
    ["hello world\n", 0],
    ['{"a": [1, 2]}', 0],
    ["\x7fELF\x02\x01\x01", 0],
    ["\n\x04\b\x01\x10\x02", 0],
    ["2024 app | goroutine 12 [select]:\n", 85],
    ['{"stack":"goroutine 1 [running]:\\nmain.main()"}', 85],
    ["go 1.22 trace\0\0\0", 85],
    ["heap profile: 1: 2 [3: 4] @ heap/1048576\n", 80],
  ])("gives %j %d", (text, score) => {
    expect(probe(encodeUtf8(text))).toBe(score);
  });

  it("does not take other protobuf messages for profiles", () => {
    // field 1, length 2: no ValueType inside
    expect(probe(Uint8Array.of(0x0a, 0x02, 0x41, 0x42, 0x12, 0x01, 0x00))).toBe(0);
    // field 16
    expect(probe(Uint8Array.of(0x82, 0x01, 0x02, 0x41, 0x42))).toBe(0);
  });
});
