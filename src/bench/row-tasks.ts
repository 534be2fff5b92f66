import type { CompiledSchema } from "../js/abi/schema.ts";
import type { WorkloadKind } from "./workloads.ts";

/** Rows of a window, and where the offsets in them count from. */
export interface Rows {
  readonly base: number;
  readonly tape: Uint32Array;
}

/** What is done with decoded rows: one field of every record, every field, or a text of every record. */
export type RowTask = "one" | "every" | "text";

type Slots = Readonly<Record<string, number>>;
type Reader = (rows: Rows, bytes: Uint8Array, slots: Slots) => number;

/**
 * Sums over rows, read by slot: numbers, lengths and first bytes, modulo 2^32 once summed over all windows. The objects
 * of other libraries give the same sums.
 */
export class RowReader {
  private readonly slots: Slots;

  constructor(schema: CompiledSchema) {
    const slots: Record<string, number> = {};
    for (const layout of schema.messages.values()) {
      for (const { field, slot } of layout.fields) slots[`${layout.name.slice("bench.".length)}_${field.name}`] = slot;
    }
    this.slots = slots;
  }

  read(task: RowTask, kind: WorkloadKind, rows: Rows, bytes: Uint8Array): number {
    return READERS[task][kind](rows, bytes, this.slots);
  }
}

const NEXT = 0;
/** Flag of a run whose 64-bit values have one word each. */
const NARROW = 0x80000000;

