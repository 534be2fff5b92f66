import { describe, expect, it } from "vitest";
import { compareContexts, compareGroups, matchProcesses } from "../../../src/js/analysis/compare-contexts.ts";
import { type ContextFilter, compileFilter } from "../../../src/js/analysis/context-filter.ts";
import { findLinks, labelRule } from "../../../src/js/analysis/links.ts";
import { renderJson } from "../../../src/js/base/json.ts";
import type { StackTable } from "../../../src/js/model/stacks.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const stacks = async (path: string): Promise<StackTable> =>
  (await readGoroutines({ "server.txt": await goroutineFixture(path) }))[0]!.stacks;

const block = (id: number, state: string, line = 1, creator = 1): string =>
  `goroutine ${id} [${state}]:\nmain.f(0x1)\n\t/src/x.go:${line} +0x1\ncreated by main.main in goroutine ${creator}\n\t/src/x.go:9 +0x1\n\n`;

describe("two snapshots", () => {
  it("of one process: gone, new, stuck and moved goroutines; minutes do not count", async () => {
    const before = (await readDump(block(2, "select, 1 minutes") + block(3, "select") + block(4, "select"))).stacks;
    const after = (await readDump(block(2, "select, 6 minutes") + block(4, "select", 7) + block(5, "sleep"))).stacks;
    const { gone, new: added, stuck, moved, unknown } = compareContexts(before, after);
    const ids = (table: StackTable, ixs: readonly number[]) => ixs.map((ix) => table.contexts[ix]!.id);
    expect(
      ids(
        before,
        gone.map((c) => c.before),
      ),
    ).toEqual([3n]);
    expect(
      ids(
        after,
        added.map((c) => c.after),
      ),
    ).toEqual([5n]);
    expect(
      ids(
        after,
        stuck.map((c) => c.after),
      ),
    ).toEqual([2n]);
    expect(
      ids(
        after,
        moved.map((c) => c.after),
      ),
    ).toEqual([4n]);
    expect(unknown).toBe(0);
  });

  it("an id that was used again by another creator is not the same goroutine", async () => {
    const before = (await readDump(block(2, "select"))).stacks;
    const after = (await readDump(block(2, "select", 1, 7))).stacks;
    const { gone, new: added, stuck } = compareContexts(before, after);
    expect([gone.length, added.length, stuck.length]).toEqual([1, 1, 0]);
  });

  it("three seconds apart: every goroutine is accounted for", async () => {
    const before = await stacks("shop-go1.24/server.debug2.txt");
    const after = await stacks("shop-go1.24-later/server.debug2.txt");
    const { gone, new: added, stuck, moved } = compareContexts(before, after);
    expect(gone.length + stuck.length + moved.length).toBe(71);
    expect(added.length + stuck.length + moved.length).toBe(97);
    expect(stuck.length).toBeGreaterThan(20);
  });

  it("group by group: the changes add up to the difference", async () => {
    const before = await stacks("shop-go1.24/server.debug2.txt");
    const after = await stacks("shop-go1.24-later/server.debug2.txt");
    const changes = compareGroups(before, after, { unchanged: true });
    const sum = (side: "before" | "after") => changes.reduce((total, change) => total + change[side], 0n);
    expect([sum("before"), sum("after")]).toEqual([71n, 97n]);
    expect(changes[0]).toMatchObject({ before: 16n, after: 42n });
    expect(compareGroups(before, before)).toEqual([]);
  });

  it("of a profile can be compared by group, not by goroutine", async () => {
    const before = await stacks("shop-go1.24/server.pb.gz");
    const after = await stacks("shop-go1.24-later/server.pb.gz");
    expect(compareContexts(before, after).unknown).toBe(before.contexts.length + after.contexts.length);
    expect(compareGroups(before, after, { level: "functions" }).map((c) => c.after - c.before)).toEqual([1n, -1n]);
  });

  it("match processes by name, or by build id when the name changed", async () => {
    const pb = await goroutineFixture("shop-go1.24/server.pb.gz");
    const other = await goroutineFixture("shop-go1.24/client-a.pb.gz");
    const [a] = await readGoroutines({ "server.pb": pb, "client.pb": other });
    const [b] = await readGoroutines({ "renamed.pb": pb, "client.pb": other });
    expect([...matchProcesses(a!.stacks, b!.stacks)]).toEqual([
      ["client", "client"],
      ["server", "renamed"],
    ]);
  });
});

