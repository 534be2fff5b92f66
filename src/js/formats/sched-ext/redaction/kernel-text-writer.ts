import { EVENT_COUNTERS, type EventCounterSample, type KernelTask } from "../../../model/host-tables.ts";
import type { KernelCpu, KernelDump, KernelTrigger, SchedulerLine } from "../kernel-text/kernel-dump.ts";
import type { Relabelling } from "./relabelling.ts";

type Show = (value: bigint) => string;

const RULE = "=".repeat(80);
const HEX: Show = (value) => `0x${value.toString(16)}`;
const ADDRESS = /^0x[\da-f]{1,16}$/i;
/** Why schedulers end, in the kernel's own words. Source: Linux kernel/sched/ext.c, scx_exit_reason. */
const REASONS: ReadonlySet<string> = new Set([
  ...["unregistered from user space", "unregistered from BPF", "unregistered from the main kernel"],
  ...["disabled by sysrq-S", "parent exiting", "runtime error", "scx_bpf_error", "runnable task stall", "SysRq-D"],
]);
const CLASS = /^(?:ext|fair|rt|dl|stop|idle)_sched_class$/;
const MASK = /^[\da-f,]*$/;
const MASKS = ["cpus_to_kick", "idle_to_kick", "cpus_to_preempt", "cpus_to_wait"] as const;
/** `bpf_prog_f6c1d2_layered_enqueue+0x10/0x20 [module]` */
const FRAME = /^(.*?)(\+0x[\da-f]+\/0x[\da-f]+)(?: \[(.*)\])?$/;

/**
 * A kernel's dump or event counters written anew from what was understood of them, in the kernel's own form: nothing
 * that was not understood can be in it. Names of tasks, BPF programs and modules become keyed hashes, messages and the
 * scheduler's lines a hash with their length; what other programs wrote around the dump is left out.
 */
export class KernelTextWriter {
  private readonly labels: Relabelling;

  constructor(labels: Relabelling) {
    this.labels = labels;
  }

  *dump({ trigger, backtrace, cpus, tasks, events, scheduler_text, truncated }: KernelDump): Generator<string> {
    yield `DEBUG DUMP\n${RULE}\n\n`;
    if (trigger !== undefined) yield* this.trigger(trigger);
    if (backtrace.length > 0) yield `Backtrace:\n${this.frames(backtrace, "  ")}`;
    if (scheduler_text.length > 0) yield "\n";
    const queued = new Groups(tasks, ({ cpu }) => `${cpu}`);
    const lines = new Groups(scheduler_text, placeOf);
    yield* this.lines(lines.take(placeOf({})));
    yield "\nCPU states\n----------\n";
    for (const cpu of cpus) {
      yield* this.cpu(cpu);
      yield* this.lines(lines.take(placeOf(cpu)));
      for (const task of queued.take(`${cpu.cpu}`)) yield* this.queued(task, lines.take(placeOf(task)));
    }
    if (events !== undefined) yield `\nEvent counters\n--------------\n${eventLines(events, ": ", "  ")}`;
    if (truncated) yield "~~~~ TRUNCATED ~~~~\n";
    yield `${RULE}\n`;
  }

  events(sample: EventCounterSample): string {
    return eventLines(sample, " ");
  }

  private *trigger({ comm, pid, exit_kind, reason, message, stalled }: KernelTrigger): Generator<string> {
    const word = REASONS.has(reason) ? reason : this.labels.text(reason);
    if (exit_kind === undefined) {
      yield `Debug dump triggered by ${word}\n\n`;
      return;
    }
    yield `${this.task(comm ?? "", pid ?? 0)} triggered exit kind ${exit_kind}:\n`;
    const why =
      stalled === undefined
        ? this.labels.text(message ?? "")
        : `${this.task(stalled.comm, stalled.pid)} failed to run for ${(stalled.waited_ms / 1000).toFixed(3)}s`;
    if (reason !== "") yield `  ${word}${why === "" ? "" : ` (${why})`}\n`;
    yield "\n";
  }

