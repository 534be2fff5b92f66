import { eventSample, parseEventLine } from "./event-lines.ts";
import type { KernelCpu, KernelDump, KernelTrigger, SchedulerLine, StalledTask } from "./kernel-dump.ts";
import type { TextLine } from "./line.ts";
import { type OpenTask, pairsOf, parseFrameLine, parseInteger, parseTaskLine, readTaskDetails } from "./task-lines.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const BANNER = /^DEBUG DUMP\s*$/;
const RULE = /^={20,}$/;
const TRIGGER = /^(.{0,64})\[(\d{1,10})\] triggered exit kind (\d{1,10}):$/;
const ASKED = /^Debug dump triggered by (.{1,200})$/;
const REASON = /^ {2}(.{1,200}?)(?: \((.{0,1024})\))?$/;
const STALL = /^(.{0,64})\[(\d{1,10})\] failed to run for (\d{1,10}(?:\.\d{1,3})?)s$/;
const CPU = /^CPU (\d{1,6}) *: (nr_run=.*)$/;
const CURRENT = /^ +curr=(.{0,64})\[(-?\d{1,10})\] class=(\S{1,64})$/;
const MASK = /^ {2}(cpus_to_kick|idle_to_kick|cpus_to_preempt|cpus_to_wait) *: (\S{1,4096})$/;
const TRUNCATED = /^~~~~ TRUNCATED ~~~~$/;
const HEADINGS = /^(?:CPU states|Event counters|Backtrace:|-{10,})$/;

/** Whether a line can only be the start of a dump. */
export function startsDump(text: string): boolean {
  return BANNER.test(text) || TRIGGER.test(text) || ASKED.test(text);
}

/** Whether a line can only be from inside a dump, whose start may be missing. */
export function isInsideDump(text: string): boolean {
  return text === "CPU states" || CPU.test(text);
}

/** Collects the lines of one dump. What the kernel does not print is text of the scheduler and kept. */
export class KernelDumpBuilder {
  private trigger: Mutable<KernelTrigger> | undefined;
  private readonly backtrace: string[] = [];
  private readonly cpus: Mutable<KernelCpu>[] = [];
  private readonly tasks: OpenTask[] = [];
  private readonly events = new Map<string, bigint>();
  private readonly text: SchedulerLine[] = [];
  private truncated = false;
  private task: OpenTask | undefined;
  /** The reason stands on the line after the trigger. */
  private wantsReason = false;
  private inBacktrace = false;

  /** Whether anything but other people's lines was found. */
  get hasContent(): boolean {
    return this.trigger !== undefined || this.cpus.length > 0;
  }

  add(line: TextLine): void {
    const { text } = line;
    if (this.wantsReason && this.readReason(text)) return;
    if (text.trim() === "" || BANNER.test(text) || RULE.test(text)) return;
    if (HEADINGS.test(text)) this.inBacktrace = text === "Backtrace:";
    else if (!this.readKnown(text)) this.keep(line);
  }

  build(): KernelDump {
    return {
      ...(this.trigger !== undefined && { trigger: this.trigger }),
      backtrace: this.backtrace,
      cpus: this.cpus,
      tasks: this.tasks,
      ...(this.events.size > 0 && { events: eventSample(this.events) }),
      scheduler_text: this.text,
      truncated: this.truncated,
    };
  }

  private readKnown(text: string): boolean {
    return (
      this.readTrigger(text) ||
      this.readCpu(text) ||
      this.readTask(text) ||
      this.readFrame(text) ||
      this.readEvent(text) ||
      this.readTruncation(text)
    );
  }

  private readTrigger(text: string): boolean {
    const ended = TRIGGER.exec(text);
    if (ended !== null) {
      this.trigger = { comm: ended[1]!, pid: Number(ended[2]), exit_kind: Number(ended[3]), reason: "" };
      this.wantsReason = true;
      return true;
    }
    const asked = ASKED.exec(text);
    if (asked !== null) this.trigger = { reason: asked[1]! };
    return asked !== null;
  }

  private readReason(text: string): boolean {
    this.wantsReason = false;
    const match = REASON.exec(text);
    if (match === null || this.trigger === undefined) return false;
    this.trigger.reason = match[1]!;
    if (match[2] !== undefined) this.trigger.message = match[2];
    const stalled = parseStall(match[2] ?? "");
    if (stalled !== undefined) this.trigger.stalled = stalled;
    return true;
  }

  private readCpu(text: string): boolean {
    const head = CPU.exec(text);
    if (head !== null) {
      this.cpus.push(cpuOf(Number(head[1]), head[2]!));
      this.task = undefined;
      this.inBacktrace = false;
      return true;
    }
    const cpu = this.cpus.at(-1);
    if (cpu === undefined || this.task !== undefined) return false;
    const current = CURRENT.exec(text);
    if (current !== null) {
      Object.assign(cpu, { curr_comm: current[1]!, curr_pid: Number(current[2]), curr_class: current[3]! });
      return true;
    }
    const mask = MASK.exec(text);
    if (mask !== null) cpu[mask[1] as "cpus_to_kick"] = mask[2]!;
    return mask !== null;
  }

  private readTask(text: string): boolean {
    const cpu = this.cpus.at(-1);
    const task = cpu && parseTaskLine(text, cpu.cpu);
    if (task !== undefined) {
      this.tasks.push(task);
      this.task = task;
      return true;
    }
    return this.task !== undefined && readTaskDetails(this.task, text);
  }

  private readFrame(text: string): boolean {
    const frame = this.inBacktrace || this.task !== undefined ? parseFrameLine(text) : undefined;
    if (frame === undefined) return false;
    (this.inBacktrace ? this.backtrace : this.task!.backtrace).push(frame);
    return true;
  }

  private readEvent(text: string): boolean {
    const event = parseEventLine(text);
    if (event === undefined) return false;
    this.events.set(event[0], event[1]);
    this.task = undefined;
    return true;
  }

  private readTruncation(text: string): boolean {
    if (!TRUNCATED.test(text)) return false;
    this.truncated = true;
    return true;
  }

  private keep({ text, number }: TextLine): void {
    this.inBacktrace = false;
    const cpu = this.cpus.at(-1)?.cpu;
    this.text.push({
      line: number,
      text,
      ...(cpu !== undefined && { cpu }),
      ...(this.task !== undefined && { pid: this.task.pid }),
    });
  }
}

function parseStall(message: string): StalledTask | undefined {
  const match = STALL.exec(message);
  if (match === null) return undefined;
  return { comm: match[1]!, pid: Number(match[2]), waited_ms: Math.round(Number(match[3]) * 1000) };
}

function cpuOf(cpu: number, details: string): Mutable<KernelCpu> {
  const found = new Map(pairsOf(details).map(([name, value]) => [name, parseInteger(value)]));
  const [released, qseq, pnt] = ["cpu_rel", "ops_qseq", "pnt_seq"].map((name) => found.get(name));
  return {
    cpu,
    nr_running: Number(found.get("nr_run") ?? 0n),
    flags: Number(found.get("flags") ?? 0n),
    ...(released !== undefined && { cpu_released: released !== 0n }),
    ...(qseq !== undefined && { ops_qseq: qseq }),
    ...(pnt !== undefined && { pnt_seq: pnt }),
    runnable_task_kvas: [],
    runnable_truncated: false,
  };
}
