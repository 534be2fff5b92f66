import { NO_HOST_TABLES } from "../../../model/host-tables.ts";
import type { LogSource } from "../../../model/logs.ts";
import { type CapturedTable, type MapCapture, NO_MAPS } from "../../../model/maps.ts";
import type { DumpDocument } from "../document.ts";
import type { KernelDump } from "./kernel-dump.ts";

/** The tables of a document without maps: queues, tasks and counters of a text, registers of a degraded dump. */
export function kernelTextCapture(document: DumpDocument): MapCapture {
  if (document.kind === "events") return withHost({ event_counter_timeline: [document.events] }, () => "");
  if (document.kind === "degraded") return withHost({ vcpu_regs: document.degraded.vcpu_regs }, (table) => table);
  if (document.kind !== "kernel-text") return NO_MAPS;
  const { trigger, cpus, tasks, events } = document.dump;
  const tables = {
    rq_scx_states: cpus,
    kernel_tasks: tasks,
    event_counter_timeline: events === undefined ? [] : [events],
    ...(trigger?.exit_kind !== undefined && { scx_sched_state: { exit_kind: trigger.exit_kind } }),
  };
  return withHost(tables, (table) => TEXT_NAMES[table] ?? table);
}

/** What the tables are called in the value tree of a text. */
const TEXT_NAMES: Readonly<Partial<Record<CapturedTable, string>>> = {
  rq_scx_states: "cpus",
  kernel_tasks: "tasks",
  event_counter_timeline: "events",
  scx_sched_state: "trigger",
};

function withHost(tables: Partial<MapCapture["host"]>, tablePath: (table: CapturedTable) => string): MapCapture {
  return { ...NO_MAPS, host: { ...NO_HOST_TABLES, ...tables }, tablePath };
}

/** The scheduler's own lines as a log, each with where it stood. */
export function schedulerLogs({ scheduler_text: lines }: KernelDump): LogSource {
  return {
    length: lines.length,
    at(ix) {
      const { line, text, cpu, pid } = lines[ix]!;
      const place = [cpu === undefined ? "" : `CPU ${cpu}`, pid === undefined ? "" : `pid ${pid}`].filter(
        (part) => part !== "",
      );
      return { text, line, ...(place.length > 0 && { thread: place.join(" ") }) };
    },
  };
}
