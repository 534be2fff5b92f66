import type { Scalar, ValueKind, ValueNode, ValueSource } from "../../src/js/model/values.ts";

/** A value written down by hand, for tests of everything that reads `ValueSource`. */
export interface Tree {
  readonly kind: ValueKind;
  readonly children?: readonly (readonly [string, Tree])[];
  readonly value?: Scalar;
  readonly target?: Tree;
  readonly problem?: { readonly code: string; readonly message: string };
}

export const leaf = (value: Scalar): Tree => ({ kind: typeof value === "string" ? "string" : "uint", value });
export const struct = (children: readonly (readonly [string, Tree])[]): Tree => ({ kind: "struct", children });
export const mapOf = (children: readonly (readonly [string, Tree])[]): Tree => ({ kind: "map", children });
export const entry = (key: Tree, value: Tree): Tree => ({
  kind: "entry",
  children: [
    ["key", key],
    ["value", value],
  ],
});
export const arrayOf = (elements: readonly Tree[]): Tree => ({
  kind: "array",
  children: elements.map((element, ix) => [String(ix), element] as const),
});
export const pointerTo = (target: Tree): Tree => ({ kind: "pointer", target, value: 0x1000n });

export function sourceOf(root: Tree): ValueSource {
  const tree = (node: ValueNode): Tree => node.handle as Tree;
  const inner = (t: Tree): readonly (readonly [string, Tree])[] =>
    t.target === undefined ? (t.children ?? []) : [["*", t.target]];
  return {
    root: toNode("", root),
    count: (node) => inner(tree(node)).length,
    page: (node, from, count) =>
      inner(tree(node))
        .slice(from, from + count)
        .map(([name, child]) => toNode(name, child)),
    child(node, name) {
      const found = tree(node).children?.find(([own]) => own === name);
      return found && toNode(name, found[1]);
    },
    scalar: (node) => tree(node).value ?? null,
    follow(node) {
      const target = tree(node).target;
      return target && toNode("*", target);
    },
  };
}

function toNode(name: string, t: Tree): ValueNode {
  return { kind: t.kind, name, handle: t, ...(t.problem !== undefined && { problem: t.problem }) };
}
