import type { ErrorCode } from "../../base/error-codes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../base/limits.ts";

/** Event types, without the `PW_TRACE_EVENT_TYPE_` that starts them in token strings. */
export const TRACE_EVENT_TYPES = [
  "INSTANT",
  "INSTANT_GROUP",
  "ASYNC_START",
  "ASYNC_STEP",
  "ASYNC_END",
  "DURATION_START",
  "DURATION_END",
  "DURATION_GROUP_START",
  "DURATION_GROUP_END",
] as const;

export type TraceEventType = (typeof TRACE_EVENT_TYPES)[number];

/** One record of a tokenized trace buffer. Source: specification section 18. */
export interface TraceEvent {
  /** Absent for a type that is not known: the record counts in time and is not drawn. */
  readonly type: TraceEventType | undefined;
  readonly flag: string;
  readonly module: string;
  readonly group: string;
  readonly label: string;
  /** Microseconds since the trace began, all deltas so far included. */
  readonly timestampUs: number;
  /** Of asynchronous events, where the record has one. */
  readonly traceId: number | bigint | undefined;
  /** What the data means; absent if the token string names none. */
  readonly dataFormat: string | undefined;
  /** Absent if the token string names no format, or if the record ends before it. */
  readonly data: Uint8Array | undefined;
  /** Of the record's size byte in the trace data. */
  readonly offset: number;
}

export interface TraceOptions {
  /** Ticks per second of the time deltas; default 1000. */
  readonly ticksPerSecond?: number;
  /** Throw at the first record that cannot be read; default false. */
  readonly strict?: boolean;
}

export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly issues: readonly Issue[];
}

const DEFAULT_TICKS_PER_SECOND = 1000;
const TOKEN_BYTES = 4;
const TYPE_PREFIX = "PW_TRACE_EVENT_TYPE_";
const LEAST_PARTS = 5;
const MOST_VARINT_BYTES = 10;
const EXACT_VARINT_BYTES = 7;

/**
 * Reads a tokenized trace buffer (`trace_data` of a snapshot).
 *
 * A record with an unknown token is left out and, as upstream has it, its time is lost: what follows comes too early by
 * that much, which an issue says.
 * @param stringOf the string of a token, undefined if it is unknown
 * @throws SnapshotError `MalformedTrace`, `UnknownToken` in strict mode
 */
export function decodeTrace(
  bytes: Uint8Array,
  stringOf: (token: number) => string | undefined,
  options: TraceOptions = {},
): Trace {
  return new TraceReader(bytes, stringOf, options).read();
}

/** Whether the string of a token describes a trace event. */
export function isTraceString(text: string): boolean {
  return text.startsWith(TYPE_PREFIX);
}

class TraceReader {
  private readonly bytes: Uint8Array;
  private readonly stringOf: (token: number) => string | undefined;
  private readonly tickUs: number;
  private readonly strict: boolean;
  private readonly events: TraceEvent[] = [];
  private readonly issues: Issue[] = [];
  private timestampUs = 0;
  private at = 0;
  private end = 0;

  constructor(bytes: Uint8Array, stringOf: (token: number) => string | undefined, options: TraceOptions) {
    this.bytes = bytes;
    this.stringOf = stringOf;
    this.tickUs = 1_000_000 / (options.ticksPerSecond ?? DEFAULT_TICKS_PER_SECOND);
    this.strict = options.strict ?? false;
  }

  read(): Trace {
    let next = 0;
    for (let offset = 0; offset + 1 < this.bytes.length; offset = next) {
      next = offset + 1 + this.bytes[offset]!;
      this.at = offset + 1;
      this.end = Math.min(next, this.bytes.length);
      if (next > this.bytes.length) this.report("MalformedTrace", "the last record is cut short", offset);
      // Upstream still reads a record of which only the last byte is missing.
      if (next > this.bytes.length + 1) break;
      const event = this.readEvent(offset);
      if (event !== undefined) this.events.push(event);
    }
    return { events: this.events, issues: this.issues };
  }

  private readEvent(offset: number): TraceEvent | undefined {
    const token = this.readToken();
    if (token === undefined) return this.report("MalformedTrace", "a record is too short for a token", offset);
    const text = this.stringOf(token);
    if (text === undefined) {
      const name = token.toString(16).padStart(8, "0");
      return this.report(
        "UnknownToken",
        `token ${name} is not in the database, the record and its time are lost`,
        offset,
      );
    }
    const parts = text.split("|");
    const [type = "", flag = "", module = "", group = "", label = "", dataFormat] = parts;
    if (parts.length < LEAST_PARTS) {
      return this.report("MalformedTrace", `found token string ${JSON.stringify(text)}, expected five parts`, offset);
    }
    const delta = this.readVarint();
    const hasId = type.startsWith(`${TYPE_PREFIX}ASYNC_`) && this.at < this.end;
    const traceId = hasId ? this.readVarint() : undefined;
    if (delta === undefined || (hasId && traceId === undefined)) {
      return this.report("MalformedTrace", "a record ends inside a number", offset);
    }
    this.timestampUs += this.tickUs * Number(delta);
    const data = dataFormat !== undefined && this.at < this.end ? this.bytes.subarray(this.at, this.end) : undefined;
    if (dataFormat !== undefined && data === undefined) {
      this.report("MalformedTrace", "a record has no data for the format of its token", offset);
    }
    const known = TRACE_EVENT_TYPES.find((one) => TYPE_PREFIX + one === type);
    return {
      type: known,
      flag,
      module,
      group,
      label,
      timestampUs: this.timestampUs,
      traceId,
      dataFormat,
      data,
      offset,
    };
  }

  private readToken(): number | undefined {
    if (this.end - this.at < TOKEN_BYTES) return undefined;
    let token = 0;
    for (let i = TOKEN_BYTES - 1; i >= 0; i--) token = token * 256 + this.bytes[this.at + i]!;
    this.at += TOKEN_BYTES;
    return token;
  }

  /** A plain varint of up to ten bytes; exact. */
  private readVarint(): number | bigint | undefined {
    let exact = 0n;
    let value = 0;
    for (let n = 0; n < MOST_VARINT_BYTES && this.at < this.end; n++) {
      const byte = this.bytes[this.at++]!;
      if (n < EXACT_VARINT_BYTES) value += (byte & 0x7f) * 128 ** n;
      else exact |= BigInt(byte & 0x7f) << BigInt(7 * n);
      if (byte < 0x80) return exact === 0n ? value : exact | BigInt(value);
    }
    return undefined;
  }

  private report(code: ErrorCode, what: string, offset: number): undefined {
    const message = `reading trace data: ${what}, at byte ${offset}`;
    if (this.strict) throw new SnapshotError(code, message, { format: "pigweed", offset });
    if (this.issues.length < DEFAULT_LIMITS.issues) this.issues.push({ code, severity: "warning", message, offset });
    return undefined;
  }
}
