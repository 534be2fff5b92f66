import type { CapturedEntry, CapturedMap, MapStore, MapStoreKind } from "../model/maps.ts";
import type { ValueKind, ValueNode, ValueSource } from "../model/values.ts";

const STORES: Partial<Record<ValueKind, MapStoreKind>> = { array: "array", map: "hash", struct: "hash", union: "hash" };

/** Elements, entries or members of a value as the entries of a map; undefined for what has none by its kind. */
export function treeMap(values: ValueSource, node: ValueNode, name: string): CapturedMap | undefined {
  const kind = STORES[node.kind];
  if (kind === undefined) return undefined;
  const length = values.count(node);
  const store: MapStore = { kind, length, entry: (ix) => entryOf(values, values.page(node, ix, 1)[0]!, kind, ix) };
  return {
    name,
    kva: 0n,
    mapType: 0,
    valueSize: 0,
    maxEntries: length,
    error: node.problem?.message,
    node,
    stores: length === 0 ? [] : [store],
    value: () => (length === 1 ? values.page(node, 0, 1)[0] : undefined),
  };
}

function entryOf(values: ValueSource, node: ValueNode, kind: MapStoreKind, ix: number): CapturedEntry {
  if (kind === "array") return { node, keyNumber: ix, value: node };
  if (node.kind !== "entry") return { node, keyName: node.name, value: node };
  return { node, keyName: node.name, key: values.child(node, "key"), value: values.child(node, "value") };
}
