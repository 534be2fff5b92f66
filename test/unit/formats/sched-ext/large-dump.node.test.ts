import { describe, expect, it } from "vitest";
import { makeDump, pageBytes } from "../../../../bench/cases/sched-ext-dump.mjs";
import { withLimits } from "../../../../src/js/base/limits.ts";
import type { DecodeProgress } from "../../../../src/js/formats/plugin.ts";
import { attachDump, decodeDump } from "../../../../src/js/formats/sched-ext/plugin.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { search } from "../../../../src/js/search.ts";

const bytes = makeDump({ pages: 256, entries: 300, seed: 3 });

function open(
  content: Uint8Array,
  more: { progress?: (progress: DecodeProgress) => void; signal?: AbortSignal } = {},
): Snapshot {
  const [parts] = decodeDump({ name: "big.json", bytes: content }, { options: {}, limits: withLimits(), ...more });
  return { ...parts!, ...attachDump(structuredClone(parts!)) };
}

const pagesOf = ({ maps }: Snapshot) => maps!.maps[0]!.arena!.pages;

describe("a dump of many arena pages", () => {
  it("gives every page as it was written, byte for byte", () => {
    const snapshot = open(bytes);
    const pages = pagesOf(snapshot);
    expect(pages).toHaveLength(256);
    for (const ix of [0, 1, 127, 255]) {
      expect(pages[ix]!.user_addr).toBe(0x1000_0000_0000n + BigInt(ix * 4096));
      expect(pages[ix]!.bytes()).toEqual(pageBytes(ix, 3));
    }
    expect(snapshot.maps!.maps[1]!.stores[0]!.length).toBe(300);
    expect(snapshot.issues).toEqual([]);
  });

  it("tells how far it is, and can be stopped on the way", () => {
    const done: number[] = [];
    open(bytes, { progress: ({ doneBytes }) => done.push(doneBytes) });
    expect(done.length).toBeGreaterThanOrEqual(3);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect(done.at(-1)).toBeLessThanOrEqual(bytes.length);
    expect(() => open(bytes, { signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ code: "Cancelled" }));
  });

  it("keeps the pages before the place where the file ends", () => {
    for (const part of [0.25, 0.5, 0.9]) {
      const snapshot = open(bytes.subarray(0, Math.floor(bytes.length * part)));
      const pages = pagesOf(snapshot);
      expect(pages.length).toBeGreaterThan(256 * part * 0.8);
      expect(pages.at(-2)!.bytes()).toEqual(pageBytes(pages.length - 2, 3));
      expect(snapshot.issues[0]).toMatchObject({ code: "MalformedJson" });
    }
  });

  it("is searched in one walk, memory included", () => {
    const snapshot = open(bytes);
    const page = pageBytes(200, 3);
    const word = new DataView(page.buffer).getUint32(64, true);
    const { matches } = search(snapshot, String(word));
    expect(matches).toMatchObject([{ matched: "bytes", path: "maps.scx_arena.arena.pages[200].bytes", offset: 64 }]);
    const all = search(snapshot, "runnable_at", { limit: 1000 });
    expect(all.matches).toHaveLength(300);
    expect(all.matches[299]!.path).toBe("maps.task_ctxs.entries[300].value.runnable_at");
  });
});
