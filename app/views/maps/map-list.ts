import type { Snapshot } from "coldframe";
import { mapTypeName } from "coldframe/bpf";
import type { CapturedMap } from "coldframe/sched-ext";
import { recordDetail, recordTable } from "../../state/records.ts";
import type { TableModel } from "../../state/types.ts";

function entriesOf(map: CapturedMap): number {
  return map.stores.reduce((sum, { length }) => sum + length, 0);
}

const NEAR_FULL = 0.9;

/** Arrays are always full; only what can fill up has a share. */
function fillOf(map: CapturedMap): number | null {
  return /array|struct_ops|ringbuf|arena/.test(mapTypeName(map.mapType)) || map.maxEntries === 0
    ? null
    : entriesOf(map) / map.maxEntries;
}

export function mapsTable(snapshot: Snapshot, open: (ix: number) => void): TableModel {
  const maps = snapshot.maps!.maps;
  return recordTable({
    name: "maps",
    rows: maps,
    columns: [
      { name: "name", read: ({ name }) => name, tone: () => "name" },
      { name: "type", width: 130, read: ({ mapType }) => mapTypeName(mapType) },
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
          type: mapTypeName(mapType),
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