function readLogs({ base, tape }: Rows, bytes: Uint8Array, s: Slots): number {
  const message = s["LogEntry_message"]!;
  const level = s["LogEntry_level"]!;
  const flags = s["LogEntry_flags"]!;
  const timestamp = s["LogEntry_timestamp"]!;
  const elapsed = s["LogEntry_elapsed"]!;
  const dropped = s["LogEntry_dropped"]!;
  const module = s["LogEntry_module"]!;
  const file = s["LogEntry_file"]!;
  const thread = s["LogEntry_thread"]!;
  const logs = s["Snapshot_logs"]!;
  let sum = 0;
  for (let at = tape[logs]!, n = tape[logs + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += tape[at + level]! + tape[at + flags]! + tape[at + timestamp]! + tape[at + elapsed]! + tape[at + dropped]!;
    sum += span(tape, at + message, bytes, base) + span(tape, at + module, bytes, base);
    sum += span(tape, at + file, bytes, base) + span(tape, at + thread, bytes, base);
  }
  return sum;
}

/** Length and first byte of a string or bytes field. */
function span(tape: Uint32Array, at: number, bytes: Uint8Array, base: number): number {
  const length = tape[at + 1]!;
  return length === 0 ? 0 : length + bytes[base + tape[at]!]!;
}

function sumLevels({ tape }: Rows, _bytes: Uint8Array, s: Slots): number {
  const level = s["LogEntry_level"]!;
  const logs = s["Snapshot_logs"]!;
  let sum = 0;
  for (let at = tape[logs]!, n = tape[logs + 2]!; n > 0; n--, at = tape[at + NEXT]!) sum += tape[at + level]!;
  return sum;
}

function readThreads({ base, tape }: Rows, bytes: Uint8Array, s: Slots): number {
  const words = ["state", "usage", "start", "end", "pointer", "peak", "id"].map((name) => s[`Thread_${name}`]!);
  const [name, stack] = [s["Thread_name"]!, s["Thread_stack"]!];
  const [backtrace, symbols] = [s["Thread_backtrace"]!, s["Thread_symbols"]!];
  const threads = s["Snapshot_threads"]!;
  let sum = 0;
  for (let at = tape[threads]!, n = tape[threads + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += tape[at + name + 1]! + span(tape, at + stack, bytes, base);
    for (const slot of words) sum += tape[at + slot]!;
    sum += sumRuns(tape, at + backtrace, 0) + sumRuns(tape, at + symbols, 1);
  }
  return sum;
}

function sumStates({ tape }: Rows, _bytes: Uint8Array, s: Slots): number {
  const threads = s["Snapshot_threads"]!;
  let sum = 0;
  for (let at = tape[threads]!, n = tape[threads + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += tape[at + s["Thread_state"]!]!;
  }
  return sum;
}

/** Sum of one word of every two-word value of a list: the low word of numbers, the length of strings. */
function sumRuns(tape: Uint32Array, slot: number, word: number): number {
  if (tape[slot + 2] === 0) return 0;
  let sum = 0;
  let run = tape[slot]!;
  do {
    const count = tape[run + 1]!;
    if (count >= NARROW) for (let at = run + 2, end = at + (count - NARROW); at < end; at++) sum += tape[at]!;
    else for (let at = run + 2 + word, end = run + 2 + count * 2; at < end; at += 2) sum += tape[at]!;
    run = tape[run]!;
  } while (run !== 0);
  return sum;
}

function readProfile({ tape }: Rows, _bytes: Uint8Array, s: Slots): number {
  const [sample, strings] = [s["Profile_sample"]!, s["Profile_strings"]!];
  const [locations, values, labels] = [s["Sample_locations"]!, s["Sample_values"]!, s["Sample_labels"]!];
  const [key, str, num] = [s["Label_key"]!, s["Label_str"]!, s["Label_num"]!];
  let sum = 0;
  for (let at = tape[sample]!, n = tape[sample + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += sumRuns(tape, at + locations, 0) + sumRuns(tape, at + values, 0);
    for (let label = tape[at + labels]!, m = tape[at + labels + 2]!; m > 0; m--, label = tape[label + NEXT]!) {
      sum += tape[label + key]! + tape[label + str]! + tape[label + num]!;
    }
  }
  return sum + sumRuns(tape, strings, 1);
}

function countFrames({ tape }: Rows, _bytes: Uint8Array, s: Slots): number {
  const [sample, locations] = [s["Profile_sample"]!, s["Sample_locations"]!];
  let sum = 0;
  for (let at = tape[sample]!, n = tape[sample + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += tape[at + locations + 2]!;
  }
  return sum;
}

function readVersions({ tape }: Rows, _bytes: Uint8Array, s: Slots): number {
  const [items, metadata, version] = [s["Batch_items"]!, s["Snapshot_metadata"]!, s["Metadata_version"]!];
  let sum = 0;
  for (let at = tape[items]!, n = tape[items + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += tape[tape[at + metadata]! + version + 1]!;
  }
  return sum;
}

const utf8: TextDecoder = new TextDecoder();
/** Below this a loop over the characters is quicker than the decoder; measured. */
const SHORT = 12;

/** Length and first character of a text, once it is a string. */
function textOf(tape: Uint32Array, at: number, bytes: Uint8Array, base: number): number {
  const from = base + tape[at]!;
  const length = tape[at + 1]!;
  if (length === 0) return 0;
  let text = "";
  if (length < SHORT) {
    for (let i = from; i < from + length; i++) {
      const byte = bytes[i]!;
      if (byte >= 128) {
        text = utf8.decode(bytes.subarray(from, from + length));
        break;
      }
      text += String.fromCharCode(byte);
    }
  } else text = utf8.decode(bytes.subarray(from, from + length));
  return text.length + text.charCodeAt(0);
}

function textsOf(rows: Rows, slot: number, bytes: Uint8Array): number {
  const { tape, base } = rows;
  if (tape[slot + 2] === 0) return 0;
  let sum = 0;
  let run = tape[slot]!;
  do {
    for (let at = run + 2, end = run + 2 + tape[run + 1]! * 2; at < end; at += 2) sum += textOf(tape, at, bytes, base);
    run = tape[run]!;
  } while (run !== 0);
  return sum;
}

function logTexts({ tape, base }: Rows, bytes: Uint8Array, s: Slots): number {
  const [logs, thread] = [s["Snapshot_logs"]!, s["LogEntry_thread"]!];
  let sum = 0;
  for (let at = tape[logs]!, n = tape[logs + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += textOf(tape, at + thread, bytes, base);
  }
  return sum;
}

function threadTexts(rows: Rows, bytes: Uint8Array, s: Slots): number {
  const { tape, base } = rows;
  const [threads, name, symbols] = [s["Snapshot_threads"]!, s["Thread_name"]!, s["Thread_symbols"]!];
  let sum = 0;
  for (let at = tape[threads]!, n = tape[threads + 2]!; n > 0; n--, at = tape[at + NEXT]!) {
    sum += textOf(tape, at + name, bytes, base) + textsOf(rows, at + symbols, bytes);
  }
  return sum;
}

const READERS: Readonly<Record<RowTask, Readonly<Record<WorkloadKind, Reader>>>> = {
  one: { logs: sumLevels, threads: sumStates, profile: countFrames, fleet: readVersions },
  every: { logs: readLogs, threads: readThreads, profile: readProfile, fleet: readVersions },
  text: {
    logs: logTexts,
    threads: threadTexts,
    profile: (rows, bytes, s) => textsOf(rows, s["Profile_strings"]!, bytes),
    fleet: readVersions,
  },
};
