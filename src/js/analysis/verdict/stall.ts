import { isSnapshotError } from "../../base/errors.ts";
import { findFact } from "../../model/facts.ts";
import type { DsqState, HostTables, KernelTask } from "../../model/host-tables.ts";
import type { CapturedTable, MapCapture } from "../../model/maps.ts";
import { EXIT_STALL, exitKindText, isErrorExit } from "../../model/scx-exit.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { chooseActive } from "../../view/active.ts";
import { deadQueues, slowConsumers } from "../scheduler/standstill.ts";
import { countOf, type SnapshotVerdict, shorten, VerdictBuilder } from "./verdict.ts";

/** What became of a scheduler: why it ended, which task waited, which queue did not move. */
export function stallVerdict(snapshot: Snapshot): SnapshotVerdict {
  const { maps: capture, facts } = snapshot;
  const sentence = new VerdictBuilder();
  if (capture === undefined || isEmpty(capture)) return withoutTables(snapshot, sentence);
  const { host } = capture;
  const kind = host.scx_sched_state?.exit_kind;
  sayOutcome(sentence, snapshot, capture);
  sayScheduler(sentence, capture);
  if (kind !== undefined && isErrorExit(kind)) sayQueues(sentence, capture);
  sayConsumers(sentence, capture);
  sentence.say(".");
  lackTables(sentence, capture);
  const isFailure = findFact(facts, "fatal") === true || (kind !== undefined && isErrorExit(kind));
  return sentence.build(isFailure ? "failure" : kind === undefined ? "unknown" : "normal");
}

function isEmpty({ maps, host }: MapCapture): boolean {
  const tables = [host.rq_scx_states, host.dsq_states, host.kernel_tasks, host.event_counter_timeline];
  return maps.length === 0 && host.scx_sched_state === undefined && tables.every((rows) => rows.length === 0);
}

/** A placeholder, a degraded dump, or a snapshot that came back from a document. */
function withoutTables({ facts, maps, issues }: Snapshot, sentence: VerdictBuilder): SnapshotVerdict {
  const reason = findFact(facts, "reason");
  const why = maps?.host.scx_walker_unavailable;
  if (maps?.isPlaceholder === true) {
    sentence.say(`The capture failed and left an empty report${why === undefined ? "" : `: ${shorten(why)}`}.`);
  } else if (findFact(facts, "sched-ext.document") === "degraded") {
    const exit = findFact(facts, "sched-ext.exit-kind");
    const ended = exit === undefined ? "" : `The scheduler ended with ${exit}; `;
    sentence.say(`${ended}only a degraded dump was written: `).say(shorten(String(reason ?? "no reason given")), {
      path: "reason",
    });
    sentence.say(".");
  } else {
    const exit = findFact(facts, "sched-ext.exit-kind") ?? reason;
    sentence.say(exit === undefined ? "Nothing says what became of the scheduler." : `The scheduler ended: ${exit}.`);
  }
  const first = issues.find(({ code }) => code === "CaptureIncomplete");
  if (first !== undefined) sentence.lack({ what: "maps, queues and tasks", why: shorten(first.message) });
  return sentence.build(findFact(facts, "fatal") === true || maps?.isPlaceholder === true ? "failure" : "unknown");
}

function pathOf(capture: MapCapture, table: CapturedTable, row?: number): string {
  const path = capture.tablePath?.(table) ?? table;
  return row === undefined ? path : `${path}[${row}]`;
}

// -- what ended it ---------------------------------------------------------------------------------------------------

