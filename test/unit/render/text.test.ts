import { describe, expect, it } from "vitest";
import { renderTime, renderValue } from "../../../src/js/render/scalar.ts";
import { renderTable } from "../../../src/js/render/table.ts";
import { renderText, renderTree } from "../../../src/js/render/text.ts";
import { everyShape } from "../../support/snapshots.ts";
import { arrayOf, leaf, sourceOf, struct, type Tree } from "../../support/value-tree.ts";

const value = (tree: Tree): string => {
  const source = sourceOf(tree);
  return renderValue(source, source.root);
};

describe("renderText", () => {
  const text = renderText(everyShape());

  it("shows issues first, then facts, stacks, logs and values", () => {
    expect(text.match(/^[A-Z]\w+(?: \(\d+\))?$/gm)).toEqual([
      "Issues (1)",
      "Facts",
      "Stacks (3)",
      "Logs (2)",
      "Values",
    ]);
  });

  it("lets no control character of the snapshot through", () => {
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  });

  it("marks the active context and writes its registers and frames", () => {
    expect(text).toMatch(/^\* thread ".*" id 18446744073709551615 RUNNING in main core$/m);
    expect(text).toContain("pc     0x08001234  x0     0x8000000000000000");
    expect(text).toContain(" 0  Poll() [inlined] (sensor.cc:88) at 0xffffffff80000010");
    expect(text).toContain(" 2  ? at 0x10");
    expect(text).toContain("goroutine × 9007199254740993");
  });

  it("writes times exactly and says where records are missing", () => {
    expect(text).toMatch(/-0\.001500000 +error/);
    expect(text).toContain("9007199.254740993");
    expect(text).toContain("… 12 records were dropped here");
  });

  it("is empty for an empty snapshot", () => {
    const empty = { ...everyShape(), facts: [], issues: [], values: sourceOf(struct([])) };
    const nothing = { frames: [], frame: new Int32Array(0), caller: new Int32Array(0), contexts: [] };
    expect(renderText({ ...empty, stacks: nothing, logs: { length: 0, at: () => ({ text: "" }) } })).toBe("");
  });
});

describe("renderTree", () => {
  it("cuts at the line limit and counts the rest at each level", () => {
    const source = sourceOf(
      struct([
        ["big", arrayOf(Array.from({ length: 9 }, (_, i) => leaf(BigInt(i))))],
        ["x", leaf(1n)],
      ]),
    );
    expect(renderTree(source, source.root, { valueLines: 3 })).toBe(
      "Values\n  big = [9]\n    0 = 0\n    1 = 1\n    … 7 more\n  … 1 more\n",
    );
  });

  it("goes no deeper than asked", () => {
    const source = sourceOf(struct([["a", struct([["b", leaf(1n)]])]]));
    expect(renderTree(source, source.root, { valueDepth: 1 })).toBe("Values\n  a = {1}\n");
  });
});

describe("renderValue", () => {
  it.each<[Tree, string]>([
    [leaf(2n ** 64n - 1n), "18446744073709551615"],
    [leaf('say "hi"\n'), '"say \\"hi\\"\\n"'],
    [leaf("x".repeat(201)), `"${"x".repeat(200)}…" (201 characters)`],
    [{ kind: "bytes", value: Uint8Array.of(1, 255) }, "01 ff"],
    [{ kind: "bytes", value: new Uint8Array(33) }, `${Array(32).fill("00").join(" ")} … (33 bytes)`],
    [{ kind: "pointer", value: 0xffffn }, "0xffff"],
    [{ kind: "null" }, "null"],
    [struct([]), "{}"],
    [struct([["a", leaf(1n)]]), "{1}"],
    [{ kind: "map", children: [["k", leaf(1n)]] }, "{1 entry}"],
    [{ kind: "error", problem: { code: "X", message: "gone" } }, "<error: gone>"],
  ])("%#", (tree, expected) => {
    expect(value(tree)).toBe(expected);
  });
});

describe("renderTime", () => {
  it.each([
    [0n, "ns", "0.000000000"],
    [-1n, "us", "-0.000001"],
    [1_234n, "ms", "1.234"],
    [7n, "s", "7"],
    [7n, "ticks", "7"],
    [7n, undefined, "7"],
  ] as const)("%s in %s is %s", (time, timeUnit, expected) => {
    expect(renderTime(time, timeUnit === undefined ? {} : { timeUnit })).toBe(expected);
  });
});

describe("renderTable", () => {
  it("aligns columns, escapes cells and pads no line at the end", () => {
    const rows = [
      ["a", "1", "x"],
      ["b\x1b", "200", ""],
    ];
    expect(renderTable([{ title: "name" }, { title: "n", align: "right" }, { title: "note" }], rows)).toBe(
      "name     n  note\na        1  x\nb\\x1b  200\n",
    );
  });
});
