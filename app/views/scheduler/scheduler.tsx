import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";
import type { ViewProps } from "../../state/views.ts";
import { Counters } from "./counters.tsx";
import { CpuGrid } from "./cpu-grid.tsx";
import { hostTables } from "./host-tables.ts";
import { findTask, PlaceOfTask } from "./where.tsx";

/** CPUs, queues, tasks and counters of a scheduler at the moment it was stopped. */
export function SchedulerView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const host = opened.snapshot.maps?.host;
  const tables = useMemo(() => (host === undefined ? [] : hostTables(host)), [host]);
  const pid = useSignal("");
  if (host === undefined) return <p class="pane dim">This dump holds no tables of the scheduler.</p>;
  const table = tables.find(({ id }) => id === store.place.value.item) ?? tables[0];
  return (
    <>
      <div class="pane section scheduler" tabIndex={0} role="region" aria-label="Scheduler">
        <label class="where">
          where is pid
          <input
            inputMode="numeric"
            size={8}
            value={pid.value}
            placeholder="or name"
            onInput={(event) => {
              pid.value = event.currentTarget.value.trim();
            }}
          />
        </label>
        {pid.value !== "" && <PlaceOfTask wanted={pid.value} found={findTask(host, pid.value)} />}
        <CpuGrid host={host} />
        <Counters host={host} />
      </div>
      {table !== undefined && (
        <>
          <nav class="tabs inner" aria-label="Tables of the scheduler">
            {tables.map(({ id, title, model }) => (
              <button
                key={id}
                type="button"
                class="plain tab"
                aria-current={id === table.id ? "true" : undefined}
                onClick={() => go(store, { item: id, filter: undefined, sort: undefined })}
              >
                {`${title} (${model.length})`}
              </button>
            ))}
          </nav>
          <Table key={table.id} model={table.model} main />
        </>
      )}
      {tables.length === 0 && (
        <p class="pane dim">No queues, tasks or counters were captured; the values and maps are all there is.</p>
      )}
    </>
  );
}
