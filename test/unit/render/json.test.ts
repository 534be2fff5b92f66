import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson, renderJson } from "../../../src/js/base/json.ts";
import { fromJson } from "../../../src/js/model/document.ts";
import { framesOf } from "../../../src/js/model/stacks.ts";
import { jsonChunks, toJson } from "../../../src/js/render/json.ts";
import { everyShape } from "../../support/snapshots.ts";
import { arrayOf, leaf, sourceOf, struct, type Tree } from "../../support/value-tree.ts";

describe("toJson", () => {
  it("is read back to the same document, byte for byte", () => {
    const text = toJson(everyShape());
    expect(toJson(fromJson(text)) === text).toBe(true);
  });

  it("loses nothing of the shapes", () => {
    const before = everyShape();
    const after = fromJson(toJson(before));
    expect(after.inputs).toEqual(before.inputs);
    expect(after.facts).toEqual(before.facts);
    expect(after.issues).toEqual(before.issues);
    expect(after.stacks.contexts.map(({ stack: _, ...rest }) => rest)).toEqual(
      before.stacks.contexts.map(({ stack: _, ...rest }) => rest),
    );
    expect(after.stacks.contexts.map((c) => framesOf(after.stacks, c.stack))).toEqual(
      before.stacks.contexts.map((c) => framesOf(before.stacks, c.stack)),
    );
    expect([0, 1].map(after.logs.at)).toEqual([0, 1].map(before.logs.at));
    expect([after.logs.timeUnit, after.logs.epoch]).toEqual(["ns", "boot"]);
    expect(scalarsOf(after.values)).toEqual(scalarsOf(before.values));
  });

  it("writes 64-bit integers as bare digits and bytes as hex", () => {
    const text = toJson(everyShape());
    expect(text).toContain('"name":"u64","value":18446744073709551615');
    expect(text).toContain('"name":"whole","value":2.0');
    expect(text).toContain('"name":"raw","bytes":"00ff3c"');
    expect(text).toContain('"origin":"metadata.uuid"');
  });

  it("does not follow pointers", () => {
    expect(toJson(everyShape())).not.toContain("cycle");
  });

  it("holds any value tree, in any nesting", () => {
    const scalar = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(leaf),
      fc.string({ unit: "binary" }).map(leaf),
      fc.double().map((value): Tree => ({ kind: "float", value })),
      fc.uint8Array({ maxLength: 9 }).map((value): Tree => ({ kind: "bytes", value })),
    );
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        scalar,
        fc.array(fc.tuple(fc.string(), tie("tree")), { maxLength: 4 }).map(struct),
        fc.array(tie("tree"), { maxLength: 4 }).map(arrayOf),
      ),
    }));
    fc.assert(
      fc.property(tree, (root) => {
        const snapshot = { ...everyShape(), values: sourceOf(root) };
        const text = toJson(snapshot);
        expect(toJson(fromJson(text)) === text).toBe(true);
        expect(scalarsOf(fromJson(text).values)).toEqual(scalarsOf(snapshot.values));
      }),
      { numRuns: 150 },
    );
  });

  it("writes a wide array page by page and in order", () => {
    const values = sourceOf(arrayOf(Array.from({ length: 2500 }, (_, i) => leaf(BigInt(i)))));
    const document = parseJson([...jsonChunks({ ...everyShape(), values })].join("")) as ReadonlyMap<string, unknown>;
    const children = (document.get("values") as ReadonlyMap<string, readonly ReadonlyMap<string, unknown>[]>).get(
      "children",
    )!;
    expect(children.map((child) => child.get("value"))).toEqual(Array.from({ length: 2500 }, (_, i) => BigInt(i)));
  });

  it("goes 500 levels deep without running out of stack", () => {
    let deep: Tree = leaf(1n);
    for (let i = 0; i < 500; i++) deep = struct([["x", deep]]);
    const text = toJson({ ...everyShape(), values: sourceOf(deep) });
    expect(toJson(fromJson(text)) === text).toBe(true);
  });
});

describe("fromJson", () => {
  const document = (): Map<string, unknown> => new Map(parseJson(toJson(everyShape())) as ReadonlyMap<string, unknown>);

  it("refuses a newer schema with both numbers", () => {
    const newer = document().set("schema", 2n);
    expect(() => fromJson(renderJson(newer))).toThrow(
      expect.objectContaining({ code: "NewerSchema", fields: { found: 2, supported: 1 } }),
    );
  });

  it.each([
    ["facts", 1n],
    ["stacks", null],
    ["inputs", "x"],
    ["format", 5n],
    ["values", []],
    ["logs", new Map([["records", 1n]])],
    [
      "facts",
      [
        new Map<string, unknown>([
          ["key", "a"],
          ["value", []],
        ]),
      ],
    ],
    [
      "stacks",
      new Map<string, unknown>([
        ["frames", []],
        ["stacks", [[0n]]],
        ["contexts", []],
      ]),
    ],
  ])("names the place where %s is wrong", (key, value) => {
    expect(() => fromJson(renderJson(document().set(key, value)))).toThrow(
      expect.objectContaining({ code: "ValueOutOfRange", path: expect.stringContaining(key) }),
    );
  });

  it("names a member that is missing", () => {
    const missing = document();
    missing.delete("logs");
    expect(() => fromJson(renderJson(missing))).toThrow(expect.objectContaining({ path: "logs" }));
  });
});

/** Every path with its kind and scalar. */
function scalarsOf(values: ReturnType<typeof everyShape>["values"]): unknown[] {
  const found: unknown[] = [];
  const walk = (node: typeof values.root, path: string): void => {
    found.push([path, node.kind, values.scalar(node), node.problem]);
    if (node.kind === "pointer") return;
    for (const child of values.page(node, 0, values.count(node))) walk(child, `${path}/${child.name}`);
  };
  walk(values.root, "");
  return found;
}
