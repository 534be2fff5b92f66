import type { FlameTree } from "../../analysis/flame-builder.ts";
import { type FlameOrder, orderChildren } from "../../analysis/flame-tree.ts";

/** A box of the drawing: left edge and width as shares of the whole, 0 … 1. */
export interface FlameBox {
  readonly node: number;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

/** Boxes at least `minWidth` (a share) wide, parents before children, left to right. */
export function layOutFlame(tree: FlameTree, minWidth: number, order: FlameOrder = "value"): readonly FlameBox[] {
  const whole = tree.total[0]!;
  if (!(whole > 0)) return [];
  const { first, children } = orderChildren(tree, order);
  const boxes: FlameBox[] = [{ node: 0, depth: 0, left: 0, width: 1 }];
  for (let at = 0; at < boxes.length; at++) {
    const { node, depth, left } = boxes[at]!;
    let x = left;
    for (let child = first[node]!; child < first[node + 1]!; child++) {
      const width = tree.total[children[child]!]! / whole;
      if (width >= minWidth) boxes.push({ node: children[child]!, depth: depth + 1, left: x, width });
      x += Math.max(0, width);
    }
  }
  return boxes;
}

/** What a reader is told about a node. */
export function nodeTitle(tree: FlameTree, node: number): string {
  const total = tree.total[node]!;
  const whole = tree.total[0]!;
  const share = whole === 0 ? 0 : Math.round((total / whole) * 1000) / 10;
  const name = tree.names[tree.name[node]!]!;
  const before = tree.before?.[node];
  const change = before === undefined ? "" : `, before ${before} (${total >= before ? "+" : ""}${total - before})`;
  return `${name}: ${total} (${share} %)${change}`;
}
