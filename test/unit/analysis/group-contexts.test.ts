import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GroupLevel, type GroupOptions, groupContexts } from "../../../src/js/analysis/group-contexts.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const block = (id: number, state: string, args: string, line: number, creator = "in goroutine 1"): string =>
  `goroutine ${id} [${state}]:\nmain.work(${args})\n\t/src/x.go:${line} +0x1\ncreated by main.main ${creator}\n\t/src/x.go:1 +0x1\n\n`;

async function groups(text: string, options: GroupOptions): Promise<string[]> {
  const { stacks } = await readDump(text);
  return groupContexts(stacks, { order: "source", ...options }).map(({ members }) =>
    members.map((ix) => stacks.contexts[ix]!.id).join(),
  );
}

describe("group levels", () => {
  const text = [
    block(2, "select", "0x1, 0xc000010000", 9),
    block(3, "select", "0x1, 0xc000010000", 9),
    block(4, "select", "0x1, 0xc000020000", 9),
    block(5, "select", "0x2, 0xc000020000", 9),
    block(6, "select, 5 minutes", "{0x2}, 0xc000020000", 9),
    block(7, "select", "0x1, 0xc000010000", 10),
    block(8, "select, locked to thread", "0x1, 0xc000010000", 9),
    block(9, "sleep", "0x1, 0xc000010000", 9),
  ].join("");

  it.each<[GroupLevel, string[]]>([
    ["exact", ["2,3", "4", "5", "6", "7", "8", "9"]],
    ["lines", ["2,3,8", "4", "5", "6", "7", "9"]],
    ["pointers", ["2,3,4,8", "5", "6", "7", "9"]],
    ["values", ["2,3,4,5,8", "6", "7", "9"]],
    ["functions", ["2,3,4,5,6,7,8", "9"]],
    ["prefix", ["2,3,4,5,6,7,8", "9"]],
    ["package", ["2,3,4,5,6,7,8", "9"]],
  ])("%s", async (level, expected) => {
    expect(await groups(text, { level })).toEqual(expected);
  });

  it("may ignore states", async () => {
    expect(await groups(text, { level: "functions", states: "ignore" })).toEqual(["2,3,4,5,6,7,8,9"]);
  });

  it("may tell creating goroutines apart or not", async () => {
    const two = block(2, "select", "", 9) + block(3, "select", "", 9, "in goroutine 7");
    expect(await groups(two, {})).toEqual(["2", "3"]);
    expect(await groups(two, { creators: "frame" })).toEqual(["2,3"]);
  });

  it("count the longest wait as a lower bound and know whose it is", async () => {
    const { stacks } = await readDump(text);
    const [group] = groupContexts(stacks, { level: "functions", order: "wait" });
    expect(group).toMatchObject({ count: 7n, longestWaitNs: 300_000_000_000n, waiting: 1 });
    expect(stacks.contexts[group!.longest!]!.id).toBe(6n);
  });

  it("join processes or keep them apart", async () => {
    const [parts] = await readGoroutines({ "a.txt": block(2, "select", "", 9), "b.txt": block(2, "select", "", 9) });
    expect(groupContexts(parts!.stacks)).toMatchObject([{ count: 2n, processes: ["a", "b"] }]);
    expect(groupContexts(parts!.stacks, { byProcess: true })).toHaveLength(2);
  });

  it("use the newest words for states of older Go", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.19/zoo.debug2.txt"));
    const states = groupContexts(stacks, { states: "normal" }).map(({ state }) => state);
    expect(states).toEqual(expect.arrayContaining(["sync.Mutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait"]));
    expect(states).not.toContain("semacquire");
  });

  it("are partitions, each coarser than the one before", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.24/zoo.debug2.txt"));
    const levels: readonly GroupLevel[] = ["exact", "lines", "pointers", "values", "functions"];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: levels.length - 1 }), fc.func(fc.boolean()), (at, where) => {
        const options = { where: (_: unknown, ix: number) => where(ix), creators: "frame" } as const;
        const fine = groupContexts(stacks, { ...options, level: levels[at - 1] });
        const coarse = groupContexts(stacks, { ...options, level: levels[at] });
        const home = new Map(coarse.flatMap(({ members }, group) => members.map((ix) => [ix, group] as const)));
        expect(home.size).toBe(stacks.contexts.filter((_, ix) => where(ix)).length);
        for (const { members } of fine) expect(new Set(members.map((ix) => home.get(ix))).size).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});
