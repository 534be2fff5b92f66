import { compareText } from "../../base/text.ts";
import type { Fact } from "../../model/facts.ts";
import type { DsqState } from "../../model/host-tables.ts";
import type { KernelDump } from "./kernel-text/kernel-dump.ts";
import type { DumpReport } from "./report.ts";

/** Map errors that one fact names. */
const MAX_ERRORS = 8;

/** What tells one stall from another in a report: errors of maps and the queue that most tasks wait in. */
export function reportIdentity({ maps, dsq_states }: Pick<DumpReport, "maps" | "dsq_states">, prefix: string): Fact[] {
  const errors = maps.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error}`]));
  const unique = [...new Set(errors)].sort(compareText);
  const queue = topQueue(dsq_states);
  return [
    ...factOf("sched-ext.map-errors", unique.slice(0, MAX_ERRORS).join("; "), `${prefix}maps[].error`),
    ...factOf("sched-ext.top-queue", queue?.origin, `${prefix}dsq_states`),
  ];
}

/** The same of the kernel's own text, which names the task that was hit. */
export function kernelTextIdentity({ trigger, tasks, cpus }: KernelDump): Fact[] {
  if (trigger === undefined) return [];
  const { reason, message, stalled } = trigger;
  // The message of a stall only names the task.
  const text = message === undefined || stalled !== undefined ? reason : `${reason} (${message})`;
  const task = tasks.find(({ pid }) => pid === stalled?.pid);
  const runs = cpus.find(({ cpu }) => task?.running === true && cpu === task.cpu);
  return [
    ...factOf("sched-ext.trigger", text, "trigger.reason"),
    ...factOf("sched-ext.stalled-class", runs?.curr_class, "cpus[].curr_class"),
    ...factOf("sched-ext.top-queue", topTextQueue(tasks), "tasks[].dsq_id"),
  ];
}

/** The longest queue; of equal ones the first by the name of its origin. */
function topQueue(queues: readonly DsqState[]): DsqState | undefined {
  const filled = queues.filter(({ nr }) => nr > 0);
  return filled.sort((a, b) => b.nr - a.nr || compareText(a.origin, b.origin))[0];
}

/** By the low 32 bits of the id of a built-in queue. */
const BUILT_IN_QUEUES: readonly string[] = ["invalid", "global", "local", "bypass"];

/** Kind of the queue that most tasks are on. */
function topTextQueue(tasks: KernelDump["tasks"]): string | undefined {
  const counts = new Map<string, number>();
  for (const { dsq_id } of tasks) {
    if (dsq_id === undefined) continue;
    const kind = queueKind(dsq_id);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b))[0]?.[0];
}

/** By the two highest bits (specification, section 15.1): 10 built-in, 11 local to a CPU, else the scheduler's own. */
function queueKind(id: bigint): string {
  const bits = id >> 62n;
  if (bits === 3n) return "local";
  return bits === 2n ? (BUILT_IN_QUEUES[Number(id & 0xffff_ffffn)] ?? "built-in") : "user";
}

function factOf(key: string, value: string | undefined, origin: string): Fact[] {
  return value === undefined || value === "" ? [] : [{ key, value, origin }];
}
