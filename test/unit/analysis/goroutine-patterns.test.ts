import { describe, expect, it } from "vitest";
import { type ContextFilter, compileFilter } from "../../../src/js/analysis/context-filter.ts";
import { findConvoys, lockAddressOf } from "../../../src/js/analysis/convoys.ts";
import { buildCreationTree, creationSites } from "../../../src/js/analysis/creation-tree.ts";
import { labelKeys, pivotByLabel } from "../../../src/js/analysis/label-pivot.ts";
import { namePointers } from "../../../src/js/analysis/pointer-names.ts";
import { selectContexts } from "../../../src/js/analysis/select-contexts.ts";
import { findSuspicions } from "../../../src/js/analysis/suspicions.ts";
import { countStates, longestWaits } from "../../../src/js/analysis/waits.ts";
import type { StackTable } from "../../../src/js/model/stacks.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const zoo = async (): Promise<StackTable> =>
  (await readDump(await goroutineFixture("zoo-go1.24/zoo.debug2.txt"))).stacks;

async function shop(...names: readonly string[]): Promise<StackTable> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[`${name}.txt`] = await goroutineFixture(`shop-go1.24/${name}.debug2.txt`);
  return (await readGoroutines(files))[0]!.stacks;
}

const goroutine = (id: number, state: string, frames: string, creator = ""): string =>
  `goroutine ${id} [${state}]:\n${frames}${creator === "" ? "" : `created by main.start in goroutine ${creator}\n\t/src/x.go:2 +0x1\n`}\n`;
const frame = (call: string, line = 1): string => `${call}\n\t/src/x.go:${line} +0x1\n`;

describe("convoys", () => {
  it("find the 25 goroutines at one Lock, the lock's address and their wait", async () => {
    const table = await zoo();
    const convoys = findConvoys(table);
    expect(convoys).toMatchObject([
      { process: "app", count: 25n, lock: 0xc0000102b8n, longestWaitNs: 360_000_000_000n, possibleHolders: [] },
    ]);
    expect(convoys[0]!.site).toMatchObject({ functionName: "main.main.func9", line: 137 });
  });

  it("guess who may hold the lock: who is past the same function and does not wait", async () => {
    const table = await shop("server");
    const [convoy] = findConvoys(table);
    expect(convoy!.site.functionName).toBe("main.(*Server).handle");
    const holders = convoy!.possibleHolders.map((ix) => table.contexts[ix]!.state);
    expect(holders.length).toBeGreaterThan(0);
    expect(new Set(holders)).toEqual(new Set(["sleep"]));
  });

  it("do not trust doubtful arguments for a lock", async () => {
    const lock = (args: string) =>
      goroutine(2, "sync.Mutex.Lock", frame(`sync.(*Mutex).lockSlow(${args})`) + frame("main.f()"));
    expect(lockAddressOf((await readDump(lock("0xc000010000"))).stacks, 0)).toBe(0xc000010000n);
    expect(lockAddressOf((await readDump(lock("0xc000010000?"))).stacks, 0)).toBeUndefined();
  });

  it("need five waiters, or as many as asked for", async () => {
    const four = [2, 3, 4, 5].map((id) =>
      goroutine(id, "sync.RWMutex.RLock", frame("sync.(*RWMutex).RLock(...)") + frame("main.f()")),
    );
    const { stacks } = await readDump(four.join(""));
    expect(findConvoys(stacks)).toEqual([]);
    expect(findConvoys(stacks, { atLeast: 4 })).toMatchObject([{ count: 4n }]);
  });
});