  private *cpu(cpu: KernelCpu): Generator<string> {
    const { nr_running, flags, cpu_released, ops_qseq, pnt_seq, curr_comm, curr_pid, curr_class = "" } = cpu;
    const numbers = [
      `nr_run=${nr_running} flags=0x${flags.toString(16)}`,
      ...(cpu_released === undefined ? [] : [`cpu_rel=${Number(cpu_released)}`]),
      ...this.single("ops_qseq", ops_qseq),
      ...this.single("pnt_seq", pnt_seq),
    ];
    yield `\nCPU ${String(cpu.cpu).padEnd(4)}: ${numbers.join(" ")}\n`;
    if (curr_comm !== undefined) {
      const shown = CLASS.test(curr_class) ? curr_class : this.labels.name("class", curr_class);
      yield `          curr=${this.task(curr_comm, curr_pid ?? 0)} class=${shown}\n`;
    }
    for (const name of MASKS) {
      const mask = cpu[name];
      if (mask !== undefined && MASK.test(mask)) yield `  ${name.padEnd(15)}: ${mask}\n`;
    }
  }

  private *queued(task: KernelTask, lines: readonly SchedulerLine[]): Generator<string> {
    const { comm, pid, running, state, runnable_at_ms: at } = task;
    const letter = /^[A-Za-z]$/.test(state) ? state : "?";
    yield `\n ${running ? "*" : " "}${letter} ${this.task(comm, pid)} ${at < 0n ? "" : "+"}${at}ms\n`;
    const details = [
      ...this.pair("scx_state/flags", task.scx_state, task.scx_flags, HEX),
      ...this.single("dsq_flags", task.dsq_flags, HEX),
      ...this.pair("ops_state/qseq", task.ops_state, task.ops_qseq),
      ...this.pair("sticky/holding_cpu", task.sticky_cpu, task.holding_cpu),
      ...this.single("dsq_id", task.dsq_id, HEX),
      ...this.single("dsq_vtime", task.dsq_vtime),
      ...this.single("slice", task.slice),
      ...this.single("weight", task.weight),
      ...(task.cpus !== undefined && MASK.test(task.cpus) ? [`cpus=${task.cpus}`] : []),
    ];
    if (details.length > 0) yield `      ${details.join(" ")}\n`;
    yield* this.lines(lines);
    if (task.backtrace.length > 0) yield `\n${this.frames(task.backtrace, "    ")}`;
  }

  private *lines(lines: readonly SchedulerLine[]): Generator<string> {
    for (const { text } of lines) yield `  ${this.labels.text(text.trim())}\n`;
  }

  private frames(frames: readonly string[], indent: string): string {
    return frames.map((frame) => `${indent}${this.frame(frame)}\n`).join("");
  }

  /** Functions of the kernel itself keep their names. */
  private frame(text: string): string {
    const [, symbol = "", offset = "", module] = FRAME.exec(text) ?? [];
    if (module !== undefined)
      return `${this.labels.name("name", symbol)}${offset} [${this.labels.name("name", module)}]`;
    if (ADDRESS.test(symbol)) return `${HEX(this.labels.address(BigInt(symbol)))}${offset}`;
    return `${symbol.startsWith("bpf_prog_") ? this.labels.name("bpf_prog", symbol) : symbol}${offset}`;
  }

  private single(name: string, value: bigint | undefined, show: Show = String): string[] {
    return value === undefined ? [] : [`${name}=${show(this.labels.integer(value))}`];
  }

  /** Two values under one name. */
  private pair(name: string, first: bigint | undefined, second: bigint | undefined, show: Show = String): string[] {
    if (first === undefined && second === undefined) return [];
    const [left, right] = [first, second].map((value) => value && this.labels.integer(value));
    return [`${name}=${left ?? "(n/a)"}/${right === undefined ? "(n/a)" : show(right)}`];
  }

  private task(comm: string, pid: number): string {
    return `${this.labels.name("name", comm)}[${pid}]`;
  }
}

function placeOf({ cpu, pid }: { readonly cpu?: number; readonly pid?: number }): string {
  return `${cpu ?? ""} ${pid ?? ""}`;
}

/** Rows by where they stood; each is taken once, whatever a damaged text names twice. */
class Groups<Row> {
  private readonly groups = new Map<string, Row[]>();

  constructor(rows: readonly Row[], place: (row: Row) => string) {
    for (const row of rows) {
      const group = this.groups.get(place(row));
      if (group === undefined) this.groups.set(place(row), [row]);
      else group.push(row);
    }
  }

  take(place: string): readonly Row[] {
    const group = this.groups.get(place) ?? [];
    this.groups.delete(place);
    return group;
  }
}

/** Counters that are not known are left out: their names may say anything. */
function eventLines(sample: EventCounterSample, between: string, indent = ""): string {
  const known = EVENT_COUNTERS.filter((name) => sample[name] !== undefined);
  return known.map((name) => `${indent}SCX_EV_${name.toUpperCase()}${between}${sample[name]}\n`).join("");
}
