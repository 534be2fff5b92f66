import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError, type SnapshotError } from "../../../src/js/base/errors.ts";
import { canonicalPath, getPath, listChildren, tryGetPath } from "../../../src/js/view/path.ts";
import { arrayOf, entry, leaf, mapOf, pointerTo, sourceOf, struct, type Tree } from "../../support/value-tree.ts";

const weight = struct([["value", leaf(1024n)]]);
const root = struct([
  ["bpf.bss", struct([["nr_cpus", leaf(4n)]])],
  [
    "bpf",
    struct([
      [
        "bss",
        struct([
          ["nr_cpus", leaf(9n)],
          ["other", leaf(1n)],
        ]),
      ],
    ]),
  ],
  [
    "tasks",
    mapOf([
      ["1234", entry(leaf(1234n), struct([["weight", pointerTo(weight)]]))],
      ["a]b", leaf(2n)],
    ]),
  ],
  ["threads", arrayOf([struct([["name", leaf("main")]]), struct([["name", leaf("idle")]])])],
  ["twin", leaf(1n)],
  ["twin", leaf(2n)],
  ["broken", { kind: "error", problem: { code: "MapRenderIncomplete", message: "page not present" } }],
]);
const snapshot = { values: sourceOf(root) };
const read = (path: string): unknown => snapshot.values.scalar(getPath(snapshot, path));

function errorOf(call: () => unknown): SnapshotError {
  try {
    call();
  } catch (error) {
    if (isSnapshotError(error)) return error;
    throw error;
  }
  throw new Error("did not throw");
}

describe("getPath", () => {
  it("walks members, elements and entries", () => {
    expect(read("threads[1].name")).toBe("idle");
    expect(getPath(snapshot, "")).toBe(snapshot.values.root);
  });

  it("lets the longest name win, and brackets override that", () => {
    expect(read("bpf.bss.nr_cpus")).toBe(4n);
    expect(read('["bpf"].bss.nr_cpus')).toBe(9n);
    expect(read('["bpf.bss"].nr_cpus')).toBe(4n);
  });

  it("does not try a shorter name once a longer one was found", () => {
    expect(errorOf(() => read("bpf.bss.other")).available).toEqual(["nr_cpus"]);
  });

  it("lets an entry stand for its value and a pointer for its target", () => {
    expect(read("tasks[1234].weight.value")).toBe(1024n);
    expect(read("tasks[1234].value.weight.value")).toBe(1024n);
    expect(read("tasks.1234.key")).toBe(1234n);
    expect(read('tasks["a]b"]')).toBe(2n);
  });

  it("reaches the second of two equal names by its place", () => {
    expect(read("twin")).toBe(1n);
    expect(read("[#5]")).toBe(2n);
  });

  it("names what is there instead, nearest first", () => {
    const error = errorOf(() => read("bpf.bss.nr_cpu"));
    expect(error).toMatchObject({ code: "PathNotFound", path: "bpf.bss.nr_cpu", available: ["nr_cpus"] });
    expect(error.fields).toEqual({ component: "nr_cpu", walked: "bpf.bss" });
    expect(error.message).toContain('did you mean "nr_cpus"');
  });

  it("says how many elements an array has and why a value is not readable", () => {
    expect(errorOf(() => read("threads[2]")).message).toContain("2 elements");
    expect(errorOf(() => read("broken.x")).message).toContain("page not present");
    expect(errorOf(() => read("threads.name")).code).toBe("PathNotFound");
  });

  it.each([
    "a..b",
    ".a",
    "threads[0]name",
    "threads[",
    "threads[]",
    '["x',
    '["\\q"]',
    "threads[0].",
    "x".repeat(20_000),
  ])("refuses the malformed path %j", (path) => {
    expect(["MalformedPath", "PathNotFound"]).toContain(errorOf(() => read(path)).code);
  });

  it("stops following a pointer that points to itself", () => {
    const loop: { kind: "pointer"; target?: Tree } = { kind: "pointer" };
    loop.target = loop;
    const looped = { values: sourceOf(struct([["loop", loop]])) };
    expect(tryGetPath(looped, "loop.x")).toMatchObject({ ok: false, error: { code: "PathNotFound" } });
    expect(listChildren(looped, "loop").total).toBe(1);
  });
});

describe("listChildren", () => {
  it("pages the children with a path for each", () => {
    expect(listChildren(snapshot, "threads", { from: 1 })).toMatchObject({
      total: 2,
      from: 1,
      children: [{ path: "threads[1]", count: 1 }],
    });
    expect(listChildren(snapshot, "").children.map((child) => child.path)).toEqual([
      '["bpf.bss"]',
      "bpf",
      "tasks",
      "threads",
      "twin",
      "[#5]",
      "broken",
    ]);
    expect(listChildren(snapshot, '["bpf"]').children.map((child) => child.path)).toEqual(['["bpf"].bss']);
  });

  it("writes paths that lead back, whatever the names are", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "b", "a.b", "b.a", "", "[0]", "#1", "0", "a[b]", '"', "a.b.a"),
      fc.string(),
    );
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthSize: "small" },
        fc.bigInt().map(leaf),
        fc.array(fc.tuple(name, tie("tree")), { maxLength: 5 }).map(struct),
        fc.array(fc.tuple(name, tie("tree")), { maxLength: 5 }).map(mapOf),
        fc.array(tie("tree"), { maxLength: 3 }).map(arrayOf),
        tie("tree").map(pointerTo),
      ),
    }));
    fc.assert(
      fc.property(tree, (generated) => {
        const source = { values: sourceOf(generated) };
        const open = [""];
        for (let path = open.pop(); path !== undefined; path = open.pop()) {
          for (const child of listChildren(source, path).children) {
            expect(getPath(source, child.path).handle).toBe(child.node.handle);
            expect(canonicalPath(source, child.path)).toBe(child.path);
            open.push(child.path);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