describe("suspicions", () => {
  it("find nil channels, an empty select and leaks", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.27/goroutineleak.debug2.txt"));
    const found = findSuspicions(stacks).map(({ kind, isCertain, count }) => [kind, isCertain, count]);
    expect(found).toEqual([
      ["nil-channel", true, 2n],
      ["empty-select", true, 1n],
      ["leaked", true, 37n],
    ]);
  });

  it("find the deadlocked pipeline: groups whose children are all blocked", async () => {
    const found = findSuspicions(await shop("pipeline", "client-a"));
    expect(found.map(({ kind, process, message }) => [kind, process, message])).toEqual([
      ["blocked-group", "pipeline", "waits for a WaitGroup; its 4 children are blocked"],
      ["blocked-group", "pipeline", "waits for a WaitGroup; its 12 children are blocked"],
      ["blocked-group", "pipeline", "waits for a WaitGroup; its 6 children are blocked"],
    ]);
  });

  it("do not suspect a group with a child that can go on", async () => {
    const text =
      goroutine(1, "sync.WaitGroup.Wait", frame("main.main()")) + goroutine(2, "IO wait", frame("main.f()"), "1");
    expect(findSuspicions((await readDump(text)).stacks)).toEqual([]);
  });

  it("find locks taken in a circle, as a possibility", async () => {
    const waits = (id: number, lock: string, other: string): string =>
      goroutine(
        id,
        "sync.Mutex.Lock",
        frame(`sync.(*Mutex).lockSlow(${lock})`) + frame(`main.both(${lock}, ${other})`),
      );
    const { stacks } = await readDump(
      waits(2, "0xc000010000", "0xc000020000") +
        waits(3, "0xc000020000", "0xc000010000") +
        waits(4, "0xc000030000", "0x1"),
    );
    expect(findSuspicions(stacks)).toMatchObject([{ kind: "possible-deadlock", isCertain: false, contexts: [0, 1] }]);
  });

  it("find nine of ten at one place", async () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      goroutine(i + 2, "select", frame(i < 28 ? "main.f()" : "main.g()")),
    );
    const { stacks } = await readDump(many.join(""));
    expect(findSuspicions(stacks)).toMatchObject([
      { kind: "same-stack", count: 28n, message: "28 of 30 (93 %) have the same stack" },
    ]);
    expect(findSuspicions(stacks, { share: 0.95 })).toEqual([]);
  });
});

describe("creation", () => {
  it("gives a tree with ghosts for creators that are gone", async () => {
    const text =
      goroutine(1, "select", frame("main.main()")) +
      goroutine(2, "select", frame("main.f()"), "1") +
      goroutine(3, "select", frame("main.f()"), "2") +
      goroutine(9, "select", frame("main.f()"), "7");
    const { stacks } = await readDump(text);
    const { rows, roots } = buildCreationTree(stacks);
    expect(roots.map((row) => rows[row]!.id)).toEqual([1n, 7n]);
    expect(rows[4]).toMatchObject({
      id: 7n,
      context: -1,
      children: [3],
      descendants: 1,
      creator: { functionName: "main.start" },
    });
    expect(rows[0]).toMatchObject({ children: [1], descendants: 2 });
    expect(creationSites(stacks)).toMatchObject([{ frame: { functionName: "main.start" }, count: 3n, creators: 3 }]);
  });

  it("uses ancestors to put ghosts in order", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.24/ancestors.debug2.txt"));
    const { rows, roots } = buildCreationTree(stacks);
    expect(roots).toHaveLength(1);
    expect(rows[roots[0]!]).toMatchObject({ id: 1n, descendants: 64 });
  });

  it("survives ids that claim to have created each other", async () => {
    const text = [
      goroutine(1, "select", frame("main.f()"), "2"),
      goroutine(2, "select", frame("main.f()"), "1"),
      goroutine(3, "select", frame("main.f()"), "3"),
    ];
    const { rows, roots } = buildCreationTree((await readDump(text.join(""))).stacks);
    expect(roots).toHaveLength(2);
    expect(rows).toHaveLength(3);
  });
});

