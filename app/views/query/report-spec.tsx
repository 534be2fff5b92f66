import { useSignal } from "@preact/signals";
import { EMPTY_SPEC, parseReportSpec, type ReportSpec, renderReportSpec } from "coldframe/tables";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { TextEditor } from "../../parts/text-editor.tsx";
import { useApp } from "../../state/context.ts";
import { countOf } from "../../state/numbers.ts";
import { saveFile } from "../../state/saving.ts";
import type { TaskState } from "../../state/use-task.ts";
import { errorReport } from "../../tasks/error-report.ts";
import type { Tables } from "../../tasks/queries.ts";

/** A pause in typing; then the spec is applied anew. */
const TYPING_MS = 250;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * A report spec under edit: columns, tables and links that are not about one snapshot. It stays while other snapshots
 * are opened, and can be kept as a file that `coldframe query --spec` takes and that can be dropped here again.
 */
export function ReportSpecPane({
  sql,
  state,
}: {
  readonly sql: string;
  readonly state: TaskState<Tables>;
}): JSX.Element {
  const { store } = useApp();
  const text = useSignal(store.specText.value || textOf(EMPTY_SPEC));
  const name = useSignal("");
  const given = store.specText.value;
  useEffect(() => {
    if (given !== "") text.value = given;
  }, [given]);
  useEffect(() => {
    const timer = setTimeout(() => {
      store.specText.value = text.value;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  const add = (): void => {
    try {
      const spec = parseReportSpec(text.value);
      const others = spec.tables.filter((table) => table.name !== name.value);
      const table = { name: name.value, sql: sql.replace(/;\s*$/, "") };
      text.value = textOf({ ...spec, tables: [...others, table] });
    } catch (error) {
      store.notice.value = errorReport(error).message;
    }
  };
  const { value, problem } = state;
  return (
    <section class="spec" aria-label="Own columns, tables and links">
      <TextEditor text={text} label="Report spec" kind="spec-json" />
      <div class="toolbar">
        <label>
          the query above as table
          <input
            type="text"
            size={16}
            placeholder="a name"
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="button" disabled={!NAME.test(name.value)} onClick={add}>
          add
        </button>
        <button type="button" onClick={() => saveFile("reports.json", text.value, "application/json")}>
          save as a file
        </button>
        <span class={problem === undefined ? "run" : "fault"} role="status">
          {problem ?? (value === undefined ? "" : summaryOf(value))}
        </span>
      </div>
      {value !== undefined && value.issues.length > 0 && (
        <ul class="diagnostics" aria-label="What does not fit this snapshot">
          {value.issues.map(({ code, message }, ix) => (
            <li key={ix}>
              <span class="warn">{code}</span> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function textOf(spec: ReportSpec): string {
  return JSON.stringify(renderReportSpec(spec), null, 2);
}

function summaryOf({ spec: { columns, tables, links }, issues }: Tables): string {
  const counts = [countOf(columns.length, "column"), countOf(tables.length, "table"), countOf(links.length, "link")];
  const fits = `applied: ${counts.join(", ")}`;
  return issues.length === 0 ? fits : `${fits}; ${issues.length} not`;
}