describe("links", () => {
  it("join server and clients by a label of both, and say who found nobody", async () => {
    const files: Record<string, Uint8Array> = {};
    for (const name of ["server", "client-a", "client-b"])
      files[`${name}.pb`] = await goroutineFixture(`shop-go1.24/${name}.pb.gz`);
    const [parts] = await readGoroutines(files);
    const table = parts!.stacks;
    const { links, unmatchedFrom, isCut } = findLinks(table, labelRule("client_id"));
    expect(links.length).toBeGreaterThan(30);
    expect(isCut).toBe(false);
    for (const { from, to, key } of links) {
      expect(table.contexts[from]!.labels!["client_id"]).toBe(key);
      expect(table.contexts[to]!.labels!["client_id"]).toBe(key);
      expect(table.contexts[from]!.process).not.toBe(table.contexts[to]!.process);
    }
    expect(unmatchedFrom.every((ix) => !links.some(({ from, to }) => from === ix || to === ix))).toBe(true);
  });

  it("join by an argument of a declared function", async () => {
    const call = (id: number, name: string, args: string): string =>
      `goroutine ${id} [select]:\n${name}(${args})\n\tx.go:1 +0x1\n\n`;
    const { stacks: table } = await readDump(
      call(1, "main.client", "0x7, {0x1, 0xc000010000}") +
        call(2, "main.server", "0xc000010000") +
        call(3, "main.server", "0xc000020000"),
    );
    const result = findLinks(table, {
      from: { function: "main.client", keys: [{ argument: [1, 1] }] },
      to: { function: "main.server", keys: [{ argument: [0] }] },
    });
    expect(result.links).toEqual([{ from: 0, to: 1, key: "0xc000010000" }]);
    expect(result.unmatchedTo).toEqual([2]);
  });

  it("stay bounded when everything has one key", async () => {
    const text = Array.from(
      { length: 300 },
      (_, i) => `goroutine ${i + 1} [select] {k: v}:\nmain.f()\n\tx.go:1 +0x1\n\n`,
    ).join("");
    const [parts] = await readGoroutines({ "a.txt": text, "b.txt": text });
    const { links, isCut } = findLinks(parts!.stacks, labelRule("k"), 1000);
    expect([links.length, isCut]).toEqual([1000, true]);
  });
});

describe("filters", () => {
  const ids = async (filter: ContextFilter): Promise<string> => {
    const { stacks: table } = await readDump(await goroutineFixture("zoo-go1.27/zoo.debug2.txt"));
    const keeps = compileFilter(table, filter);
    return String(table.contexts.filter((context, ix) => keeps(context, ix)).length);
  };

  const cases: [ContextFilter, string][] = [
    [{}, "65"],
    [{ state: "sync.Mutex.Lock" }, "28"],
    [{ state: ["sync.Mutex.Lock", "select"] }, "29"],
    [{ state: "/^sync\\./" }, "32"],
    [{ not: { state: "/^sync\\./" } }, "33"],
    [{ minutes: 1 }, "60"],
    [{ minutes: 99 }, "0"],
    [{ ids: [1n, 9n] }, "3"],
    [{ label: "tenant" }, "3"],
    [{ label: "tenant=acme 1" }, "1"],
    [{ label: "tenant=/acme [01]/" }, "2"],
    [{ function: "main.lockA" }, "2"],
    [{ package: "net/http" }, "3"],
    [{ leaf: "internal/sync.runtime_SemacquireMutex" }, "28"],
    [{ root: "main.main" }, "1"],
    [{ createdBy: "main.main" }, "59"],
    [{ file: "/rwmutex\\.go$/" }, "2"],
    [{ locked: true }, "2"],
    [{ code: "system" }, "4"],
    [{ text: "acme 2" }, "1"],
    [{ depth: 100 }, "1"],
    [{ any: [{ locked: true }, { label: "tenant" }] }, "5"],
    [{ all: [{ state: "chan receive" }, { label: "tenant" }] }, "3"],
    [{ process: "nobody" }, "0"],
  ];
  it.each(cases.map(([filter, expected]) => [renderJson(filter), expected, filter] as const))(
    "%s keeps %s",
    async (_name, expected, filter) => {
      expect(await ids(filter)).toBe(expected);
    },
  );

  it("refuse bad expressions and endless nesting", async () => {
    const { stacks: table } = await readDump(block(1, "select"));
    expect(() => compileFilter(table, { state: "/(/" })).toThrow(expect.objectContaining({ code: "UsageError" }));
    let deep: ContextFilter = {};
    for (let i = 0; i < 40; i++) deep = { not: deep };
    expect(() => compileFilter(table, deep)).toThrow(expect.objectContaining({ code: "UsageError" }));
  });
});
