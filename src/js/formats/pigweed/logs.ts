import type { FieldLayout, MessageLayout } from "../../abi/schema.ts";
import { toI64, toSafeNumber } from "../../base/int64.ts";
import type { TextSink } from "../../base/text-sink.ts";
import { roundedQuotient } from "./arithmetic.ts";
import type { FieldDecoder } from "./context.ts";
import type { FormatPlan } from "./tokens/format-plan.ts";

/** A log record with its optionally tokenized fields decoded. */
export interface LogEntry {
  /** 1 debug, 2 info, 3 warning, 4 error, 5 critical, 7 fatal; 0 none. */
  readonly level: number;
  /** 0 where unknown. */
  readonly line: number;
  /** Records lost; the message is then the reason. */
  readonly dropped: number;
  /** The timestamp taken as nanoseconds since boot, in seconds: the nearest double. */
  readonly seconds: number | undefined;
  /** Ticks since boot. */
  readonly timestamp: bigint | undefined;
  /** Ticks since the record before. */
  readonly timeSinceLastEntry: bigint | undefined;
  readonly flags: number;
  readonly message: string;
  readonly module: string;
  readonly file: string;
  readonly thread: string;
}

const NANOSECONDS = 1_000_000_000n;

/**
 * Looks at one log record at a time, straight in its row: a field costs nothing until it is asked for, and moving on
 * allocates nothing. Source: specification 6.
 */
export class LogCursor implements LogEntry {
  private readonly input: Uint8Array;
  private readonly fields: FieldDecoder;
  private readonly layouts: LogLayouts;
  private tape: Uint32Array = new Uint32Array(0);
  private at = 0;
  private base = 0;

  /** @param entry layout of pw.log.LogEntry */
  constructor(entry: MessageLayout, input: Uint8Array, fields: FieldDecoder) {
    this.input = input;
    this.fields = fields;
    this.layouts = findLayouts(entry);
  }

  /** Moves to the row at word `at` of `tape`. @param base offset in the input that spans count from */
  moveTo(tape: Uint32Array, at: number, base: number): this {
    this.tape = tape;
    this.at = at;
    this.base = base;
    return this;
  }

  get level(): number {
    return this.number(this.layouts.lineLevel) & 7;
  }

  get line(): number {
    return this.number(this.layouts.lineLevel) >>> 3;
  }

  get flags(): number {
    return this.number(this.layouts.flags);
  }

  get dropped(): number {
    return this.number(this.layouts.dropped);
  }

  get seconds(): number | undefined {
    const field = this.layouts.timestamp;
    if (!this.has(field)) return undefined;
    const low = this.tape[this.at + field.slot]!;
    const high = this.tape[this.at + field.slot + 1]!;
    const exact = toSafeNumber(low, high);
    return exact === undefined ? roundedQuotient(toI64(low, high), NANOSECONDS) : exact / 1e9;
  }

  get timestamp(): bigint | undefined {
    return this.ticks(this.layouts.timestamp);
  }

  get timeSinceLastEntry(): bigint | undefined {
    return this.ticks(this.layouts.sinceLast);
  }

  get message(): string {
    return this.text(this.layouts.message);
  }

  /** The format of the message if it can be written without making a string; it is then neither empty nor of fields. */
  get plainMessage(): FormatPlan | undefined {
    const { slot } = this.layouts.message;
    const start = this.base + this.tape[this.at + slot]!;
    return this.fields.plainFormat?.(this.input, start, start + this.tape[this.at + slot + 1]!);
  }

  /** @param format what `plainMessage` gave for this record */
  writeMessage(format: FormatPlan, sink: TextSink): void {
    const { slot } = this.layouts.message;
    const start = this.base + this.tape[this.at + slot]!;
    this.fields.writePlain?.(format, sink, this.input, start, start + this.tape[this.at + slot + 1]!);
  }

  get module(): string {
    return this.text(this.layouts.module);
  }

  get file(): string {
    return this.text(this.layouts.file);
  }

  get thread(): string {
    return this.text(this.layouts.thread);
  }

  private has(field: FieldLayout): boolean {
    return (this.tape[this.at + field.hasWord]! & field.hasMask) !== 0;
  }

  /** The slot of an absent field is zero, but for a oneof's. */
  private number(field: FieldLayout): number {
    return this.tape[this.at + field.slot]!;
  }

  private ticks(field: FieldLayout): bigint | undefined {
    if (!this.has(field)) return undefined;
    return toI64(this.tape[this.at + field.slot]!, this.tape[this.at + field.slot + 1]!);
  }

  private text(field: FieldLayout): string {
    const length = this.tape[this.at + field.slot + 1]!;
    if (length === 0) return "";
    const start = this.base + this.tape[this.at + field.slot]!;
    return this.fields.decodeField(this.input, start, start + length);
  }
}

interface LogLayouts {
  readonly message: FieldLayout;
  readonly lineLevel: FieldLayout;
  readonly flags: FieldLayout;
  readonly timestamp: FieldLayout;
  readonly sinceLast: FieldLayout;
  readonly dropped: FieldLayout;
  readonly module: FieldLayout;
  readonly file: FieldLayout;
  readonly thread: FieldLayout;
}

function findLayouts(entry: MessageLayout): LogLayouts {
  const field = (name: string) => entry.byName.get(name)!;
  return {
    message: field("message"),
    lineLevel: field("line_level"),
    flags: field("flags"),
    timestamp: field("timestamp"),
    sinceLast: field("time_since_last_entry"),
    dropped: field("dropped"),
    module: field("module"),
    file: field("file"),
    thread: field("thread"),
  };
}
