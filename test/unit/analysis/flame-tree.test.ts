import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FLAME_FRAME,
  FLAME_PROCESS,
  FLAME_ROOT,
  FLAME_SYNTHETIC,
  type FlameTree,
  FlameTreeBuilder,
} from "../../../src/js/analysis/flame-builder.ts";
import { diffFlameTrees, invertDiff } from "../../../src/js/analysis/flame-diff.ts";
import { buildFlameTree, flamePath, orderChildren, pruneFlameTree } from "../../../src/js/analysis/flame-tree.ts";
import { buildSandwich, functionTotals } from "../../../src/js/analysis/sandwich.ts";
import { parseFolded, renderFolded } from "../../../src/js/render/flame/folded.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const anyStacks = fc.array(
  fc.tuple(
    fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 9 }),
  ),
  { maxLength: 60 },
);
const fold = (stacks: readonly (readonly [readonly string[], number])[]): FlameTree =>
  parseFolded(stacks.map(([path, weight]) => `${path.join(";")} ${weight}`).join("\n"));

/** Every path of a tree with its own weight, as an object. */
function weights(tree: FlameTree): Record<string, number> {
  const out: Record<string, number> = {};
  for (let node = 0; node < tree.parent.length; node++) {
    if (tree.self[node] !== 0) out[flamePath(tree, node).join(";")] = tree.self[node]!;
  }
  return out;
}

describe("merging stacks", () => {
  it("gives what nested maps give", () => {
    fc.assert(
      fc.property(anyStacks, (stacks) => {
        const expected: Record<string, number> = {};
        for (const [path, weight] of stacks) expected[path.join(";")] = (expected[path.join(";")] ?? 0) + weight;
        expect(weights(fold(stacks))).toEqual(expected);
      }),
    );
  });

  it("counts every stack in all its ancestors; parents come before children", () => {
    fc.assert(
      fc.property(anyStacks, (stacks) => {
        const tree = fold(stacks);
        expect(tree.total[0]).toBe(stacks.reduce((sum, [, weight]) => sum + weight, 0));
        for (let node = 1; node < tree.parent.length; node++) expect(tree.parent[node]).toBeLessThan(node);
        const { first, children } = orderChildren(tree);
        for (let node = 0; node < tree.parent.length; node++) {
          const below = [...children.subarray(first[node], first[node + 1])].map((child) => tree.total[child]!);
          expect(below.reduce((sum, total) => sum + total, tree.self[node]!)).toBe(tree.total[node]);
          expect(below).toEqual([...below].sort((a, b) => b - a));
        }
      }),
    );
  });

  it("stays right when somebody makes names collide", () => {
    const builder = new FlameTreeBuilder(0);
    // name × 0x85ebca6b only keeps its low bits in the table: equal low bits collide until it has grown.
    const names = Array.from({ length: 2000 }, (_, i) => i << 20);
    const nodes = names.map((name) => builder.child(0, name));
    expect(new Set(nodes).size).toBe(2000);
    expect(names.map((name) => builder.child(0, name))).toEqual(nodes);
    // Below nodes made before and after the collisions: an only child, a second one, the first again.
    for (const parent of [nodes[0]!, builder.child(nodes[1]!, 7)]) {
      const children = [1, 2, 1, 3, 2].map((name) => builder.child(parent, name));
      expect(new Set(children).size).toBe(3);
      expect([children[2], children[4]]).toEqual([children[0], children[1]]);
    }
  });

  it("tells children of one name apart by their kinds", () => {
    const builder = new FlameTreeBuilder(0);
    const kinds = [FLAME_FRAME, FLAME_PROCESS, FLAME_SYNTHETIC, FLAME_FRAME, FLAME_PROCESS];
    const nodes = kinds.map((kind) => builder.child(0, 0, kind));
    expect(nodes).toEqual([1, 2, 3, 1, 2]);
    expect([...builder.build(["all"]).kind]).toEqual([FLAME_ROOT, FLAME_FRAME, FLAME_PROCESS, FLAME_SYNTHETIC]);
  });
});

