import type { JSX } from "preact";
import { Tree } from "../../parts/tree.tsx";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";
import type { TreeRow } from "../../state/tree-rows.ts";
import { valueDetail } from "../../state/value-detail.ts";
import type { ViewProps } from "../../state/views.ts";

/** Everything that was captured, as a typed tree. */
export function ValuesView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const pick = (row: TreeRow): void => {
    store.detail.value = valueDetail(snapshot, row.path, row.node);
    if (store.place.value.path !== row.path) go(store, { path: row.path });
  };
  return <Tree snapshot={snapshot} label="Values" path={store.place.value.path} onPick={pick} />;
}
