import { describe, expect, it } from "vitest";
import { makeLogs } from "../../../src/bench/generators.ts";
import { BENCH_PROTO } from "../../../src/bench/messages.ts";
import { decodeMessage } from "../../../src/js/abi/decode.ts";
import type { StreamOptions, StreamSummary } from "../../../src/js/abi/stream.ts";
import { compileProto, streamMessages } from "../../../src/js/stream.ts";
import { BUILDS, testCore } from "../../support/core.ts";
import { bytes as bytesField, int, message } from "../../support/pb-builder.ts";

const schema = compileProto(new Map([["bench.proto", BENCH_PROTO]]), "bench.Snapshot");

/** `bytes`, `times` over, in chunks of `chunkBytes`; never in memory as a whole. */
function repeated(bytes: Uint8Array, times: number, chunkBytes: number): ReadableStream<Uint8Array> {
  let round = 0;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (round === times) return controller.close();
      controller.enqueue(bytes.slice(at, at + chunkBytes));
      at += chunkBytes;
      if (at < bytes.length) return;
      at = 0;
      round++;
    },
  });
}

interface Read extends StreamSummary {
  readonly levels: number;
  readonly logs: number;
  readonly windows: number;
  readonly issues: readonly string[];
}

async function readAll(
  build: (typeof BUILDS)[number],
  source: ReadableStream<Uint8Array> | Blob,
  options: StreamOptions = {},
): Promise<Read> {
  const windows = streamMessages(await testCore(build), schema, "bench.Snapshot", source, options);
  let [levels, logs, count, end] = [0, 0, 0, 0];
  const issues: string[] = [];
  for (;;) {
    const step = await windows.next();
    if (step.done === true) return { ...step.value, levels, logs, windows: count, issues };
    const { offset, byteLength, root } = step.value;
    count++;
    expect(offset).toBeGreaterThanOrEqual(end);
    end = offset + byteLength;
    issues.push(...step.value.issues.map((issue) => `${issue.code}@${issue.offset}`));
    root.messages("logs").forEachRow((tape, at) => {
      levels += tape[at + schema.messages.get("bench.LogEntry")!.byName.get("level")!.slot]!;
      logs++;
    });
  }
}

const entries = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, ix) => message(1, bytesField(1, "text"), int(2, ix)));
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(parts.flatMap((part) => [...part]));

describe.each(BUILDS)("a stream (%s)", (build) => {
  it("of 64 MB is read whole, in memory for a window", async () => {
    const megabyte = makeLogs(1_048_576, 1);
    const { root } = decodeMessage(await testCore(build), schema, "bench.Snapshot", megabyte);
    const logs = root.count("logs");
    const read = await readAll(build, repeated(megabyte, 64, 100_000));
    expect(read).toMatchObject({ byteLength: 64 * megabyte.length, logs: 64 * logs, skipped: [], issues: [] });
    expect(read.levels).toBe(64 * [...root.messages("logs")].reduce((sum, entry) => sum + entry.u32("level"), 0));
    expect(read.peakBytes).toBeLessThan(8 * 1_048_576);
    expect(read.windows).toBeGreaterThan(60);
  });

  it.each([1, 7, 64, 4096])("gives the same in windows of %i bytes, whatever the chunks", async (windowBytes) => {
    const bytes = join(...entries(200));
    for (const chunkBytes of [1, 13, 5000]) {
      const read = await readAll(build, repeated(bytes, 1, chunkBytes), { windowBytes });
      expect(read).toMatchObject({ byteLength: bytes.length, logs: 200, levels: 19_900, skipped: [] });
    }
  });

  it("takes a Blob, and nothing at all", async () => {
    const bytes = join(...entries(3));
    expect(await readAll(build, new Blob([bytes.slice()]))).toMatchObject({ logs: 3, byteLength: bytes.length });
    expect(await readAll(build, new Blob([]))).toMatchObject({ logs: 0, byteLength: 0, skipped: [] });
  });

  it("passes over a record beyond the limit, says where it was, and goes on", async () => {
    const [a, b] = [join(...entries(5)), join(...entries(7))];
    const large = message(1, bytesField(1, "x".repeat(100_000)));
    const source = repeated(join(a, large, b), 1, 999);
    const read = await readAll(build, source, { windowBytes: 64, recordBytes: 10_000 });
    expect(read).toMatchObject({
      logs: 12,
      byteLength: a.length + large.length + b.length,
      skipped: [{ offset: a.length, byteLength: large.length, code: "LimitExceeded" }],
    });
    expect(read.peakBytes).toBeLessThan(1_000_000);
  });

  it("says that a length runs past the end instead of waiting for it in memory", async () => {
    const a = join(...entries(2));
    const lying = new Uint8Array(500);
    lying.set([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    const source = () => repeated(join(a, lying), 1, 4);
    const read = await readAll(build, source(), { windowBytes: 16, lenient: true });
    expect(read).toMatchObject({ logs: 2, byteLength: a.length + 500 });
    expect(read.skipped).toEqual([{ offset: a.length, byteLength: 500, code: "LengthBeyondEnd" }]);
    expect(read.peakBytes).toBeLessThan(1_000_000);
    await expect(readAll(build, source(), { windowBytes: 16 })).rejects.toMatchObject({
      code: "LengthBeyondEnd",
      offset: a.length,
    });
  });

  it("keeps what came before damage, and says what it could not read", async () => {
    const a = join(...entries(50));
    const bad = new Uint8Array([0x07, 1, 2, 3]);
    const read = await readAll(build, repeated(join(a, bad, ...entries(9)), 1, 100), {
      lenient: true,
      windowBytes: 64,
    });
    expect(read.logs).toBe(50);
    expect(read.issues).toEqual([expect.stringMatching(new RegExp(`@${a.length}$`))]);
    expect(read.skipped).toEqual([
      { offset: a.length, byteLength: read.byteLength - a.length, code: read.issues[0]!.split("@")[0] },
    ]);
    await expect(readAll(build, repeated(join(a, bad), 1, 100))).rejects.toMatchObject({ offset: a.length });
  });

  it("stops when cancelled and closes its source", async () => {
    const controller = new AbortController();
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (c) => c.enqueue(join(...entries(100))),
      cancel: () => {
        cancelled = true;
      },
    });
    const windows = streamMessages(await testCore(build), schema, "bench.Snapshot", source, {
      signal: controller.signal,
      windowBytes: 100,
    });
    await windows.next();
    controller.abort();
    await expect(
      (async () => {
        for await (const _ of windows);
      })(),
    ).rejects.toMatchObject({ code: "Cancelled" });
    expect(cancelled).toBe(true);
  });
});
