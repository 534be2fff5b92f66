import type { Scalar, ValueNode, ValueSource } from "../../model/values.ts";

/** What a node of this format's value tree can do; its handle is one of these. */
export interface Branch {
  readonly length: number;
  page(from: number, count: number): readonly ValueNode[];
  child(name: string): ValueNode | undefined;
  scalar(): Scalar;
  rawInteger(): bigint | undefined;
  follow(): ValueNode | undefined;
}

const LEAF: Omit<Branch, "scalar"> = {
  length: 0,
  page: () => [],
  child: () => undefined,
  rawInteger: () => undefined,
  follow: () => undefined,
};

export function leaf(value: Scalar, raw?: bigint): Branch {
  return { ...LEAF, scalar: () => value, rawInteger: () => raw };
}

/** A container whose children are made when asked for. `find` is by name where that is cheaper than looking at all. */
export function container(
  length: number,
  at: (ix: number) => ValueNode,
  find: (name: string) => ValueNode | undefined = firstNamed(length, at),
): Branch {
  return {
    ...LEAF,
    length,
    page: (from, count) => slice(length, at, from, count),
    child: find,
    scalar: () => null,
  };
}

function slice(length: number, at: (ix: number) => ValueNode, from: number, count: number): ValueNode[] {
  const nodes: ValueNode[] = [];
  const end = Math.min(length, from + count);
  for (let ix = Math.max(0, from); ix < end; ix++) nodes.push(at(ix));
  return nodes;
}

/** Looks at the children in order, and remembers the names it has seen. */
function firstNamed(length: number, at: (ix: number) => ValueNode): (name: string) => ValueNode | undefined {
  const places = new Map<string, number>();
  let seen = 0;
  return (name) => {
    const known = places.get(name);
    if (known !== undefined) return at(known);
    while (seen < length) {
      const node = at(seen);
      if (!places.has(node.name)) places.set(node.name, seen);
      seen++;
      if (node.name === name) return node;
    }
    return undefined;
  };
}

/** A pointer: its one child, if any, is what it points to. */
export function pointer(address: bigint, target: (() => ValueNode) | undefined): Branch {
  return {
    ...LEAF,
    length: target === undefined ? 0 : 1,
    page: (from, count) => (target !== undefined && from === 0 && count > 0 ? [target()] : []),
    scalar: () => address,
    rawInteger: () => address,
    follow: () => target?.(),
  };
}

/** A struct of named members; of equal names the first is found. */
export function structOf(members: readonly (readonly [name: string, node: (name: string) => ValueNode])[]): Branch {
  const at = (ix: number): ValueNode => {
    const [name, make] = members[ix]!;
    return make(name);
  };
  return container(members.length, at, (name) => members.find(([own]) => own === name)?.[1](name));
}

/** A node of another source, as one of this tree. */
export function foreignNode(values: ValueSource, node: ValueNode): ValueNode {
  const { kind, name, typeName, address, note, problem } = node;
  return {
    kind,
    name,
    ...(typeName !== undefined && { typeName }),
    ...(address !== undefined && { address }),
    ...(note !== undefined && { note }),
    ...(problem !== undefined && { problem }),
    handle: foreignBranch(values, node),
  };
}

function foreignBranch(values: ValueSource, node: ValueNode): Branch {
  const wrap = (found: ValueNode | undefined): ValueNode | undefined => found && foreignNode(values, found);
  return {
    length: values.count(node),
    page: (from, count) => values.page(node, from, count).map((child) => foreignNode(values, child)),
    child: (name) => wrap(values.child(node, name)),
    scalar: () => values.scalar(node),
    rawInteger: () => values.rawInteger?.(node),
    follow: () => wrap(values.follow?.(node)),
  };
}

/** The source over such nodes. */
export function branchSource(root: ValueNode): ValueSource {
  const branch = (node: ValueNode): Branch => node.handle as Branch;
  return {
    root,
    count: (node) => branch(node).length,
    page: (node, from, count) => branch(node).page(from, count),
    child: (node, name) => branch(node).child(name),
    scalar: (node) => branch(node).scalar(),
    rawInteger: (node) => branch(node).rawInteger(),
    follow: (node) => branch(node).follow(),
  };
}