function sayOutcome(sentence: VerdictBuilder, { facts }: Snapshot, capture: MapCapture): void {
  const { host } = capture;
  const kind = host.scx_sched_state?.exit_kind;
  const path = pathOf(capture, "scx_sched_state");
  const reason = findFact(facts, "reason");
  if (kind === EXIT_STALL) {
    sentence.say("Stall", { path }).say(": ");
    sayStalledTask(sentence, facts, capture);
  } else if (kind !== undefined && isErrorExit(kind)) {
    sentence.say(`Scheduler error ${exitKindText(kind)}`, { path });
    const text = typeof reason === "string" && !reason.startsWith("scheduler ended") ? reason : undefined;
    if (text !== undefined) sentence.say(`: ${shorten(text)}`);
  } else if (kind !== undefined && kind > 1) {
    sentence.say(`The scheduler ended without an error, ${exitKindText(kind)}`, { path });
  } else if (kind !== undefined) {
    sentence.say(kind === 0 ? "The scheduler was running" : "The scheduler was done", { path });
  } else if (typeof reason === "string") {
    sentence.say(`A dump was asked for (${shorten(reason)})`);
  } else {
    sentence.say("Nothing says why the capture was made");
    if (host.event_counter_timeline.length > 0)
      sentence.say("; event counters are there", { path: pathOf(capture, "event_counter_timeline") });
  }
}

function sayStalledTask(sentence: VerdictBuilder, facts: Snapshot["facts"], capture: MapCapture): void {
  const name = findFact(facts, "sched-ext.stalled-task");
  if (typeof name === "string") {
    const task = stalledTask(name, capture.host.kernel_tasks);
    const waited = findFact(facts, "sched-ext.stalled-for");
    sentence.say(`\`${shorten(name)}\``, { path: task && pathOf(capture, "kernel_tasks", task.row) });
    sentence.say(` runnable${typeof waited === "bigint" ? ` for ${seconds(waited)}` : ""}`);
    if (task !== undefined) sayCpu(sentence, capture, task.task.cpu);
    return;
  }
  const waiting = longestWaiting(capture.host.kernel_tasks);
  if (waiting !== undefined) {
    const { task, row } = waiting;
    sentence.infer("no line names the stalled task; the one that has been runnable longest is taken");
    sentence.say(`probably \`${shorten(task.comm)}[${task.pid}]\``, { path: pathOf(capture, "kernel_tasks", row) });
    sentence.say(`, runnable for ${seconds(-task.runnable_at_ms)}`);
    sayCpu(sentence, capture, task.cpu);
    return;
  }
  sayBusiestCpu(sentence, capture);
}

function stalledTask(name: string, tasks: readonly KernelTask[]): { task: KernelTask; row: number } | undefined {
  const row = tasks.findIndex(({ comm, pid }) => `${comm}[${pid}]` === name);
  return row < 0 ? undefined : { task: tasks[row]!, row };
}

function longestWaiting(tasks: readonly KernelTask[]): { task: KernelTask; row: number } | undefined {
  let best: { task: KernelTask; row: number } | undefined;
  tasks.forEach((task, row) => {
    if (task.running || task.runnable_at_ms >= 0n) return;
    if (best === undefined || task.runnable_at_ms < best.task.runnable_at_ms) best = { task, row };
  });
  return best;
}

function sayCpu(sentence: VerdictBuilder, capture: MapCapture, cpu: number): void {
  const row = capture.host.rq_scx_states.findIndex((one) => one.cpu === cpu);
  sentence.say(" on ").say(`CPU ${cpu}`, { path: row < 0 ? undefined : pathOf(capture, "rq_scx_states", row) });
}

/** A report names no stalled task: the CPU with most runnable tasks is where to look first. */
function sayBusiestCpu(sentence: VerdictBuilder, capture: MapCapture): void {
  const rows = capture.host.rq_scx_states;
  let busiest = -1;
  rows.forEach(({ nr_running }, row) => {
    if (nr_running > 0 && (busiest < 0 || nr_running > rows[busiest]!.nr_running)) busiest = row;
  });
  if (busiest < 0) {
    sentence.say("a task was runnable for longer than the watchdog allows");
    return;
  }
  const { cpu, nr_running, curr_comm, curr_pid } = rows[busiest]!;
  sentence.infer("the capture does not name the stalled task; the CPU with most runnable tasks is shown");
  sentence.say(`CPU ${cpu}`, { path: pathOf(capture, "rq_scx_states", busiest) });
  sentence.say(` has ${countOf(nr_running, "runnable task")}`);
  if (curr_pid !== undefined) sentence.say(` and runs \`${shorten(curr_comm ?? "?")}[${curr_pid}]\``);
}

