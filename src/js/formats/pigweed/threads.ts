import type { Message } from "../../abi/rows.ts";
import { equalBytes } from "../../base/bytes.ts";
import { absDifference, toU64 } from "../../base/int64.ts";
import type { CodeSymbol } from "../../model/symbols.ts";
import { problem, type ReadContext } from "./context.ts";
import type { EnumNames } from "./schema.ts";

export interface ThreadReport {
  readonly name: string;
  readonly state: number;
  /** Absent for a number that is not of the enum. */
  readonly stateName?: string;
  readonly id?: bigint;
  /** The thread the snapshot is about, or one that is equal to it in every field. */
  readonly isActive: boolean;
  readonly cpuUsageHundredths?: number;
  readonly stack: StackReport;
  /** Most recent call first. */
  readonly backtrace: readonly BacktraceFrame[];
  /** View of the input. */
  readonly rawStack: Uint8Array;
  /** Frames as the device named them itself. */
  readonly symbolizedBacktrace: readonly string[];
}

/** Pointers as captured and the sizes between them; differences are absolute, so an overflow shows as over 100 %. */
export interface StackReport {
  readonly start?: bigint;
  readonly end?: bigint;
  readonly pointer?: bigint;
  readonly estimatedPeak?: bigint;
  readonly usedBytes?: bigint;
  readonly peakBytes?: bigint;
  readonly sizeBytes?: bigint;
}

export interface BacktraceFrame {
  readonly address: bigint;
  readonly symbol?: CodeSymbol;
}

/** The threads of one snapshot, in wire order. */
export interface ThreadsReport {
  readonly threads: readonly ThreadReport[];
  /** Index of the thread that asked for the snapshot, or -1. */
  readonly activeIx: number;
}

const INTERRUPT_HANDLER = 1;
const RUNNING = 2;

/** Reads the threads of a snapshot. Source: specification section 9. */
export function readThreads(snapshot: Message, states: EnumNames, context: ReadContext): ThreadsReport {
  const list = snapshot.messages("threads");
  const count = context.budget.take(list.length, `${context.path}threads`, context);
  const messages = Array.from({ length: count }, (_, ix) => list.at(ix));
  const names = messages.map((message) => context.fields.decodeField(message.bytes("name")));
  const activeIx = findActive(messages);
  const threads = messages.map((message, ix) => {
    const isActive =
      ix === activeIx ||
      (activeIx >= 0 && names[ix] === names[activeIx] && isEqualBesidesName(message, messages[activeIx]!));
    return readThread(message, names[ix]!, isActive, `${context.path}threads[${ix}]`, states, context);
  });
  return { threads, activeIx };
}

/** An interrupt handler or a thread marked active comes before a running one, whatever their order. */
function findActive(threads: readonly Message[]): number {
  const marked = threads.findIndex((t) => t.i32("state") === INTERRUPT_HANDLER || t.bool("active"));
  return marked >= 0 ? marked : threads.findIndex((t) => t.i32("state") === RUNNING);
}

function readThread(
  message: Message,
  name: string,
  isActive: boolean,
  path: string,
  states: EnumNames,
  context: ReadContext,
): ThreadReport {
  const state = message.i32("state");
  const stateName = states.get(state);
  if (stateName === undefined) {
    const where = `${path}.state`;
    context.report(problem("UnknownEnumValue", `${where}: ${state} is not a known state`, where, message.offset));
  }
  const id = message.u64("id");
  return {
    name,
    state,
    ...(stateName !== undefined && { stateName }),
    ...(id !== 0n && { id }),
    isActive,
    ...(message.has("cpu_usage_hundredths") && { cpuUsageHundredths: message.u32("cpu_usage_hundredths") }),
    stack: readStack(message),
    backtrace: readBacktrace(message, path, context),
    rawStack: message.bytes("raw_stack"),
    symbolizedBacktrace: message.texts("symbolized_backtrace"),
  };
}

function readBacktrace(message: Message, path: string, context: ReadContext): BacktraceFrame[] {
  const field = "raw_backtrace";
  const frames: BacktraceFrame[] = [];
  const most = context.budget.take(message.count(field), `${path}.${field}`, context);
  for (const { tape, from, count, narrow } of message.runs(field)) {
    for (let i = 0; i < count && frames.length < most; i++) {
      const at = from + (narrow ? i : 2 * i);
      frames.push(readFrame(toU64(tape[at]!, narrow ? 0 : tape[at + 1]!), context));
    }
  }
  return frames;
}

function readFrame(address: bigint, context: ReadContext): BacktraceFrame {
  const symbol = context.symbolizer?.lookup(address);
  return symbol === undefined ? { address } : { address, symbol };
}

function readStack(message: Message): StackReport {
  const pointer = (field: string) => (message.has(field) ? message.u64(field) : undefined);
  const start = pointer("stack_start_pointer");
  const end = pointer("stack_end_pointer");
  const current = pointer("stack_pointer");
  const estimatedPeak = pointer("stack_pointer_est_peak");
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(current !== undefined && { pointer: current }),
    ...(estimatedPeak !== undefined && { estimatedPeak }),
    ...(start !== undefined && current !== undefined && { usedBytes: absDifference(start, current) }),
    ...(start !== undefined && estimatedPeak !== undefined && { peakBytes: absDifference(start, estimatedPeak) }),
    ...(start !== undefined && end !== undefined && { sizeBytes: absDifference(start, end) }),
  };
}

const POINTERS = ["stack_start_pointer", "stack_end_pointer", "stack_pointer", "stack_pointer_est_peak", "id"] as const;
const LISTS = ["raw_backtrace", "symbolized_backtrace"] as const;

/** Upstream compares whole messages, what it does not know included, after the names were decoded. */
function isEqualBesidesName(a: Message, b: Message): boolean {
  return (
    a.i32("state") === b.i32("state") &&
    a.bool("active") === b.bool("active") &&
    a.has("cpu_usage_hundredths") === b.has("cpu_usage_hundredths") &&
    a.u32("cpu_usage_hundredths") === b.u32("cpu_usage_hundredths") &&
    POINTERS.every((field) => a.has(field) === b.has(field) && a.u64(field) === b.u64(field)) &&
    equalBytes(a.bytes("raw_stack"), b.bytes("raw_stack")) &&
    // The lengths first: a hostile file has many threads beside one with a very long backtrace.
    LISTS.every((field) => a.count(field) === b.count(field)) &&
    a.u64s("raw_backtrace").join() === b.u64s("raw_backtrace").join() &&
    a.texts("symbolized_backtrace").join("\0") === b.texts("symbolized_backtrace").join("\0") &&
    hasEqualUnknownFields(a, b)
  );
}

function hasEqualUnknownFields(a: Message, b: Message): boolean {
  if (!a.hasUnknownFields && !b.hasUnknownFields) return true;
  const body = (m: Message) => m.input.subarray(m.offset, m.offset + m.byteLength);
  return a.hasUnknownFields && b.hasUnknownFields && equalBytes(body(a), body(b));
}
