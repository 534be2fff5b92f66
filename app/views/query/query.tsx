import { useSignal } from "@preact/signals";
import { loadSqlEngine, type QueryResult, renderCsv, snapshotCatalog, TableDatabase } from "coldframe/tables";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { errorReport } from "../../state/opening.ts";
import { recordDetail, recordTable } from "../../state/records.ts";
import { saveFile } from "../../state/saving.ts";
import { go } from "../../state/store.ts";
import type { ViewProps } from "../../state/views.ts";

const FIRST = "SELECT * FROM facts";
const STACKS = "SELECT status, count(*) AS n\nFROM goroutines\nGROUP BY status\nORDER BY n DESC";
const MOST_ROWS = 100_000;
const LISTED = 400;

/** The snapshot's tables, asked in SQL. SQLite is loaded when this view is first shown. */
export function QueryView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const catalog = useMemo(() => snapshotCatalog(snapshot), [snapshot]);
  const names = useMemo(() => [...catalog.names()], [catalog]);
  const database = useRef<TableDatabase>(undefined);
  const sql = useSignal(store.place.value.item ?? (snapshot.format === "goroutines" ? STACKS : FIRST));
  const result = useSignal<QueryResult | undefined>(undefined);
  const problem = useSignal("");
  const busy = useSignal(true);
  const run = (): void => {
    if (database.current === undefined) return;
    try {
      result.value = database.current.query(sql.value, { maxRows: MOST_ROWS });
      problem.value = "";
      go(store, { item: sql.value });
    } catch (error) {
      problem.value = errorReport(error).message;
    }
  };
  useEffect(() => {
    let isLeft = false;
    loadSqlEngine()
      .then((engine) => {
        if (isLeft) return;
        database.current = new TableDatabase(engine, catalog);
        busy.value = false;
        run();
      })
      .catch((error: unknown) => {
        problem.value = errorReport(error).message;
        busy.value = false;
      });
    return () => {
      isLeft = true;
      database.current?.close();
    };
  }, [catalog]);
  const model = useMemo(() => (result.value === undefined ? undefined : resultTable(result.value)), [result.value]);
  const name = opened.files[0]?.name ?? "query";
  return (
    <div class="split query">
      <nav class="item-list" aria-label="Tables">
        {names.slice(0, LISTED).map(([table, rows]) => (
          <button
            key={table}
            type="button"
            class="plain"
            onClick={() => {
              sql.value = `SELECT * FROM "${table.replaceAll('"', '""')}" LIMIT 1000`;
              run();
            }}
          >
            {table} <span class="dim">{rows === undefined ? "" : rows.toLocaleString("en")}</span>
          </button>
        ))}
        {names.length > LISTED && <span class="dim">{`${names.length - LISTED} more`}</span>}
      </nav>
      <div>
        <textarea
          class="editor sql"
          aria-label="SQL"
          spellcheck={false}
          value={sql.value}
          onInput={(event) => {
            sql.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
          }}
        />
        <div class="toolbar">
          <button type="button" class="primary" disabled={busy.value} onClick={run}>
            run <kbd>Ctrl-Enter</kbd>
          </button>
          <button
            type="button"
            disabled={result.value === undefined}
            onClick={() =>
              result.value && saveFile(`${name}.csv`, renderCsv(result.value.columns, result.value.rows), "text/csv")
            }
          >
            CSV
          </button>
          <button
            type="button"
            disabled={busy.value}
            onClick={() =>
              database.current && saveFile(`${name}.sqlite`, database.current.exportFile(), "application/vnd.sqlite3")
            }
          >
            save as .sqlite
          </button>
          <span class={problem.value === "" ? "dim" : "fault"} role="status">
            {busy.value
              ? "loading SQLite …"
              : problem.value ||
                (result.value?.isCut === true ? `the first ${MOST_ROWS.toLocaleString("en")} rows` : "")}
          </span>
        </div>
        {model !== undefined && <Table model={model} />}
      </div>
    </div>
  );
}

function resultTable({ columns, rows }: QueryResult) {
  const isNumber = (ix: number): boolean =>
    rows.slice(0, 50).every((row) => row[ix] === null || typeof row[ix] !== "string");
  return recordTable({
    name: "result",
    rows,
    columns: columns.map((name, ix) => ({
      name,
      ...(isNumber(ix) ? { align: "end" as const, width: 110 } : {}),
      read: (row: QueryResult["rows"][number]) => row[ix] ?? null,
    })),
    detail: (row, ix) =>
      recordDetail(`row ${ix + 1}`, Object.fromEntries(columns.map((name, column) => [name, row[column]]))),
  });
}
