import { useSignal } from "@preact/signals";
import { framesOf, type Snapshot } from "coldframe";
import type { ContextGroup, GroupLevel } from "coldframe/goroutines";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Pending } from "../../parts/pending.tsx";
import { Table } from "../../parts/table.tsx";
import { Toggle } from "../../parts/toggle.tsx";
import { useStore } from "../../state/context.ts";
import { durationText } from "../../state/numbers.ts";
import { recordTable } from "../../state/records.ts";
import { go, type Store } from "../../state/store.ts";
import type { Detail, TableModel } from "../../state/types.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { groups as groupsTask } from "../../tasks/goroutines.ts";
import { FrameList, foldedLine } from "../stacks/context-detail.tsx";
import { ProcessCards } from "./process-cards.tsx";

const LEVELS: readonly (readonly [GroupLevel, string])[] = [
  ["exact", "all equal, marks too"],
  ["lines", "all equal"],
  ["pointers", "pointers differ"],
  ["values", "arguments differ"],
  ["functions", "same functions"],
  ["prefix", "same 3 innermost"],
  ["package", "same packages"],
];

/** Goroutines by stack, processes on top. */
export function GroupsView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const level = useSignal<GroupLevel>("values");
  const byProcess = useSignal(false);
  const state = useTask(groupsTask, [opened], { level: level.value, byProcess: byProcess.value, states: "normal" });
  const groups = state.value;
  const model = useMemo(() => groups && groupTable(store, snapshot, groups), [groups]);
  return (
    <>
      <ProcessCards snapshot={snapshot} />
      <div class="toolbar">
        <label>
          one group:
          <select
            value={level.value}
            onChange={(event) => {
              level.value = event.currentTarget.value as GroupLevel;
            }}
          >
            {LEVELS.map(([id, what]) => (
              <option key={id} value={id}>
                {what}
              </option>
            ))}
          </select>
        </label>
        <Toggle state={byProcess} label="processes apart" />
        {groups !== undefined && <span class="dim">{`${groups.length.toLocaleString("en")} groups`}</span>}
      </div>
      {model === undefined ? <Pending state={state} what={groupsTask.what} /> : <Table model={model} main />}
    </>
  );
}

function groupTable(store: Store, snapshot: Snapshot, groups: readonly ContextGroup[]): TableModel {
  const { stacks } = snapshot;
  const top = (group: ContextGroup): string => {
    const frames = framesOf(stacks, group.stack);
    const own = frames.find(({ functionName }) => !/^(?:runtime|internal|sync|time)\b/.test(functionName));
    return (own ?? frames[0])?.functionName ?? "(no frames)";
  };
  return recordTable({
    name: "groups",
    rows: groups,
    columns: [
      { name: "count", width: 80, align: "end", read: ({ count }) => count },
      {
        name: "state",
        width: 160,
        read: ({ state }) => state ?? null,
        tone: ({ state }) => (/run/.test(state ?? "") ? "run" : "wait"),
      },
      {
        name: "wait",
        title: "longest ≥",
        width: 84,
        align: "end",
        read: ({ longestWaitNs }) => longestWaitNs ?? null,
        show: ({ longestWaitNs }) => (longestWaitNs === undefined ? undefined : durationText(longestWaitNs)),
      },
      { name: "function", read: top },
      { name: "processes", width: 160, read: ({ processes }) => processes.join(", ") },
      { name: "members", width: 76, align: "end", hidden: true, read: ({ members }) => BigInt(members.length) },
    ],
    detail: (group) => groupDetail(store, snapshot, group),
    enter: (group) => go(store, { view: "stacks", item: String(group.longest ?? group.members[0]) }),
  });
}

const LISTED = 24;

function groupDetail(store: Store, { stacks }: Snapshot, group: ContextGroup): Detail {
  const frames = framesOf(stacks, group.stack);
  return {
    title: `${group.count.toLocaleString("en")} goroutines`,
    fields: [
      { name: "state", value: group.state ?? "" },
      { name: "longest ≥", value: group.longestWaitNs === undefined ? "not known" : durationText(group.longestWaitNs) },
      { name: "wait known", value: `${group.waiting} of ${group.members.length}` },
      { name: "processes", value: group.processes.join(", ") },
    ],
    body: (
      <>
        <h3>Stack, innermost first</h3>
        <FrameList frames={frames} />
        <h3>Members</h3>
        <p class="gestures">
          {group.members.slice(0, LISTED).map((ix) => (
            <button key={ix} type="button" onClick={() => go(store, { view: "stacks", item: String(ix) })}>
              {String(stacks.contexts[ix]!.id ?? stacks.contexts[ix]!.name)}
            </button>
          ))}
          {group.members.length > LISTED && <span class="dim">{`${group.members.length - LISTED} more`}</span>}
        </p>
      </>
    ),
    filter: group.state === undefined ? undefined : `state == '${group.state.replaceAll("'", "\\'")}'`,
    folded: () => foldedLine(frames, group.count),
    json: () => ({ ...group, frames }),
  };
}
