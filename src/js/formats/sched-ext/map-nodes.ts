import { mapTypeName } from "../../model/map-type-names.ts";
import { inlineText } from "../../model/node-text.ts";
import type { ValueNode } from "../../model/values.ts";
import type { DumpFile, EntryListName } from "./dump-file.ts";
import type { EntryParts } from "./entries.ts";
import { keyNode, slotNode, valueNode } from "./entry-values.ts";
import { rowNode } from "./plain-nodes.ts";
import { problemNode, renderedNode } from "./rendered-nodes.ts";
import type { DumpArena, DumpMap } from "./report.ts";
import { branchSource, container, leaf, structOf } from "./tree.ts";

type Member = readonly [name: string, node: (name: string) => ValueNode];

/** Members with a node of their own; all others are plain. */
const ENTRY_LISTS: readonly EntryListName[] = ["entries", "array_entries", "percpu_entries", "percpu_hash_entries"];
const KEY_TEXT = 200;

/**
 * `maps` of a report: a map by name; of equal names the first is found, and `[#n]` reaches the others. It is an array in
 * the file, so where no map has a number for a name, `[0]` is the first.
 */
export function mapsNode(file: DumpFile, maps: readonly DumpMap[]): ValueNode {
  const at = (ix: number): ValueNode => mapNode(file, maps[ix]!);
  const find = (name: string): ValueNode | undefined => {
    const map = maps.find((one) => one.name === name) ?? (/^\d{1,9}$/.test(name) ? maps[Number(name)] : undefined);
    return map && mapNode(file, map);
  };
  return { kind: "map", name: "maps", handle: container(maps.length, at, find) };
}

export function mapNode(file: DumpFile, map: DumpMap): ValueNode {
  const members = Object.entries(map).flatMap(([name, value]) => mapMember(file, map, name, value));
  return {
    kind: "struct",
    name: map.name,
    typeName: mapTypeName(map.map_type),
    ...(map.map_kva !== 0n && { address: map.map_kva }),
    ...(map.error !== undefined && { problem: { code: "CaptureIncomplete", message: map.error } }),
    handle: structOf(members),
  };
}

function mapMember(file: DumpFile, map: DumpMap, name: string, value: unknown): Member[] {
  const list = ENTRY_LISTS.find((one) => one === name);
  if (list !== undefined) return map[list].length === 0 ? [] : [[name, () => entriesNode(file, map, list)]];
  if (name === "value")
    return typeof value === "number" ? [[name, () => slotNode(file, map, name, file.value(value))]] : [];
  if (name === "arena" && map.arena !== undefined) {
    const { arena } = map;
    return [[name, () => arenaNode(file, arena)]];
  }
  return [[name, () => rowNode(name, value)]];
}

function entriesNode(file: DumpFile, map: DumpMap, list: EntryListName): ValueNode {
  const at = (ix: number): ValueNode => entryNode(file, map, file.entry(map, list, ix), String(ix));
  return { kind: "map", name: list, handle: container(map[list].length, at) };
}

/** @param fallback name of an entry without a readable key. */
export function entryNode(file: DumpFile, map: DumpMap, parts: EntryParts, fallback: string): ValueNode {
  const key = keyNode(file, map, parts);
  const value = valueNode(file, map, parts);
  const own = Object.entries(parts).filter(([name]) => !(name === "key" && key) && name !== "value");
  const members: Member[] = own.map(([name, part]) => [name, () => entryMember(file, map, parts, name, part)]);
  if (value !== undefined) members.unshift(["value", () => value]);
  if (key !== undefined) members.unshift(["key", () => key]);
  return { kind: "entry", name: keyName(parts, key) ?? fallback, handle: structOf(members) };
}

function entryMember(file: DumpFile, map: DumpMap, parts: EntryParts, name: string, value: unknown): ValueNode {
  if (name === "payload" && parts.payload !== undefined) return renderedNode(name, parts.payload);
  if (name === "per_cpu" && parts.per_cpu !== undefined) return perCpuNode(file, map, name, parts.per_cpu);
  return rowNode(name, value);
}

function perCpuNode(file: DumpFile, map: DumpMap, name: string, slots: NonNullable<EntryParts["per_cpu"]>): ValueNode {
  const at = (ix: number): ValueNode => {
    const slot = slots[ix];
    if (slot !== undefined && slot !== null) return slotNode(file, map, String(ix), slot);
    return problemNode("absent", String(ix), "PerCpuSlot", "the page of this CPU was not mapped at capture");
  };
  return { kind: "array", name, handle: container(slots.length, at) };
}

function keyName({ key, key_hex }: EntryParts, node: ValueNode | undefined): string | undefined {
  if (typeof key === "number") return String(key);
  if (node === undefined) return key_hex;
  return inlineText(branchSource(node), node, KEY_TEXT);
}

function arenaNode(file: DumpFile, arena: DumpArena): ValueNode {
  const members = Object.entries(arena).map(([name, value]): Member => {
    return name === "pages" ? [name, () => pagesNode(file, arena)] : [name, () => rowNode(name, value)];
  });
  return { kind: "struct", name: "arena", handle: structOf(members) };
}

function pagesNode(file: DumpFile, { pages }: DumpArena): ValueNode {
  const at = (ix: number): ValueNode => {
    const page = pages[ix]!;
    return {
      kind: "struct",
      name: String(ix),
      handle: structOf([
        ["user_addr", (name) => rowNode(name, page.user_addr)],
        ["bytes", (name) => ({ kind: "bytes", name, handle: leaf(file.page(page.bytes)) })],
      ]),
    };
  };
  return { kind: "array", name: "pages", handle: container(pages.length, at) };
}
