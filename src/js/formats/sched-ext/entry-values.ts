import type { ValueNode } from "../../model/values.ts";
import type { DumpFile } from "./dump-file.ts";
import type { EntryParts } from "./entries.ts";
import type { RawAllocation, RawAllocator } from "./records.ts";
import type { Rendered } from "./rendered.ts";
import { renderedNode } from "./rendered-nodes.ts";
import type { DumpMap } from "./report.ts";

// The values of an entry as nodes: what the capture rendered, else what a BTF file given later makes of the kept bytes.

export function keyNode({ retyping }: DumpFile, map: DumpMap, { key, key_hex }: EntryParts): ValueNode | undefined {
  const isRendered = typeof key === "object";
  if (retyping !== undefined && (!isRendered || retyping.replacesKeys(map))) {
    const typed = retyping.fromHex("key", retyping.keyType(map), key_hex);
    if (typed !== undefined) return typed;
  }
  return isRendered ? renderedNode("key", key) : undefined;
}

export function valueNode({ retyping }: DumpFile, map: DumpMap, parts: EntryParts): ValueNode | undefined {
  const { value, value_hex } = parts;
  if (retyping === undefined) return value && renderedNode("value", value);
  const type = retyping.valueType(map);
  const typed =
    value === undefined || retyping.replacesValues(map) ? retyping.fromHex("value", type, value_hex) : undefined;
  return typed ?? (value && retyping.rendered("value", type, value));
}

/** The value of one CPU, or the one value of a map. */
export function slotNode({ retyping }: DumpFile, map: DumpMap, name: string, value: Rendered): ValueNode {
  return retyping === undefined ? renderedNode(name, value) : retyping.rendered(name, retyping.valueType(map), value);
}

export function payloadNode({ retyping }: DumpFile, allocator: RawAllocator, { payload }: RawAllocation): ValueNode {
  return retyping === undefined
    ? renderedNode("payload", payload)
    : retyping.payload(allocator.target_type_id, payload);
}
