import { targetOf } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { compareValues, type DiffEntry, type DiffValue, joinPath } from "./diff-entry.ts";

/** Nodes of each side that are looked at. */
const MAX_NODES = 200_000;
const PAGE = 512;
/** Members of captured entries that repeat a value as bytes. */
const KEPT_BYTES = /^(?:value|data)_hex$/;
/** Levels followed: values may point to each other in circles. */
const MAX_DEPTH = 64;

interface Pair {
  readonly path: string;
  readonly before: ValueNode | undefined;
  readonly after: ValueNode | undefined;
  readonly depth: number;
}

/**
 * Differences of two value trees, children matched by name. Pointers are compared and not followed; where addresses say
 * nothing, what they lead to is compared instead, and only null differs from an address.
 */
export function* diffValues(before: ValueSource, after: ValueSource, ignoreAddresses = false): Generator<DiffEntry> {
  const waiting: Pair[] = [{ path: "values", before: before.root, after: after.root, depth: 0 }];
  for (let seen = 0; waiting.length > 0 && seen < MAX_NODES; seen++) {
    const pair = waiting.pop()!;
    const isAddress = ignoreAddresses && pair.before?.kind === "pointer" && pair.after?.kind === "pointer";
    if (isAddress) yield* diffNull(pair, before, after);
    else if (!ignoreAddresses || !differsByAddresses(pair, before, after)) yield* diffLeaf(pair, before, after);
    if (pair.depth >= MAX_DEPTH) continue;
    const inner = (isAddress ? targetPair : childPairs)(pair, before, after);
    for (const one of ignoreAddresses ? withoutKeptBytes(inner) : inner) waiting.push(one);
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

/** Texts may mention addresses. */
function differsByAddresses({ before: x, after: y }: Pair, before: ValueSource, after: ValueSource): boolean {
  if (x?.kind !== "string" || y?.kind !== "string") return false;
  return withoutAddresses(String(before.scalar(x))) === withoutAddresses(String(after.scalar(y)));
}

/** A text in which every address is the same. */
export function withoutAddresses(text: string): string {
  return text.replace(/0x[0-9a-f]{5,}/gi, "0x…");
}

/** Bytes that repeat a value may hold addresses: the value is compared. Bytes without one are all there is. */
function withoutKeptBytes(pairs: readonly Pair[]): readonly Pair[] {
  const value = pairs.find(({ before, after }) => (before ?? after)?.name === "value");
  if (value?.before === undefined || value.after === undefined) return pairs;
  return pairs.filter(({ before, after }) => !KEPT_BYTES.test((before ?? after)!.name));
}

function* diffNull({ path, before: x, after: y }: Pair, before: ValueSource, after: ValueSource): Generator<DiffEntry> {
  const [old, now] = [scalarOf(before, x!), scalarOf(after, y!)];
  if ((old === 0n) !== (now === 0n)) yield* compareValues(path, old, now);
}

function targetPair({ path, before: x, after: y, depth }: Pair, before: ValueSource, after: ValueSource): Pair[] {
  const [old, now] = [targetOf(before, x!), targetOf(after, y!)];
  if (old === undefined && now === undefined) return [];
  return [{ path, before: old, after: now, depth: depth + 1 }];
}

/** A container that is only on one side is one difference, not one per child. */
function childPairs({ path, before: x, after: y, depth }: Pair, before: ValueSource, after: ValueSource): Pair[] {
  if (x === undefined || y === undefined || x.kind !== y.kind || x.kind === "pointer") return [];
  const [old, now] = [childrenOf(before, x), childrenOf(after, y)];
  return [...new Set([...old.keys(), ...now.keys()])].reverse().map((name) => ({
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
