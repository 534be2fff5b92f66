import type { CapturedTable, MapCapture } from "../../model/maps.ts";
import { deadQueues, slowConsumers } from "./standstill.ts";

/** Something that a person who reads the tables would want pointed out. Not escaped. */
export interface Hint {
  readonly kind:
    | "dead-queue"
    | "stalled-consumer"
    | "reserving-producer"
    | "bypass"
    | "lock"
    | "boosted"
    | "spinning"
    | "halted";
  readonly text: string;
  /** Path into the value tree. */
  readonly path: string;
}

/** Instructions per cycle below which a CPU waits, and around which it spins (specs/sched-ext.md section 2.5). */
const HALTED_IPC = 0.05;
const SPINNING_IPC = 0.7;

/** What stands out in a capture, the worst first. */
export function hintsOf(capture: MapCapture): readonly Hint[] {
  return [
    ...queueHints(capture),
    ...consumerHints(capture),
    ...schedulerHints(capture),
    ...taskHints(capture),
    ...cpuHints(capture),
  ];
}

function at(capture: MapCapture, table: CapturedTable, row?: number | string): string {
  const path = capture.tablePath?.(table) ?? table;
  return row === undefined ? path : `${path}[${typeof row === "number" ? row : JSON.stringify(row)}]`;
}

function queueHints(capture: MapCapture): Hint[] {
  return deadQueues(capture.earlier?.host.dsq_states ?? [], capture.host.dsq_states).map(({ queue, row }) => ({
    kind: "dead-queue",
    text: `queue ${queue.id} (${queue.origin}) holds ${queue.nr} tasks and did not move between the captures`,
    path: at(capture, "dsq_states", row),
  }));
}

function consumerHints(capture: MapCapture): Hint[] {
  return slowConsumers(capture).flatMap(({ map, pendingPercent, isStalled, isReserving }): Hint[] => {
    const path = at(capture, "maps", map.name);
    const full = Math.min(100, pendingPercent);
    const stalled: Hint = {
      kind: "stalled-consumer",
      text: `${map.name} is ${full} % full: its reader is stalled`,
      path,
    };
    const reserving: Hint = {
      kind: "reserving-producer",
      text: `${map.name}: a writer has reserved space and not yet committed it`,
      path,
    };
    return [...(isStalled ? [stalled] : []), ...(isReserving ? [reserving] : [])];
  });
}

function schedulerHints(capture: MapCapture): Hint[] {
  const depth = capture.host.scx_sched_state?.bypass_depth ?? 0;
  if (depth <= 0) return [];
  const text = `the scheduler was bypassed (depth ${depth}): the kernel placed tasks itself`;
  return [{ kind: "bypass", text, path: at(capture, "scx_sched_state") }];
}

function taskHints(capture: MapCapture): Hint[] {
  return capture.host.task_enrichments.flatMap((task, row): Hint[] => {
    const path = at(capture, "task_enrichments", row);
    const who = `${task.comm}[${task.pid}]`;
    const { lock_slowpath_match: lock, pi_boosted_out_of_scx: isBoosted } = task;
    return [
      ...(lock === undefined ? [] : [{ kind: "lock" as const, text: `${who} waits for a lock in ${lock}`, path }]),
      ...(isBoosted ? [{ kind: "boosted" as const, text: `${who} was boosted out of sched_ext`, path }] : []),
    ];
  });
}

function cpuHints(capture: MapCapture): Hint[] {
  return capture.host.vcpu_perf_at_freeze.flatMap((perf, cpu): Hint[] => {
    if (perf === null || perf.cycles === 0n) return [];
    const ipc = Number(perf.instructions) / Number(perf.cycles);
    if (ipc >= SPINNING_IPC) return [];
    const kind = ipc < HALTED_IPC ? "halted" : "spinning";
    const text = `vCPU ${cpu} ran ${ipc.toFixed(2)} instructions per cycle: it was ${kind === "halted" ? "all but halted" : "perhaps spinning"}`;
    return [{ kind, text, path: at(capture, "vcpu_perf_at_freeze", cpu) }];
  });
}
