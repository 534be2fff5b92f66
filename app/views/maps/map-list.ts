import type { Snapshot } from "coldframe";
import type { CapturedMap } from "coldframe/sched-ext";
import { recordDetail, recordTable } from "../../state/records.ts";
import type { TableModel } from "../../state/types.ts";

/** Numbers of `enum bpf_map_type`. */
const MAP_TYPES: readonly string[] = [
  "unspec",
  "hash",
  "array",
  "prog_array",
  "perf_event_array",
  "percpu_hash",
  "percpu_array",
  "stack_trace",
  "cgroup_array",
  "lru_hash",
  "lru_percpu_hash",
  "lpm_trie",
  "array_of_maps",
  "hash_of_maps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroup_storage",
  "reuseport_sockarray",
  "percpu_cgroup_storage",
  "queue",
  "stack",
  "sk_storage",
  "devmap_hash",
  "struct_ops",
  "ringbuf",
  "inode_storage",
  "task_storage",
  "bloom_filter",
  "user_ringbuf",
  "cgrp_storage",
  "arena",
];

export function entriesOf(map: CapturedMap): number {
  return map.stores.reduce((sum, { length }) => sum + length, 0);
}

const NEAR_FULL = 0.9;

/** Arrays are always full; only what can fill up has a share. */
function fillOf(map: CapturedMap): number | null {
  const type = MAP_TYPES[map.mapType] ?? "";
  return /array|struct_ops|ringbuf|arena/.test(type) || map.maxEntries === 0 ? null : entriesOf(map) / map.maxEntries;
}

export function mapsTable(snapshot: Snapshot, open: (ix: number) => void): TableModel {
  const maps = snapshot.maps!.maps;
  return recordTable({
    name: "maps",
    rows: maps,
    columns: [
      { name: "name", read: ({ name }) => name, tone: () => "name" },
      { name: "type", width: 130, read: ({ mapType }) => MAP_TYPES[mapType] ?? String(mapType) },
      { name: "entries", width: 90, align: "end", read: (map) => BigInt(entriesOf(map)) },
      { name: "capacity", width: 90, align: "end", read: ({ maxEntries }) => BigInt(maxEntries) },
      {
        name: "fill",
        width: 70,
        align: "end",
        read: fillOf,
        show: (map) => {
          const fill = fillOf(map);
          return fill === null ? "" : `${(100 * fill).toFixed(1)} %`;
        },
        tone: (map) => ((fillOf(map) ?? 0) >= NEAR_FULL ? "fault" : undefined),
      },
      { name: "value_size", title: "value bytes", width: 90, align: "end", read: ({ valueSize }) => BigInt(valueSize) },
      { name: "problem", width: 220, read: ({ error }) => error ?? null, tone: () => "warn" },
    ],
    detail: (map) => {
      const {
        node: _node,
        stores: _stores,
        value: _value,
        name,
        mapType,
        kva,
        valueSize,
        maxEntries,
        error,
        ringbuf,
      } = map;
      return recordDetail(
        name,
        {
          type: MAP_TYPES[mapType] ?? mapType,
          entries: entriesOf(map),
          maxEntries,
          valueSize,
          kva: kva === 0n ? undefined : `0x${kva.toString(16)}`,
          error,
          ...ringbuf,
        },
        { path: map.node.name === "" ? undefined : map.node.name },
      );
    },
    enter: (_map, ix) => open(ix),
  });
}
