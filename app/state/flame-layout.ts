import { type FlameChildren, type FlameTree, orderChildren } from "coldframe/goroutines";

/** A box of the drawing: left edge and width as shares of the whole, 0 … 1. */
export interface FlameBox {
  readonly node: number;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
  /** It is outside of what is enlarged: one of the callers. */
  readonly isAbove: boolean;
}

/** Places of nodes, widest first, and the way between them. */
export class FlameLayout {
  private readonly tree: FlameTree;
  private readonly order: FlameChildren;

  constructor(tree: FlameTree) {
    this.tree = tree;
    this.order = orderChildren(tree);
  }

  /** Boxes at least `least` (a share) wide with `root` at full width below its callers. */
  boxes(root: number, least: number): FlameBox[] {
    const { tree } = this;
    const callers: number[] = [];
    for (let node = tree.parent[root]!; node >= 0; node = tree.parent[node]!) callers.unshift(node);
    const boxes: FlameBox[] = callers.map((node, depth) => ({ node, depth, left: 0, width: 1, isAbove: true }));
    const whole = tree.total[root]!;
    if (!(whole > 0)) return boxes;
    boxes.push({ node: root, depth: callers.length, left: 0, width: 1, isAbove: false });
    for (let at = callers.length; at < boxes.length; at++) {
      const { node, depth, left } = boxes[at]!;
      let x = left;
      for (const child of this.children(node)) {
        const width = tree.total[child]! / whole;
        if (width >= least) boxes.push({ node: child, depth: depth + 1, left: x, width, isAbove: false });
        x += Math.max(0, width);
      }
    }
    return boxes;
  }

  /** The node that an arrow key leads to. */
  step(from: number, key: string): number | undefined {
    const node = Math.max(0, from);
    if (key === "ArrowDown") return this.children(node)[0];
    const parent = this.tree.parent[node]!;
    if (parent < 0) return undefined;
    if (key === "ArrowUp") return parent;
    const siblings = this.children(parent);
    const at = siblings.indexOf(node);
    if (key === "ArrowRight") return siblings[at + 1];
    return key === "ArrowLeft" ? siblings[at - 1] : undefined;
  }

  private children(node: number): Int32Array {
    const { first, children } = this.order;
    return children.subarray(first[node]!, first[node + 1]!);
  }
}
