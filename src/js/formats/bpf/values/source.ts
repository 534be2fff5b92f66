import { toHex } from "../../../base/int64.ts";
import type { Scalar, ValueKind, ValueNode, ValueSource } from "../../../model/values.ts";
import { TypedNode } from "./typed-node.ts";

/** Children of a node that is no typed value: the capture, a map, an entry. */
export abstract class Branch {
  abstract readonly count: number;
  abstract at(ix: number): ValueNode;
  abstract named(name: string): ValueNode | undefined;
}

/** Children in a list. */
export class ListBranch extends Branch {
  private readonly nodes: readonly ValueNode[];

  constructor(nodes: readonly ValueNode[]) {
    super();
    this.nodes = nodes;
  }

  get count(): number {
    return this.nodes.length;
  }

  at(ix: number): ValueNode {
    return this.nodes[ix]!;
  }

  named(name: string): ValueNode | undefined {
    return this.nodes.find((node) => node.name === name);
  }
}

/** A scalar that is not captured bytes: a number of the capture itself, a name. */
class Leaf {
  readonly value: Scalar;

  constructor(value: Scalar) {
    this.value = value;
  }
}

export function leafNode(kind: ValueKind, name: string, value: Scalar, typeName?: string): ValueNode {
  return { kind, name, handle: new Leaf(value), ...(typeName !== undefined && { typeName }) };
}

export function branchNode(kind: ValueKind, name: string, nodes: readonly ValueNode[]): ValueNode {
  return { kind, name, handle: new ListBranch(nodes) };
}

/** The value tree of a capture. Typed values are read out of captured bytes when they are asked for. */
export class TypedValues implements ValueSource {
  readonly root: ValueNode;
  private readonly render: ((node: TypedNode) => string) | undefined;

  /** @param render text of a whole typed value, by a compiled plan. */
  constructor(root: ValueNode, render?: (node: TypedNode) => string) {
    this.root = root;
    this.render = render;
  }

  count(node: ValueNode): number {
    const { handle } = node;
    if (handle instanceof TypedNode) return handle.childCount;
    return handle instanceof Branch ? handle.count : 0;
  }

  page(node: ValueNode, from: number, count: number): readonly ValueNode[] {
    const { handle } = node;
    if (!(handle instanceof TypedNode || handle instanceof Branch)) return [];
    const start = Math.max(0, from);
    const end = Math.min(this.count(node), start + count);
    const nodes: ValueNode[] = [];
    for (let ix = start; ix < end; ix++) nodes.push(handle instanceof Branch ? handle.at(ix) : handle.childAt(ix));
    return nodes;
  }

  child(node: ValueNode, name: string): ValueNode | undefined {
    const { handle } = node;
    if (handle instanceof TypedNode) return handle.childNamed(name);
    return handle instanceof Branch ? handle.named(name) : undefined;
  }

  scalar(node: ValueNode): Scalar {
    const { handle } = node;
    if (handle instanceof TypedNode) return handle.scalar();
    if (handle instanceof Leaf) return handle.value;
    return handle instanceof Uint8Array ? handle : null;
  }

  rawInteger(node: ValueNode): bigint | undefined {
    return node.handle instanceof TypedNode ? node.handle.rawInteger() : undefined;
  }

  follow(node: ValueNode): ValueNode | undefined {
    return node.handle instanceof TypedNode ? node.handle.follow() : undefined;
  }

  renderText(node: ValueNode): string | undefined {
    return node.handle instanceof TypedNode ? this.render?.(node.handle) : undefined;
  }
}

/** Text of a key in lists and paths: numbers as they are, arrays of characters as text, anything else in hex. */
export function hexPairs(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => toHex(byte, 2)).join(" ");
}
