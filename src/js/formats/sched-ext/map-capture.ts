import type { HostTables, SdtAllocator } from "../../model/host-tables.ts";
import type { ArenaState, CapturedEntry, CapturedMap, MapCapture, MapStore, MapStoreKind } from "../../model/maps.ts";
import type { ValueNode } from "../../model/values.ts";
import type { DumpFile, EntryListName } from "./dump-file.ts";
import type { EntryParts } from "./entries.ts";
import { keyNode, payloadNode, slotNode, valueNode } from "./entry-values.ts";
import { entryNode, mapNode } from "./map-nodes.ts";
import type { RawAllocator } from "./records.ts";
import { renderedNode } from "./rendered-nodes.ts";
import type { DumpArena, DumpMap, DumpReport } from "./report.ts";

/** The order in which a map's contents are looked for. */
const STORES: readonly (readonly [MapStoreKind, EntryListName])[] = [
  ["percpu-array", "percpu_entries"],
  ["percpu-hash", "percpu_hash_entries"],
  ["hash", "entries"],
  ["array", "array_entries"],
];

/**
 * The maps of a report, as the traversal walks them.
 * @param path of the report in the value tree.
 */
export function captureOf(file: DumpFile, report: DumpReport, path = "", earlier?: MapCapture): MapCapture {
  const { sdt_allocations, active_obj_name, active_map_kvas, is_placeholder } = report;
  const allocators = sdt_allocations.map((allocator) => allocatorOf(file, allocator));
  const host: HostTables = { ...report, kernel_tasks: [], sdt_allocations: allocators };
  return {
    maps: report.maps.map((map) => capturedMap(file, map)),
    ...(active_obj_name !== undefined && { activeObjName: active_obj_name }),
    activeMapKvas: active_map_kvas,
    isPlaceholder: is_placeholder,
    host,
    tablePath: (table) => (path === "" ? table : `${path}.${table}`),
    ...(earlier !== undefined && { earlier }),
  };
}

function allocatorOf(file: DumpFile, allocator: RawAllocator): SdtAllocator {
  const entries = allocator.entries.map((entry) => ({ ...entry, payload: payloadNode(file, allocator, entry) }));
  return { ...allocator, entries };
}

function capturedMap(file: DumpFile, map: DumpMap): CapturedMap {
  const value = map.value;
  return {
    name: map.name,
    kva: map.map_kva,
    mapType: map.map_type,
    valueSize: map.value_size,
    maxEntries: map.max_entries,
    ...(map.error !== undefined && { error: map.error }),
    node: mapNode(file, map),
    stores: storesOf(file, map),
    ...(map.ringbuf !== undefined && { ringbuf: map.ringbuf }),
    ...(map.arena !== undefined && { arena: arenaOf(file, map.arena) }),
    ...(map.stack_trace !== undefined && { stackTrace: map.stack_trace }),
    ...(map.fd_array !== undefined && { fdArray: map.fd_array }),
    value: () => (value === undefined ? undefined : slotNode(file, map, "value", file.value(value))),
  };
}

function storesOf(file: DumpFile, map: DumpMap): MapStore[] {
  const stores: MapStore[] = STORES.filter(([, list]) => map[list].length > 0).map(([kind, list]) => ({
    kind,
    length: map[list].length,
    member: list,
    entry: (ix) => capturedEntry(file, map, file.entry(map, list, ix), ix),
  }));
  const { value } = map;
  if (value === undefined) return stores;
  const entry = (): CapturedEntry => {
    const node = slotNode(file, map, "value", file.value(value));
    return { node, value: node };
  };
  return [...stores, { kind: "value", length: 1, member: "value", entry }];
}

function capturedEntry(file: DumpFile, map: DumpMap, parts: EntryParts, ix: number): CapturedEntry {
  const { key: number, key_hex, value_hex, payload, per_cpu } = parts;
  const key = keyNode(file, map, parts);
  const value = valueNode(file, map, parts);
  return {
    // Named by the text of its key, which only some callers need.
    get node() {
      return entryNode(file, map, parts, String(ix));
    },
    ...(typeof number === "number" && { keyNumber: number }),
    ...(key !== undefined && { key }),
    ...(key_hex !== undefined && { keyHex: key_hex }),
    ...(value !== undefined && { value }),
    ...(value_hex !== undefined && { valueHex: value_hex }),
    ...(payload !== undefined && { payload: renderedNode("payload", payload) }),
    ...(per_cpu !== undefined && { perCpu: slotsOf(file, map, per_cpu) }),
  };
}

function slotsOf(file: DumpFile, map: DumpMap, slots: NonNullable<EntryParts["per_cpu"]>): (ValueNode | undefined)[] {
  return slots.map((slot, cpu) => (slot === null ? undefined : slotNode(file, map, String(cpu), slot)));
}

function arenaOf(file: DumpFile, arena: DumpArena): ArenaState {
  const pages = arena.pages.map(({ user_addr, bytes }) => ({
    user_addr,
    byteLength: bytes.length,
    isZero: bytes.isZero,
    bytes: () => file.page(bytes),
  }));
  return { ...arena, pages };
}
