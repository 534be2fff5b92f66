import type { ValueNode, ValueSource } from "./values.ts";

/** What a pointer points to, if that was captured. */
export function targetOf(values: ValueSource, node: ValueNode): ValueNode | undefined {
  if (node.kind !== "pointer") return undefined;
  if (values.follow !== undefined) return values.follow(node);
  return values.count(node) > 0 ? values.page(node, 0, 1)[0] : undefined;
}

/** What could be decoded of a value that was cut short. */
export function partialOf(values: ValueSource, node: ValueNode): ValueNode | undefined {
  return node.kind === "truncated" ? values.page(node, 0, 1)[0] : undefined;
}

/** Longest chain of pointers and cut values that is followed; captured chains are trees, so this is only a guard. */
const LAYERS = 4096;

/** The innermost value behind pointers that were captured and values that were cut short. */
export function innermost(values: ValueSource, from: ValueNode): ValueNode {
  let node = from;
  for (let layer = 0; layer < LAYERS; layer++) {
    const inner = targetOf(values, node) ?? partialOf(values, node);
    if (inner === undefined) return node;
    node = inner;
  }
  return node;
}

export function isStruct(node: ValueNode): boolean {
  return node.kind === "struct" || node.kind === "union";
}

export function childrenOf(values: ValueSource, node: ValueNode): readonly ValueNode[] {
  return values.page(node, 0, values.count(node));
}
