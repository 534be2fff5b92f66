import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";
import type { ViewProps } from "../../state/views.ts";
import { entryTable } from "./entry-table.ts";
import { mapsTable } from "./map-list.ts";

/** All maps as a table; one map as windowed rows with typed columns. */
export function MapsView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const maps = snapshot.maps!.maps;
  const item = store.place.value.item;
  const at = item === undefined ? -1 : Number(item);
  const map = maps[at];
  const open = (ix: number | undefined): void =>
    go(store, { item: ix === undefined ? undefined : String(ix), filter: undefined, sort: undefined });
  const model = useMemo(
    () => (map === undefined ? mapsTable(snapshot, open) : entryTable(snapshot, map)),
    [snapshot, map],
  );
  return (
    <>
      {map !== undefined && (
        <div class="toolbar">
          <button type="button" onClick={() => open(undefined)}>
            all maps
          </button>
          <button type="button" disabled={at === 0} onClick={() => open(at - 1)}>
            previous
          </button>
          <button type="button" disabled={at === maps.length - 1} onClick={() => open(at + 1)}>
            next
          </button>
          <strong class="mono">{map.name}</strong>
          <button type="button" class="plain link" onClick={() => go(store, { view: "values", path: map.node.name })}>
            as values
          </button>
          {map.error !== undefined && <span class="warn">{map.error}</span>}
        </div>
      )}
      <Table key={item ?? "all"} model={model} main />
    </>
  );
}
