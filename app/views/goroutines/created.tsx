import { useSignal } from "@preact/signals";
import type { Snapshot } from "coldframe";
import type { CreationTree, PivotRow } from "coldframe/goroutines";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Pending } from "../../parts/pending.tsx";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { durationText } from "../../state/numbers.ts";
import { recordDetail, recordTable } from "../../state/records.ts";
import { go, type Store } from "../../state/store.ts";
import type { TableModel } from "../../state/types.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { type Creations, creations, pivot } from "../../tasks/goroutines.ts";
import { contextDetail } from "../stacks/context-detail.tsx";

type Mode = "sites" | "tree" | "labels";

/** Where goroutines were started: by place in the code, as a tree, by label. */
export function CreatedView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const mode = useSignal<Mode>("sites");
  const state = useTask(creations, [opened], null);
  const keys = state.value?.labels ?? [];
  const label = useSignal("");
  const key = label.value || (keys[0]?.key ?? "");
  const found = state.value;
  const model = useMemo(() => {
    if (found === undefined) return undefined;
    return mode.value === "sites" ? siteTable(store, found.sites) : creationTable(store, snapshot, found.tree);
  }, [found, mode.value]);
  return (
    <>
      <div class="toolbar">
        <label>
          by
          <select
            value={mode.value}
            onChange={(event) => {
              mode.value = event.currentTarget.value as Mode;
            }}
          >
            <option value="sites">place in the code</option>
            <option value="tree">who created whom</option>
            {keys.length > 0 && <option value="labels">label</option>}
          </select>
        </label>
        {mode.value === "labels" && (
          <label>
            label
            <select
              value={key}
              onChange={(event) => {
                label.value = event.currentTarget.value;
              }}
            >
              {keys.map(({ key }) => (
                <option key={key} value={key}>
                  {key}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {mode.value === "labels" ? (
        <LabelPivot opened={opened} label={key} />
      ) : model === undefined ? (
        <Pending state={state} what={creations.what} />
      ) : (
        <Table model={model} main />
      )}
    </>
  );
}

function LabelPivot({ opened, label }: ViewProps & { readonly label: string }): JSX.Element {
  const store = useStore();
  const state = useTask(pivot, [opened], label);
  const rows = state.value;
  const model = useMemo(() => rows && labelTable(store, label, rows), [rows]);
  return model === undefined ? <Pending state={state} what={pivot.what} /> : <Table model={model} main />;
}

function siteTable(store: Store, sites: Creations["sites"]): TableModel {
  return recordTable({
    name: "creation-sites",
    rows: sites,
    columns: [
      { name: "count", width: 80, align: "end", read: ({ count }) => count },
      {
        name: "created_by",
        title: "created by",
        read: ({ frame }) => frame.functionName,
      },
      {
        name: "place",
        width: 240,
        read: ({ frame }) => (frame.file === undefined ? "" : `${frame.file}:${frame.line ?? ""}`),
      },
    ],
    detail: (site) =>
      recordDetail(site.frame.functionName, {
        count: site.count,
        file: site.frame?.file,
        line: site.frame?.line,
      }),
    enter: (site) =>
      site.frame &&
      go(store, { view: "stacks", filter: `created_by == '${site.frame.functionName.replaceAll("'", "\\'")}'` }),
  });
}

interface CreationLine {
  readonly row: CreationTree["rows"][number];
  readonly depth: number;
}

const DEEPEST = 200;

function creationTable(store: Store, snapshot: Snapshot, tree: CreationTree): TableModel {
  const { contexts } = snapshot.stacks;
  const lines = linesOf(tree);
  const nameOf = ({ row: { context, id, creator } }: CreationLine): string =>
    context < 0
      ? `${id ?? "?"} (gone${creator === undefined ? "" : `; ran ${creator.functionName}`})`
      : contexts[context]!.name;
  return recordTable({
    name: "creation-tree",
    rows: lines,
    columns: [
      {
        name: "goroutine",
        read: (line) => `${"  ".repeat(Math.min(line.depth, 24))}${nameOf(line)}`,
        tone: ({ row }) => (row.context < 0 ? "dim" : undefined),
      },
      { name: "below", title: "started below", width: 110, align: "end", read: ({ row }) => BigInt(row.descendants) },
      { name: "state", width: 150, read: ({ row }) => contexts[row.context]?.state ?? null, tone: () => "wait" },
      { name: "process", width: 120, read: ({ row }) => row.process ?? null },
    ],
    detail: ({ row }) =>
      row.context < 0
        ? recordDetail("gone", { id: row.id, descendants: row.descendants })
        : contextDetail(snapshot, contexts[row.context]!),
    enter: ({ row }) => row.context >= 0 && go(store, { view: "stacks", item: String(row.context) }),
  });
}

/** The tree as lines, parents before children; with a stack of its own, as depth is the input's choice. */
function linesOf({ rows, roots }: CreationTree): CreationLine[] {
  const lines: CreationLine[] = [];
  const waiting = [...roots].reverse().map((ix) => ({ ix, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const row = rows[next.ix]!;
    lines.push({ row, depth: next.depth });
    for (let at = row.children.length - 1; at >= 0; at--) {
      waiting.push({ ix: row.children[at]!, depth: Math.min(DEEPEST, next.depth + 1) });
    }
  }
  return lines;
}

function labelTable(store: Store, key: string, rows: readonly PivotRow[]): TableModel {
  return recordTable({
    name: "labels",
    rows,
    columns: [
      { name: "value", read: ({ value }) => value ?? "(without it)" },
      { name: "count", width: 80, align: "end", read: ({ count }) => count },
      {
        name: "wait",
        title: "longest ≥",
        width: 90,
        align: "end",
        read: ({ longestWaitNs }) => longestWaitNs ?? null,
        show: ({ longestWaitNs }) => (longestWaitNs === undefined ? undefined : durationText(longestWaitNs)),
      },
      {
        name: "states",
        width: 260,
        read: ({ byState }) => [...byState].map(([state, count]) => `${count} ${state}`).join(", "),
      },
      { name: "processes", width: 160, read: ({ processes }) => [...processes].join(", ") },
    ],
    detail: ({ value, count, members }) =>
      recordDetail(`${key} = ${value ?? "(without it)"}`, { count, members: members.length }),
    enter: ({ value }) =>
      value !== undefined &&
      go(store, { view: "stacks", filter: `Field('${key}') == '${value.replaceAll("'", "\\'")}'` }),
  });
}