describe("waits, states, labels", () => {
  it("lists the longest waits as lower bounds", async () => {
    const table = await shop("server", "client-a");
    const waits = longestWaits(table, 3);
    expect(waits).toHaveLength(3);
    expect(waits.every(({ atLeastNs }) => atLeastNs === 420_000_000_000n)).toBe(true);
  });

  it("counts states by process", async () => {
    const { processes, rows } = countStates(await shop("server", "client-a", "client-b", "pipeline"));
    expect(processes).toEqual(["server", "client-a", "client-b", "pipeline"]);
    expect(rows[0]).toMatchObject({ state: "IO wait", count: 66n, perProcess: [19n, 32n, 13n, 2n], inferred: 0n });
    expect(rows.reduce((sum, { count }) => sum + count, 0n)).toBe(196n);
  });

  it("infers states of a profile that has none, and says so", async () => {
    const [parts] = await readGoroutines({ "zoo.pb": await goroutineFixture("zoo-go1.24/zoo.pb.gz") });
    const { rows } = countStates(parts!.stacks);
    const byState = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    expect(byState).toMatchObject({
      "sync.Mutex.Lock": 28n,
      "sync.RWMutex.Lock": 1n,
      "sync.RWMutex.RLock": 1n,
      "sync.WaitGroup.Wait": 1n,
      "sync.Cond.Wait": 1n,
      sleep: 1n,
      "IO wait": 1n,
      syscall: 2n,
      "select (no cases)": 2n,
    });
    const named = rows.filter(({ state }) => state !== "");
    expect(named.every(({ count, inferred }) => count === inferred)).toBe(true);
  });

  it("pivots by label across processes, those without it last", async () => {
    const [parts] = await readGoroutines({
      "server.pb": await goroutineFixture("shop-go1.24/server.pb.gz"),
      "client-a.pb": await goroutineFixture("shop-go1.24/client-a.pb.gz"),
    });
    const { stacks } = parts!;
    expect(labelKeys(stacks).map(({ key, count, values }) => [key, count, values])).toEqual([
      ["client_id", 71n, 30],
      ["rpc.method", 41n, 1],
      ["role", 30n, 1],
    ]);
    const rows = pivotByLabel(stacks, "client_id");
    expect(rows[0]).toMatchObject({ count: 3n });
    expect([...rows[0]!.processes]).toEqual(["server", "client-a"]);
    expect(rows.at(-1)!.value).toBeUndefined();
  });

  it("counts and finds goroutines by the labels their process was given at capture", async () => {
    const targets = [
      { name: "a", file: "a.txt", labels: { env: "prod", tenant: "none" } },
      { name: "b", file: "b.txt", labels: { env: "test" } },
    ];
    const one = "goroutine 1 [select] {tenant: acme}:\nmain.f()\n\t/a.go:1 +0x1\n\n";
    const two = "goroutine 2 [select]:\nmain.f()\n\t/a.go:1 +0x1\n";
    const [parts] = await readGoroutines({
      "manifest.json": JSON.stringify({ schema: 1, batches: [{ debug: 2, targets }] }),
      "a.txt": one + two,
      "b.txt": one + two,
    });
    const { stacks } = parts!;
    expect(labelKeys(stacks).map(({ key, count, values }) => [key, count, values])).toEqual([
      ["env", 4n, 2],
      ["tenant", 3n, 2],
    ]);
    const idsOf = (filter: ContextFilter): string =>
      selectContexts(stacks, compileFilter(stacks, filter))
        .contexts.map(({ process, id }) => `${process}${id}`)
        .join(" ");
    expect(idsOf({ label: "env=prod" })).toBe("a1 a2");
    // A goroutine's own label says more than its process's.
    expect(idsOf({ label: "tenant=none" })).toBe("a2");
    expect(idsOf({ label: "tenant=acme" })).toBe("a1 b1");
    expect(idsOf({ text: "env=test" })).toBe("b1 b2");
    expect(pivotByLabel(stacks, "env").map(({ value, count }) => [value, count])).toEqual([
      ["prod", 2n],
      ["test", 2n],
    ]);
  });

  it("names pointers that occur twice, those of the first goroutine first", async () => {
    const text =
      goroutine(1, "select", frame("main.f(0xc000030000, 0x5)")) +
      goroutine(
        2,
        "select",
        frame("main.f(0xc000010000, {0xc000030000?, 0xc000010000})") + frame("main.g(0xc000020000)"),
      );
    const names = namePointers((await readDump(text)).stacks);
    expect([...names]).toEqual([
      [0xc000030000n, "#1"],
      [0xc000010000n, "#2"],
    ]);
  });
});
