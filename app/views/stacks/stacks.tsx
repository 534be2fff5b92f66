import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import type { ViewProps } from "../../state/views.ts";
import { contextDetail } from "./context-detail.tsx";
import { contextTable } from "./context-table.ts";

/** Every goroutine, thread, CPU or task as a row. */
export function StacksView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const model = useMemo(() => contextTable(snapshot), [snapshot]);
  const item = Number(store.place.value.item ?? -1);
  const context = snapshot.stacks.contexts[item];
  useEffect(() => {
    if (context !== undefined) store.detail.value = contextDetail(snapshot, context);
  }, [context]);
  return <Table model={model} main selected={context === undefined ? -1 : item} />;
}
