import type { ErrorCode } from "../base/error-codes.ts";
import { SnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Core } from "./core.ts";
import { collectIssues, type DecodeOptions, decodeFlags, isStopped, scanLimits } from "./decode.ts";
import * as L from "./layout.ts";
import { Message } from "./rows.ts";
import { type CompiledSchema, getMessageLayout } from "./schema.ts";

export interface StreamOptions extends Pick<DecodeOptions, "lenient" | "limits" | "delimited" | "windowBytes"> {
  /** A record of the root that is longer than this is passed over; default 64 MiB. */
  readonly recordBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The fields of the root that lie in one stretch of the stream. */
export interface StreamWindow {
  /** Offset of the stretch in the stream. */
  readonly offset: number;
  readonly byteLength: number;
  /** Reads in place: valid until the next window is asked for. */
  readonly root: Message;
  readonly issues: readonly Issue[];
}

/** A stretch of the stream that was not read. */
export interface SkippedBytes {
  readonly offset: number;
  readonly byteLength: number;
  /** Why: `LimitExceeded` for a record beyond `recordBytes`, else the fault after which nothing could be read. */
  readonly code: ErrorCode;
}

export interface StreamSummary {
  /** Of the whole stream. */
  readonly byteLength: number;
  readonly skipped: readonly SkippedBytes[];
  /** The most memory that was held for the stream at a time, Wasm memory included. */
  readonly peakBytes: number;
}

/** Larger than windows of an input that is there: each is a read of its own. */
const WINDOW_BYTES = 1_048_576;
const RECORD_BYTES = 67_108_864;

/**
 * Reads a message of any size out of a stream, window by window: what is held is one window, its rows, and never the
 * whole. A field of the root is never split between windows; a singular message that occurs several times is not merged
 * across them. The return value of the generator says what was passed over.
 *
 * @throws SnapshotError `MessageNotFound`, `Cancelled`; for bad bytes unless `lenient`.
 */
export async function* scanStream(
  core: Core,
  schema: CompiledSchema,
  name: string,
  stream: ReadableStream<Uint8Array>,
  options: StreamOptions = {},
): AsyncGenerator<StreamWindow, StreamSummary, undefined> {
  const layout = getMessageLayout(schema, name);
  const source = new StreamBuffer(stream, options.signal);
  const normal = options.windowBytes ?? WINDOW_BYTES;
  const skipped: SkippedBytes[] = [];
  let wanted = normal;
  let peakBytes = 0;
  try {
    for (;;) {
      const more = await source.fill(wanted);
      const { bytes, offset } = source;
      if (bytes.length === 0 && offset > 0) break;
      const flags = decodeFlags(options) | (more ? L.FLAG_MORE : 0);
      const result = core.scan(schema, layout.ix, bytes, flags, scanLimits(options));
      peakBytes = Math.max(peakBytes, source.capacity + core.memoryBytes);
      const stopped = isStopped(result.status);
      if (more && !stopped && result.consumed === 0) {
        // The record does not fit: once more with all of it. The end of a group can only be found by looking.
        const length = recordLength(bytes, options.delimited === true);
        const next = length ?? wanted * 2;
        if (next <= (options.recordBytes ?? RECORD_BYTES)) wanted = Math.max(wanted + 1, next);
        else {
          const passed = await source.skip(length ?? Number.POSITIVE_INFINITY);
          const isCut = length !== undefined && passed < length;
          if (isCut && options.lenient !== true) throw lengthBeyondEnd(name, offset, length);
          skipped.push({ offset, byteLength: passed, code: isCut ? "LengthBeyondEnd" : "LimitExceeded" });
          wanted = normal;
        }
        continue;
      }
      const root = new Message(layout, bytes, [{ window: { base: 0, tape: result.tape }, at: 0 }]);
      const issues: Issue[] = [];
      if (result.issueCount > 0) collectIssues(issues, result, offset, layout, [], options);
      yield { offset, byteLength: result.consumed, root, issues };
      source.take(result.consumed);
      wanted = normal;
      if (stopped) {
        const from = source.offset;
        const byteLength = await source.skip(Number.POSITIVE_INFINITY);
        skipped.push({ offset: from, byteLength, code: issues.at(-1)?.code ?? "LimitExceeded" });
      }
      if (!more || stopped) break;
    }
    return { byteLength: source.offset, skipped, peakBytes };
  } finally {
    await source.close();
    core.release();
  }
}

function lengthBeyondEnd(name: string, offset: number, length: number): SnapshotError {
  return new SnapshotError("LengthBeyondEnd", `reading ${name}: a length runs past the end, at byte ${offset}`, {
    offset,
    fields: { length },
  });
}

/** Length of the first record, key and length included; undefined for what carries no length. */
function recordLength(bytes: Uint8Array, delimited: boolean): number | undefined {
  const key = delimited ? { value: 2, next: 0 } : readVarint(bytes, 0);
  const size = key === undefined || (key.value & 7) !== 2 ? undefined : readVarint(bytes, key.next);
  return size === undefined ? undefined : size.next + size.value;
}

function readVarint(bytes: Uint8Array, from: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let at = from; at < Math.min(bytes.length, from + 10); at++) {
    value += (bytes[at]! & 127) * 2 ** (7 * (at - from));
    if (bytes[at]! < 128) return { value, next: at + 1 };
  }
  return undefined;
}

