import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, encodeUtf8 } from "../../src/js/base/bytes.ts";
import { ERROR_CODES } from "../../src/js/base/error-codes.ts";
import { TextReader } from "../../src/js/formats/goroutines/text-reader.ts";
import type { SnapshotParts } from "../../src/js/model/snapshot.ts";
import { framesOf } from "../../src/js/model/stacks.ts";
import { GOROUTINE_FILES, goroutineFixture, readGoroutines } from "../support/goroutines.ts";

const LINES = [
  "goroutine 1 [running]:",
  "goroutine 2 gp=0x1 m=nil [select, 3 minutes] {a: b}:",
  "goroutine 0 [idle]:",
  "goroutine profile: total 3",
  "3 @ 0x1 0x2",
  "#\t0x1\tmain.f+0x1\t\t/x.go:1",
  '# labels: {"a":"b"}',
  "main.f(0x1, {0x2?, ...})",
  "\t/src/x.go:12 +0x1d fp=0x1 sp=0x2 pc=0x3",
  "main.g(...)",
  "\t/src/x.go:13",
  "created by main.main in goroutine 1",
  "[originating from goroutine 1]:",
  "...7 frames elided...",
  "...additional frames elided...",
  "\tgoroutine running on other thread; stack unavailable",
  "non-Go function at pc=0x5",
  "panic: x [recovered]",
  "\tpanic: y",
  "-----",
  "exit status 2",
  "WARNING: DATA RACE",
  "Write at 0x1 by goroutine 1:",
  "  main.f()",
  "      /x.go:1 +0x1",
  "Goroutine 1 (running) created at:",
  "==================",
  "runtime stack:",
  "rax    0x0",
  "",
  "app_1 | goroutine 4 [sleep]:",
  '{"log":"goroutine 9 [sleep]:\\nmain.f()\\n\\t/x.go:1 +0x1"}',
  "\x1b[31mgoroutine 5 [sleep]:\x1b[0m",
];
const anyLine = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...LINES) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom(...LINES).chain((line) => fc.nat(line.length).map((n) => line.slice(0, n))) },
);
const anyText = fc.array(anyLine, { maxLength: 60 }).map((lines) => lines.join("\n"));

/** Everything a reader can find in a snapshot is within bounds and of a known code. */
function check(all: readonly SnapshotParts[]): void {
  expect(all.length).toBeGreaterThan(0);
  for (const { stacks, issues } of all) {
    for (const { code } of issues) expect(ERROR_CODES).toHaveProperty(code);
    stacks.contexts.forEach(({ stack, creator, ancestors }, ix) => {
      const frames = framesOf(stacks, stack);
      for (const frame of frames) expect(typeof frame.functionName).toBe("string");
      if (creator !== undefined) expect(stacks.frames[creator.frame]).toBeDefined();
      for (const ancestor of ancestors ?? []) framesOf(stacks, ancestor.stack);
      if (stacks.calls !== undefined) {
        expect(stacks.calls.first[ix + 1]! - stacks.calls.first[ix]!).toBe(frames.length);
      }
    });
  }
}

function scan(pieces: readonly Uint8Array[]): unknown {
  const reader = new TextReader();
  for (const piece of pieces) reader.push(piece);
  return reader.finish().map(({ scanner, isBroken }) => ({
    isBroken,
    goroutines: [...scanner.goroutines.status.take()],
    stacks: [...scanner.goroutines.stack.take()],
    offsets: [...scanner.goroutines.offset.take()],
    calls: [...scanner.calls.argumentEnd.take()],
    unknown: [scanner.unknownLines, scanner.unknownOffset],
    segments: scanner.segments.all,
  }));
}

describe("goroutine texts", () => {
  it("never throw, whatever their lines are", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => check(await readGoroutines({ a: text }))),
      { numRuns: 300 },
    );
  });

  it("never throw, whatever their bytes are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => check(await readGoroutines({ a: bytes }))),
      { numRuns: 300 },
    );
  });

  it("read the same in pieces of any size", () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(40), { maxLength: 40 }), (text, sizes) => {
        const bytes = encodeUtf8(text);
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) {
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        pieces.push(bytes.subarray(at));
        expect(concatBytes(pieces)).toEqual(bytes);
        expect(scan(pieces)).toEqual(scan([bytes]));
      }),
    );
  });
});

describe("cut anywhere", () => {
  const files = GOROUTINE_FILES.filter((path) =>
    /^(?:zoo|tracebacks|shop-go1\.24\/)[^/]*\/?[^/]*(?:txt|pb\.gz)$/.test(path),
  );
  it.each(files)("%s gives what is there", async (path) => {
    const bytes = await goroutineFixture(path);
    for (let i = 1; i < 32; i++) {
      const cut = bytes.slice(0, Math.floor((bytes.length * i) / 32));
      const all = await readGoroutines({ [path]: cut });
      check(all);
      const inMiddle = cut.at(-1) !== 0x0a;
      if (inMiddle || path.endsWith(".pb.gz")) expect(all.flatMap(({ issues }) => issues)).not.toEqual([]);
    }
  });
});