function seconds(ms: bigint): string {
  return `${Math.round(Number(ms) / 100) / 10} s`;
}

// -- around it -------------------------------------------------------------------------------------------------------

function sayScheduler(sentence: VerdictBuilder, capture: MapCapture): void {
  if (capture.activeObjName !== undefined) {
    sentence.say(", scheduler ").say(`\`${shorten(capture.activeObjName)}\``, { path: pathOf(capture, "maps") });
    return;
  }
  const { filter } = chooseActive(capture);
  if (isSnapshotError(filter)) return;
  sentence.infer("the capture does not name the scheduler; the one BPF object with globals is taken");
  sentence.say(", scheduler ").say(`\`${shorten(filter.obj)}\``, { path: pathOf(capture, "maps") });
}

function sayQueues(sentence: VerdictBuilder, capture: MapCapture): void {
  const { host, earlier } = capture;
  const [dead] = [...deadQueues(earlier?.host.dsq_states ?? [], host.dsq_states)].sort(
    (a, b) => b.queue.nr - a.queue.nr,
  );
  if (dead !== undefined) {
    sayQueue(sentence, capture, dead.row);
    sentence.say(" and did not move between the captures");
    return;
  }
  const longest = longestQueue(host);
  if (longest >= 0) sayQueue(sentence, capture, longest);
}

function sayQueue(sentence: VerdictBuilder, capture: MapCapture, row: number): void {
  const queue = capture.host.dsq_states[row]!;
  sentence.say("; ").say(queueName(queue), { path: pathOf(capture, "dsq_states", row) });
  sentence.say(` holds ${countOf(queue.nr, "task")}`);
}

/** `DSQ 1024` for a queue of the scheduler's own, else where it is. */
function queueName({ id, origin }: DsqState): string {
  return origin === "user" ? `DSQ ${id}` : `the queue \`${shorten(origin)}\``;
}

function longestQueue({ dsq_states: queues }: HostTables): number {
  let longest = -1;
  queues.forEach(({ nr }, row) => {
    if (nr > 0 && (longest < 0 || nr > queues[longest]!.nr)) longest = row;
  });
  return longest;
}

function sayConsumers(sentence: VerdictBuilder, capture: MapCapture): void {
  const stalled = slowConsumers(capture).find(({ isStalled }) => isStalled);
  if (stalled === undefined) return;
  const path = `${pathOf(capture, "maps")}[${JSON.stringify(stalled.map.name)}]`;
  sentence.say("; nobody reads ").say(`\`${shorten(stalled.map.name)}\``, { path });
  sentence.say(`, a ring buffer ${Math.min(100, stalled.pendingPercent)} % full`);
}

function lackTables(sentence: VerdictBuilder, { host, maps }: MapCapture): void {
  const { scx_walker_unavailable: walker, task_enrichments_unavailable: tasks, maps_truncated } = host;
  if (walker !== undefined) sentence.lack({ what: "run queues and dispatch queues", why: shorten(walker) });
  if (tasks !== undefined) sentence.lack({ what: "names of tasks", why: shorten(tasks) });
  if (maps_truncated > 0)
    sentence.lack({ what: countOf(maps_truncated, "map"), why: "the capture met its deadline before them" });
  const untyped = maps.filter(isUntyped).map(({ name }) => name);
  if (untyped.length > 0)
    sentence.lack({
      what: `types of ${countOf(untyped.length, "map")} (${shorten(untyped.join(", "), 80)})`,
      why: "no BTF was known for them at capture; the bytes were kept",
      supply: "btf",
    });
}

/** Entries are there, but only as bytes. */
function isUntyped({ stores }: MapCapture["maps"][number]): boolean {
  const store = stores[0];
  if (store?.kind !== "hash" && store?.kind !== "percpu-hash") return false;
  const { value, valueHex, perCpu } = store.entry(0);
  return value === undefined && perCpu === undefined && valueHex !== undefined && valueHex !== "";
}
