import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import type { ViewProps } from "../../state/views.ts";
import { logTable } from "./log-table.ts";

export function LogsView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const model = useMemo(() => logTable(opened.snapshot), [opened]);
  const item = Number(store.place.value.item ?? -1);
  return <Table model={model} main selected={Number.isInteger(item) ? item : -1} />;
}