/** The part of a stream that has been read and not taken yet. */
class StreamBuffer {
  /** Offset of the first of `bytes` in the stream. */
  offset = 0;
  private buffer: Uint8Array = new Uint8Array(0);
  private from = 0;
  private to = 0;
  /** Of the last chunk, what did not fit. */
  private rest: Uint8Array = new Uint8Array(0);
  private ended = false;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly signal: AbortSignal | undefined;

  constructor(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
    this.reader = stream.getReader();
    this.signal = signal;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(this.from, this.to);
  }

  get capacity(): number {
    return this.buffer.length + this.rest.length;
  }

  /** Reads until `wanted` bytes are there. @returns false when the stream has ended and all of it is there. */
  async fill(wanted: number): Promise<boolean> {
    if (this.from > 0 || this.buffer.length < wanted) this.move(wanted);
    for (;;) {
      const room = Math.min(wanted, this.buffer.length) - this.to;
      if (room > 0 && this.rest.length > 0) {
        this.buffer.set(this.rest.subarray(0, room), this.to);
        this.to += Math.min(room, this.rest.length);
        this.rest = this.rest.subarray(room);
      }
      // One chunk ahead, so that the last window is known to be the last.
      if (this.rest.length > 0) return true;
      if (this.ended) return false;
      await this.readChunk();
    }
  }

  take(count: number): void {
    this.from += count;
    this.offset += count;
  }

  /** Passes over `count` bytes without keeping them. @returns how many there were. */
  async skip(count: number): Promise<number> {
    const start = this.offset;
    for (;;) {
      this.take(Math.min(count - (this.offset - start), this.to - this.from));
      const passed = Math.min(count - (this.offset - start), this.rest.length);
      this.rest = this.rest.subarray(passed);
      this.offset += passed;
      if (this.offset - start === count || (this.ended && this.rest.length === 0)) return this.offset - start;
      await this.readChunk();
    }
  }

  async close(): Promise<void> {
    if (!this.ended) await this.reader.cancel().catch(() => {});
    this.reader.releaseLock();
  }

  private async readChunk(): Promise<void> {
    throwIfAborted(this.signal);
    const { done, value } = await this.reader.read();
    throwIfAborted(this.signal);
    if (done) this.ended = true;
    else this.rest = value;
  }

  /** Moves what is there to the start of a buffer that has room for `wanted`. */
  private move(wanted: number): void {
    const kept = this.bytes;
    if (this.buffer.length >= wanted && this.buffer.length <= 4 * wanted) this.buffer.copyWithin(0, this.from, this.to);
    else {
      this.buffer = new Uint8Array(Math.max(wanted, kept.length));
      this.buffer.set(kept);
    }
    this.to = kept.length;
    this.from = 0;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new SnapshotError("Cancelled", "reading a stream: cancelled by the caller", { cause: signal.reason });
}
