import { useSignal } from "@preact/signals";
import type { FlameTree } from "coldframe/goroutines";
import { type DiffEntry, renderDiffText } from "coldframe/identity";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { FlameCanvas } from "../../parts/flame-canvas.tsx";
import { Pending } from "../../parts/pending.tsx";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { recordDetail, recordTable } from "../../state/records.ts";
import { saveFile } from "../../state/saving.ts";
import { go, type Store } from "../../state/store.ts";
import type { CellTone, Opened, TableModel } from "../../state/types.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { type Differences as DifferencesFound, differences } from "../../tasks/differences.ts";
import { nodeDetail } from "../flame/function-table.ts";

/** Typed differences of two snapshots; what is equal is not shown. Stacks also as one picture. */
export function DiffView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const all = store.opened.value;
  const other =
    all.find(({ id }) => id === store.otherId.value && id !== opened.id) ?? all.find(({ id }) => id !== opened.id);
  const isSwapped = useSignal(false);
  if (other === undefined) return <p class="pane dim">Comparing needs a second file: drop one.</p>;
  // What was opened first is taken for the earlier one.
  const inOrder = opened.id < other.id ? [opened, other] : [other, opened];
  const [before, after] = (isSwapped.value ? [inOrder[1], inOrder[0]] : inOrder) as [Opened, Opened];
  return (
    <>
      <div class="toolbar">
        <span>
          <span class="removed">−</span>
          <span class="mono">{before.label}</span>
        </span>
        <span>
          <span class="added">+</span>
          <span class="mono">{after.label}</span>
        </span>
        {all.length > 2 && (
          <FileChoice
            value={other}
            all={all.filter(({ id }) => id !== opened.id)}
            onChoose={(id) => choose(store, id)}
          />
        )}
        <button
          type="button"
          onClick={() => {
            isSwapped.value = !isSwapped.value;
          }}
        >
          swap
        </button>
      </div>
      <Differences before={before} after={after} />
    </>
  );
}

function choose(store: Store, id: number): void {
  store.otherId.value = id;
}

interface FileChoiceProps {
  readonly value: Opened;
  readonly all: readonly Opened[];
  onChoose(id: number): void;
}

function FileChoice({ value, all, onChoose }: FileChoiceProps): JSX.Element {
  return (
    <select
      aria-label="The file to compare with"
      value={value.id}
      onChange={(event) => onChoose(Number(event.currentTarget.value))}
    >
      {all.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Differences({ before, after }: { readonly before: Opened; readonly after: Opened }): JSX.Element {
  const state = useTask(differences, [before, after], null);
  if (state.value === undefined) return <Pending state={state} what={differences.what} />;
  return <DifferenceTable {...state.value} />;
}

function DifferenceTable({ diff, flame }: DifferencesFound): JSX.Element {
  const store = useStore();
  const model = useMemo(
    () =>
      diffTable(
        store,
        diff.sections.flatMap(({ name, entries }) => entries.map((entry) => ({ ...entry, section: name }))),
      ),
    [diff],
  );
  const omitted = diff.sections.reduce((sum, section) => sum + section.omitted, 0);
  return (
    <>
      <p class="toolbar">
        <strong>
          {diff.isEqual
            ? "The two are equal in everything that was captured."
            : diff.sections
                .filter(({ entries }) => entries.length > 0)
                .map(({ name, entries }) => `${entries.length} ${name}`)
                .join(", ")}
        </strong>
        {omitted > 0 && <span class="warn">{`${omitted} further differences are not listed`}</span>}
        <button type="button" onClick={() => saveFile("difference.txt", renderDiffText(diff), "text/plain")}>
          save as text
        </button>
      </p>
      {flame !== undefined && <FlameDifference tree={flame} />}
      <Table model={model} main />
    </>
  );
}

function FlameDifference({ tree }: { readonly tree: FlameTree }): JSX.Element {
  const store = useStore();
  const selected = useSignal(0);
  return (
    <>
      <p class="toolbar dim">Stacks: width by count after; orange is more than before, blue less.</p>
      <div class="flame-area">
        <FlameCanvas
          tree={tree}
          label="Difference of stacks"
          selected={selected.value}
          onPick={(node) => {
            selected.value = node;
            store.detail.value = nodeDetail(tree, node);
          }}
        />
      </div>
    </>
  );
}

type Row = DiffEntry & { readonly section: string };

const TONES: Readonly<Record<DiffEntry["kind"], CellTone>> = { added: "added", removed: "removed", changed: "warn" };
const MARKS: Readonly<Record<DiffEntry["kind"], string>> = {
  added: "+ added",
  removed: "− removed",
  changed: "± changed",
};

function diffTable(store: Store, rows: readonly Row[]): TableModel {
  return recordTable({
    name: "differences",
    rows,
    columns: [
      {
        name: "kind",
        width: 86,
        read: ({ kind }) => kind,
        show: ({ kind }) => MARKS[kind],
        tone: ({ kind }) => TONES[kind],
      },
      { name: "section", width: 70, read: ({ section }) => section, tone: () => "dim" },
      { name: "path", read: ({ path }) => path },
      { name: "before", width: 160, read: ({ before }) => before ?? null, tone: () => "removed" },
      { name: "after", width: 160, read: ({ after }) => after ?? null, tone: () => "added" },
      {
        name: "delta",
        width: 90,
        align: "end",
        read: ({ delta }) => delta ?? null,
        show: ({ delta }) => (delta === undefined ? undefined : `${delta > 0 ? "+" : ""}${delta}`),
      },
    ],
    detail: (row) => recordDetail(row.path, row, { filter: `kind == '${row.kind}'` }),
    enter: ({ section, path }) =>
      section === "values" && go(store, { view: "values", path: path.replace(/^values\.?/, "") }),
  });
}
