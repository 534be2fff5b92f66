import type { EventCounterSample, KernelTask, RqScxState } from "../../../model/host-tables.ts";

/** The kernel's own text dump of a scheduler. Plain and cloneable. */
export interface KernelDump {
  /** Why the dump was made; absent if its head is missing. */
  readonly trigger?: KernelTrigger;
  /** Where the scheduler was ended, innermost first. */
  readonly backtrace: readonly string[];
  readonly cpus: readonly KernelCpu[];
  readonly tasks: readonly KernelTask[];
  readonly events?: EventCounterSample;
  /** Lines of the scheduler's own, and any others that the kernel does not print. */
  readonly scheduler_text: readonly SchedulerLine[];
  /** The kernel's buffer was full. */
  readonly truncated: boolean;
}

export interface KernelTrigger {
  /** Task that ended the scheduler. */
  readonly comm?: string;
  readonly pid?: number;
  /** Absent for a dump that somebody asked for. */
  readonly exit_kind?: number;
  /** `runnable task stall`, or who asked for the dump. */
  readonly reason: string;
  /** What stood in parentheses behind the reason. */
  readonly message?: string;
  /** Task named in the message of a stall, and how long it waited. */
  readonly stalled?: StalledTask;
}

export interface StalledTask {
  readonly comm: string;
  readonly pid: number;
  readonly waited_ms: number;
}

export interface KernelCpu extends RqScxState {
  readonly pnt_seq?: bigint;
  /** `ext_sched_class`, `idle_sched_class`, … */
  readonly curr_class?: string;
  /** Masks in hex, as printed. */
  readonly cpus_to_kick?: string;
  readonly idle_to_kick?: string;
  readonly cpus_to_preempt?: string;
  readonly cpus_to_wait?: string;
}

export interface SchedulerLine {
  readonly line: number;
  readonly text: string;
  /** The CPU and task below which the line stands. */
  readonly cpu?: number;
  readonly pid?: number;
}
