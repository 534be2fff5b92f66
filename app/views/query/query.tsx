import { useSignal } from "@preact/signals";
import { type QueryResult, quoteName, renderCsv } from "coldframe/tables";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Pending } from "../../parts/pending.tsx";
import { Table } from "../../parts/table.tsx";
import { TextEditor } from "../../parts/text-editor.tsx";
import { Toggle } from "../../parts/toggle.tsx";
import { useApp } from "../../state/context.ts";
import { recordDetail, recordTable } from "../../state/records.ts";
import { saveFile } from "../../state/saving.ts";
import { go } from "../../state/store.ts";
import { type TaskState, useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { errorReport } from "../../tasks/error-report.ts";
import { databaseFile, query, type Tables, tables } from "../../tasks/queries.ts";
import { ReportSpecPane } from "./report-spec.tsx";

const FIRST = "SELECT * FROM facts";
const STACKS = "SELECT status, count(*) AS n\nFROM goroutines\nGROUP BY status\nORDER BY n DESC";
const MOST_ROWS = 100_000;
const LISTED = 400;

/** The snapshot's tables, asked in SQL, with columns and tables of one's own. SQLite runs in the worker. */
export function QueryView({ opened }: ViewProps): JSX.Element {
  const { store, analyses } = useApp();
  const { snapshot } = opened;
  const sql = useSignal(store.place.value.item ?? (snapshot.format === "goroutines" ? STACKS : FIRST));
  const asked = useSignal(sql.value);
  const isEditing = useSignal(store.specText.value !== "");
  const spec = store.specText.value;
  const found = useTask(tables, [opened], spec);
  const state = useTask(query, [opened], { sql: asked.value, spec, maxRows: MOST_ROWS });
  const run = (text: string): void => {
    sql.value = text;
    asked.value = text;
    go(store, { item: text });
  };
  const name = opened.files[0]?.name ?? "query";
  const save = (): void => {
    analyses.run(databaseFile, [opened], spec).then(
      (bytes) => saveFile(`${name}.sqlite`, bytes, "application/vnd.sqlite3"),
      (error: unknown) => {
        store.notice.value = errorReport(error).message;
      },
    );
  };
  return (
    <div class="split query">
      <TableList tables={found.value} onAsk={run} />
      <div>
        <TextEditor
          text={sql}
          label="SQL"
          kind="sql"
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(sql.value);
          }}
        />
        <div class="toolbar">
          <button type="button" class="primary" onClick={() => run(sql.value)}>
            run <kbd>Ctrl-Enter</kbd>
          </button>
          <button
            type="button"
            disabled={state.value === undefined}
            onClick={() =>
              state.value && saveFile(`${name}.csv`, renderCsv(state.value.columns, state.value.rows), "text/csv")
            }
          >
            CSV
          </button>
          <button type="button" onClick={save}>
            save as .sqlite
          </button>
          <Toggle state={isEditing} label="own columns and tables" />
          <Status state={state} />
        </div>
        {isEditing.value && <ReportSpecPane sql={sql.value} state={found} />}
        <Answer state={state} />
      </div>
    </div>
  );
}

function Status({ state }: { readonly state: TaskState<QueryResult> }): JSX.Element {
  const { value, busy, problem } = state;
  const cut = value?.isCut === true ? `the first ${MOST_ROWS.toLocaleString("en")} rows` : "";
  return (
    <span class={problem === undefined ? "dim" : "fault"} role="status">
      {problem ?? (busy ? `${query.what} …` : cut)}
    </span>
  );
}

function Answer({ state }: { readonly state: TaskState<QueryResult> }): JSX.Element | null {
  const { value, problem } = state;
  const model = useMemo(() => value && resultTable(value), [value]);
  if (model !== undefined) return <Table model={model} />;
  return problem === undefined ? <Pending state={state} what={query.what} /> : null;
}

interface TableListProps {
  readonly tables: Tables | undefined;
  onAsk(sql: string): void;
}

function TableList({ tables: found, onAsk }: TableListProps): JSX.Element {
  const names = found?.names ?? [];
  const ask = (table: string): void => onAsk(`SELECT * FROM ${quoteName(table)} LIMIT 1000`);
  return (
    <nav class="item-list" aria-label="Tables">
      {found?.spec.tables.map(({ name, note }) => (
        <button key={name} type="button" class="plain" title={note} onClick={() => ask(name)}>
          {name} <span class="name">own</span>
        </button>
      ))}
      {found?.spec.links.map((link, ix) => (
        <button key={ix} type="button" class="plain" title={link.note} onClick={() => onAsk(linkQuery(link))}>
          {`${link.from.table} ⇄ ${link.to.table}`} <span class="name">link</span>
        </button>
      ))}
      {names.slice(0, LISTED).map(([table, rows]) => (
        <button key={table} type="button" class="plain" onClick={() => ask(table)}>
          {table} <span class="dim">{rows === undefined ? "" : rows.toLocaleString("en")}</span>
        </button>
      ))}
      {names.length > LISTED && <span class="dim">{`${names.length - LISTED} more`}</span>}
    </nav>
  );
}

/** Rows of both sides beside each other. */
function linkQuery({ from, to }: Tables["spec"]["links"][number]): string {
  const same = from.columns.map((column, ix) => `a.${quoteName(column)} = b.${quoteName(to.columns[ix]!)}`);
  return `SELECT a.*, b.*\nFROM ${quoteName(from.table)} a\nJOIN ${quoteName(to.table)} b ON ${same.join(" AND ")}\nLIMIT 1000`;
}

function resultTable({ columns, rows }: QueryResult) {
  const isNumber = (ix: number): boolean =>
    rows.slice(0, 50).every((row) => row[ix] === null || typeof row[ix] !== "string");
  return recordTable({
    name: "result",
    rows,
    keepsEmpty: true,
    columns: columns.map((name, ix) => ({
      name,
      ...(isNumber(ix) ? { align: "end" as const, width: 110 } : {}),
      read: (row: QueryResult["rows"][number]) => row[ix] ?? null,
    })),
    detail: (row, ix) =>
      recordDetail(`row ${ix + 1}`, Object.fromEntries(columns.map((name, column) => [name, row[column]]))),
  });
}
