import type { KernelTask } from "../../../model/host-tables.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** ` *R stress[1643] -17ms`: marker of the running task, state letter, name, pid, when it became runnable. */
const TASK = /^ ([* ])(\S) (.{0,64})\[(\d{1,10})\] ([+-]\d{1,19})ms$/;
/** `      dsq_vtime=1 slice=2`: the kernel's own lines about a task are indented by six. */
const DETAIL = /^ {6}[^\s=]{1,64}=/;
/** `    do_exit+0x208/0xa90`, perhaps with `[module]`. */
const FRAME = /^ {2,8}([^\s+]{1,256}\+0x[0-9a-f]{1,16}\/0x[0-9a-f]{1,16}(?: \[[\w-]{1,64}\])?)$/;

/** What a task's lines are collected in. */
export interface OpenTask extends Mutable<KernelTask> {
  backtrace: string[];
}

export function parseTaskLine(text: string, cpu: number): OpenTask | undefined {
  const match = TASK.exec(text);
  if (match === null) return undefined;
  const [, marker, state, comm, pid, at] = match as unknown as [string, string, string, string, string, string];
  return {
    cpu,
    pid: Number(pid),
    comm,
    running: marker === "*",
    state,
    runnable_at_ms: BigInt(at.replace("+", "")),
    backtrace: [],
  };
}

export function parseFrameLine(text: string): string | undefined {
  return FRAME.exec(text)?.[1];
}

/** Names of the values behind each name the kernel prints; `a/b=1/2` are two. */
const DETAILS: Readonly<Record<string, readonly (keyof KernelTask)[]>> = {
  "scx_state/flags": ["scx_state", "scx_flags"],
  dsq_flags: ["dsq_flags"],
  "ops_state/qseq": ["ops_state", "ops_qseq"],
  "sticky/holding_cpu": ["sticky_cpu", "holding_cpu"],
  dsq_id: ["dsq_id"],
  dsq_vtime: ["dsq_vtime"],
  slice: ["slice"],
  weight: ["weight"],
};

/** Reads a line of details into the task. @returns false if it is none, or says something else altogether. */
export function readTaskDetails(task: OpenTask, text: string): boolean {
  if (!DETAIL.test(text)) return false;
  const pairs = pairsOf(text);
  if (!pairs.some(([name]) => name === "cpus" || Object.hasOwn(DETAILS, name))) return false;
  const numbers: Record<string, bigint> = {};
  for (const [name, value] of pairs) {
    if (name === "cpus") task.cpus = value;
    const names = Object.hasOwn(DETAILS, name) ? DETAILS[name]! : [];
    value.split("/").forEach((part, ix) => {
      const number = parseInteger(part);
      if (names[ix] !== undefined && number !== undefined) numbers[names[ix]] = number;
    });
  }
  Object.assign(task, numbers);
  return true;
}

/** `name=value` pairs of a line. */
export function pairsOf(text: string): (readonly [name: string, value: string])[] {
  return text.split(" ").flatMap((word) => {
    const at = word.indexOf("=");
    return at <= 0 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
  });
}

/** A decimal or `0x` number; undefined for `(n/a)` and anything else. */
export function parseInteger(text: string): bigint | undefined {
  return /^-?\d{1,20}$|^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}
