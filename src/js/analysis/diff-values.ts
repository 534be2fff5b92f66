import type { ValueNode, ValueSource } from "../model/values.ts";
import { compareValues, type DiffEntry, type DiffValue, joinPath } from "./diff-entry.ts";

/** Nodes of each side that are looked at. */
const MAX_NODES = 200_000;
const PAGE = 512;
/** Levels followed: values may point to each other in circles. */
const MAX_DEPTH = 64;

interface Pair {
  readonly path: string;
  readonly before: ValueNode | undefined;
  readonly after: ValueNode | undefined;
  readonly depth: number;
}

/** Differences of two value trees, children matched by name; pointers are compared, not followed. */
export function* diffValues(before: ValueSource, after: ValueSource): Generator<DiffEntry> {
  const waiting: Pair[] = [{ path: "values", before: before.root, after: after.root, depth: 0 }];
  for (let seen = 0; waiting.length > 0 && seen < MAX_NODES; seen++) {
    const pair = waiting.pop()!;
    yield* diffLeaf(pair, before, after);
    if (pair.depth < MAX_DEPTH) waiting.push(...childPairs(pair, before, after).reverse());
  }
}

function* diffLeaf(
  { path, before: x, after: y, depth }: Pair,
  before: ValueSource,
  after: ValueSource,
): Generator<DiffEntry> {
  if (depth === 0) return;
  if (x === undefined || y === undefined || x.kind !== y.kind) {
    yield* compareValues(path, x && describe(before, x), y && describe(after, y));
  } else yield* compareValues(path, scalarOf(before, x), scalarOf(after, y));
}

/** A container that is only on one side is one difference, not one per child. */
function childPairs({ path, before: x, after: y, depth }: Pair, before: ValueSource, after: ValueSource): Pair[] {
  if (x === undefined || y === undefined || x.kind !== y.kind || x.kind === "pointer") return [];
  const [old, now] = [childrenOf(before, x), childrenOf(after, y)];
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => ({
    path: x.kind === "array" ? `${path}[${name}]` : joinPath(path, name),
    before: old.get(name),
    after: now.get(name),
    depth: depth + 1,
  }));
}

function childrenOf(values: ValueSource, node: ValueNode): Map<string, ValueNode> {
  const children = new Map<string, ValueNode>();
  const count = Math.min(values.count(node), MAX_NODES);
  for (let from = 0; from < count; from += PAGE) {
    for (const child of values.page(node, from, PAGE)) {
      let name = child.name;
      for (let n = 2; children.has(name); n++) name = `${child.name}#${n}`;
      children.set(name, child);
    }
  }
  return children;
}

function scalarOf(values: ValueSource, node: ValueNode): DiffValue | undefined {
  const scalar = values.scalar(node);
  if (scalar === null) return undefined;
  return scalar instanceof Uint8Array ? hexOf(scalar) : scalar;
}

function describe(values: ValueSource, node: ValueNode): DiffValue {
  const count = values.count(node);
  return scalarOf(values, node) ?? (count > 0 ? `${node.kind} of ${count}` : node.kind);
}

function hexOf(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length > 64 ? `${shown}… (${bytes.length} bytes)` : shown;
}
