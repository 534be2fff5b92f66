import type { FormatId } from "coldframe";
import type { ComponentType } from "preact";
import type { Store } from "./store.ts";
import type { Opened } from "./types.ts";

export interface ViewProps {
  readonly opened: Opened;
}

/** One way to look at what is open. Its code is loaded when it is first shown. */
export interface View {
  readonly id: string;
  readonly title: string;
  /** What it answers, for the palette. */
  readonly what: string;
  /** Whether it is about one snapshot or about all that are open. */
  readonly scope: "snapshot" | "files";
  /** The format whose snapshots open on it: its code is loaded before it is asked for. */
  readonly opensFor?: FormatId;
  applies(opened: Opened | undefined, store: Store): boolean;
  load(): Promise<ComponentType<ViewProps>>;
}

const isFormat =
  (...formats: readonly FormatId[]) =>
  (opened: Opened | undefined): boolean =>
    opened !== undefined && formats.includes(opened.snapshot.format);

const hasStacks = (opened: Opened | undefined): boolean => (opened?.snapshot.stacks.contexts.length ?? 0) > 0;
const hasValues = (opened: Opened | undefined): boolean => {
  const values = opened?.snapshot.values;
  return values !== undefined && values.count(values.root) > 0;
};

/** In the order of the tabs: of those that apply, the first is what a snapshot opens on. */
export const VIEWS: readonly View[] = [
  {
    id: "crash",
    title: "Crash",
    what: "the faulting thread: frames, registers and their cause, logs, stack memory",
    scope: "snapshot",
    opensFor: "pigweed",
    applies: isFormat("pigweed"),
    load: async () => (await import("../views/crash/crash.tsx")).CrashView,
  },
  {
    id: "scheduler",
    title: "Scheduler",
    what: "CPUs, queues, tasks and event counters; where is pid N?",
    scope: "snapshot",
    opensFor: "sched-ext",
    applies: isFormat("sched-ext"),
    load: async () => (await import("../views/scheduler/scheduler.tsx")).SchedulerView,
  },
  {
    id: "findings",
    title: "Findings",
    what: "rules that fired, and the values that fired them",
    scope: "snapshot",
    opensFor: "inspect",
    applies: isFormat("inspect"),
    load: async () => (await import("../views/rules/findings.tsx")).FindingsView,
  },
  {
    id: "groups",
    title: "Groups",
    what: "goroutines by stack: counts, states, longest wait",
    scope: "snapshot",
    opensFor: "goroutines",
    applies: isFormat("goroutines"),
    load: async () => (await import("../views/goroutines/groups.tsx")).GroupsView,
  },
  {
    id: "flame",
    title: "Flame",
    what: "all stacks as one picture, with sandwich and search",
    scope: "snapshot",
    applies: hasStacks,
    load: async () => (await import("../views/flame/flame.tsx")).FlameView,
  },
  {
    id: "stacks",
    title: "List",
    what: "every goroutine, thread, CPU or task as a row",
    scope: "snapshot",
    applies: hasStacks,
    load: async () => (await import("../views/stacks/stacks.tsx")).StacksView,
  },
  {
    id: "waits",
    title: "Waits",
    what: "who waits for what, convoys, suspicions, links between processes",
    scope: "snapshot",
    applies: isFormat("goroutines"),
    load: async () => (await import("../views/goroutines/waits.tsx")).WaitsView,
  },
  {
    id: "created",
    title: "Created by",
    what: "where goroutines were started, and their labels",
    scope: "snapshot",
    applies: isFormat("goroutines"),
    load: async () => (await import("../views/goroutines/created.tsx")).CreatedView,
  },
  {
    id: "maps",
    title: "Maps",
    what: "BPF maps and their entries as windowed tables",
    scope: "snapshot",
    opensFor: "bpf",
    applies: (opened) => (opened?.snapshot.maps?.maps.length ?? 0) > 0,
    load: async () => (await import("../views/maps/maps.tsx")).MapsView,
  },
  {
    id: "values",
    title: "Values",
    what: "everything that was captured, as a typed tree",
    scope: "snapshot",
    applies: hasValues,
    load: async () => (await import("../views/values/values.tsx")).ValuesView,
  },
  {
    id: "logs",
    title: "Logs",
    what: "log records up to the moment of the capture",
    scope: "snapshot",
    applies: (opened) => (opened?.snapshot.logs.length ?? 0) > 0,
    load: async () => (await import("../views/logs/logs.tsx")).LogsView,
  },
  {
    id: "query",
    title: "SQL",
    what: "tables of the snapshot, asked in SQL",
    scope: "snapshot",
    applies: (opened) => opened !== undefined,
    load: async () => (await import("../views/query/query.tsx")).QueryView,
  },
  {
    id: "facts",
    title: "Facts",
    what: "facts, issues and inputs of the snapshot",
    scope: "snapshot",
    applies: (opened) => opened !== undefined,
    load: async () => (await import("../views/facts/facts.tsx")).FactsView,
  },
  {
    id: "report",
    title: "Report",
    what: "the report as the format's own tools print it",
    scope: "snapshot",
    applies: (opened) => opened !== undefined,
    load: async () => (await import("../views/report/report.tsx")).ReportView,
  },
  {
    id: "types",
    title: "Types",
    what: "BTF types: search, layout with holes, C",
    scope: "files",
    applies: (opened, { companions }) =>
      opened?.snapshot.format === "bpf" || companions.value.some(({ kind }) => kind === "types"),
    load: async () => (await import("../views/types/types.tsx")).TypesView,
  },
  {
    id: "rules",
    title: "Rules",
    what: "write rules, check, run and explain them on what is open",
    scope: "files",
    applies: (opened) => opened !== undefined,
    load: async () => (await import("../views/rules/rules.tsx")).RulesView,
  },
  {
    id: "signatures",
    title: "Same problem?",
    what: "signatures and groups over all files, explained",
    scope: "files",
    applies: (opened) => opened !== undefined,
    load: async () => (await import("../views/signatures/signatures.tsx")).SignaturesView,
  },
  {
    id: "diff",
    title: "Compare",
    what: "typed differences of two snapshots",
    scope: "files",
    applies: (_opened, { opened }) => opened.value.length > 1,
    load: async () => (await import("../views/diff/diff.tsx")).DiffView,
  },
];

export function viewsOf(store: Store): readonly View[] {
  return VIEWS.filter((view) => view.applies(store.current.value, store));
}

/** The view of the address if it applies, else the best one. */
export function currentView(store: Store): View | undefined {
  const views = viewsOf(store);
  return views.find(({ id }) => id === store.place.value.view) ?? views[0];
}