describe("the tree of a snapshot", () => {
  it("has a level of processes when there are several", async () => {
    const files: Record<string, Uint8Array> = {};
    for (const name of ["server", "client-a"])
      files[`${name}.pb`] = await goroutineFixture(`shop-go1.24/${name}.pb.gz`);
    const { stacks } = (await readGoroutines(files))[0]!;
    const tree = buildFlameTree(stacks);
    const below = [...tree.parent].flatMap((parent, node) => (parent === 0 ? [node] : []));
    expect(below.map((node) => [tree.names[tree.name[node]!], tree.kind[node], tree.total[node]])).toEqual([
      ["server", FLAME_PROCESS, 97],
      ["client-a", FLAME_PROCESS, 65],
    ]);
    expect(buildFlameTree(stacks, { byProcess: false }).total[0]).toBe(162);
  });

  it("gives goroutines that have not started a place of their own", async () => {
    const { stacks } = (await readGoroutines({ a: await goroutineFixture("zoo-go1.24/zoo.pb.gz") }))[0]!;
    const tree = buildFlameTree(stacks);
    expect(tree.total[0]).toBe(65);
    expect(weights(tree)).toMatchObject({ "(no frames)": 1 });
  });

  it("may merge by line or package, filter, and end in states", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.24/zoo.debug2.txt"));
    expect(Object.keys(weights(buildFlameTree(stacks, { by: "line" })))).toContain("main.main.func5 main.go:125");
    expect(weights(buildFlameTree(stacks, { by: "package" }))).toMatchObject({ "main;sync;internal/sync": 28 });
    const where = ({ state }: { state?: string }) => state === "sleep";
    expect(weights(buildFlameTree(stacks, { where, withStates: true }))).toEqual({
      "main.main.func8;time.Sleep;sleep": 1,
    });
  });

  it("agrees with the profile's cumulative counts", async () => {
    const { stacks } = (await readGoroutines({ a: await goroutineFixture("shop-go1.24/server.pb.gz") }))[0]!;
    const rows = new Map(functionTotals(buildFlameTree(stacks)).map((row) => [row.name, row]));
    expect(rows.get("runtime.gopark")).toMatchObject({ self: 94, total: 94 });
    expect(rows.get("internal/poll.(*pollDesc).wait")).toMatchObject({ self: 0, total: 44 });
    expect(rows.get("main.(*Server).handle")).toMatchObject({ self: 0, total: 41 });
  });
});

describe("sandwich", () => {
  it("counts recursion once and keeps callers and callees apart", () => {
    const tree = parseFolded("m;f;f;g 2\nm;f 1\nn;f;h 4\nm;g 8\n");
    const sandwich = buildSandwich(tree, "f")!;
    expect([sandwich.total, sandwich.self]).toEqual([7, 1]);
    expect(weights(sandwich.callers)).toEqual({ m: 3, n: 4 });
    expect(weights(sandwich.callees)).toEqual({ "": 1, "f;g": 2, h: 4 });
    expect(buildSandwich(tree, "nothing")).toBeUndefined();
  });

  it("of any function has callers and callees of its total", () => {
    fc.assert(
      fc.property(anyStacks, (stacks) => {
        const tree = fold(stacks);
        for (const { name, total } of functionTotals(tree)) {
          const sandwich = buildSandwich(tree, name)!;
          expect(sandwich.total).toBe(total);
          expect(sandwich.callers.total[0]).toBe(total);
          expect(sandwich.callees.total[0]).toBe(total);
        }
      }),
    );
  });
});

describe("difference", () => {
  it("has both sides of every path", () => {
    const tree = diffFlameTrees(parseFolded("m;f 5\nm;g 1\n"), parseFolded("m;f 2\nm;h 4\n"));
    const rows = [...tree.parent].map((_, node) => [
      flamePath(tree, node).join(";"),
      tree.before![node],
      tree.total[node],
    ]);
    expect(rows).toEqual([
      ["", 6, 6],
      ["m", 6, 6],
      ["m;f", 5, 2],
      ["m;h", 0, 4],
      ["m;g", 1, 0],
    ]);
    expect(weights(invertDiff(tree))).toEqual({ "m;f": 5, "m;g": 1 });
    expect(invertDiff(fold([]))).toEqual(fold([]));
  });
});

describe("folded stacks and pruning", () => {
  it("read back what was written", () => {
    fc.assert(
      fc.property(anyStacks, (stacks) => {
        expect(weights(parseFolded(renderFolded(fold(stacks))))).toEqual(weights(fold(stacks)));
      }),
    );
  });

  it("split at the last space and survive names with separators", () => {
    expect(weights(parseFolded("main.f[go.shape.struct { a int }];b 3\n\nno count\n"))).toEqual({
      "main.f[go.shape.struct { a int }];b": 3,
    });
    const builder = new FlameTreeBuilder(0);
    builder.addStack([1, 2], 0, 2, 1);
    expect(renderFolded(builder.build(["all", "a;b", "c\nd"]))).toBe("a:b;c d 1\n");
  });

  it("pruning keeps totals and gives what is narrow to its parent", () => {
    const tree = pruneFlameTree(parseFolded("m;f 90\nm;g;h 9\nm;g 1\nn 1\n"), 0.05);
    expect(weights(tree)).toEqual({ "": 1, "m;f": 90, "m;g": 1, "m;g;h": 9 });
    expect(tree.total[0]).toBe(101);
  });
});
