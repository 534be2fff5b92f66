import { Gunzip, Inflate } from "fflate";
import { crc32 } from "../base/crc32.ts";
import { SnapshotError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Inflated } from "./codec.ts";
import { type BoundedSink, sinkForInflated } from "./sink.ts";

/** Compressed bytes given to the decompressor at a time; at 1032:1 (DEFLATE's greatest ratio) 16 MiB come out. */
const STEP = 16_384;
const TRAILER_BYTES = 8;

interface Stream {
  push(chunk: Uint8Array, final?: boolean): void;
}

/** RFC 1952: magic, method 8 and no reserved flag. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 10 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && (bytes[3]! & 0xe0) === 0;
}

/** Reads a gzip file of one or more members, check sums included. Damage ends the output where it is, byte for byte. */
export function gunzip(bytes: Uint8Array, limits: Limits): Inflated {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizeHint = bytes.length >= TRAILER_BYTES ? view.getUint32(bytes.length - 4, true) : 0;
  const sink = sinkForInflated(limits, bytes.length, sizeHint);
  let memberStart = 0;
  let checksumAt: number | undefined;
  const endMember = (end: number): void => {
    const at = end - TRAILER_BYTES;
    const intact = at > 0 && crc32(sink.bytes.subarray(memberStart)) === view.getUint32(at, true);
    if (!intact) checksumAt ??= Math.max(0, at);
    memberStart = sink.length;
  };
  const open = (onChunk: (chunk: Uint8Array) => void): Stream => {
    const stream = new Gunzip(onChunk);
    stream.onmember = (offset) => {
      if (offset > 0) endMember(offset);
    };
    return stream;
  };
  const problem = inflateAll(bytes, sink, open, "CorruptGzip");
  if (problem !== undefined) return { bytes: sink.bytes, problem };
  endMember(bytes.length);
  if (checksumAt === undefined) return { bytes: sink.bytes };
  return { bytes: sink.bytes, problem: corrupt("CorruptGzip", "the check sum differs", checksumAt) };
}

/** Reads one raw DEFLATE stream that fills `bytes`, as zip holds it. */
export function inflateRaw(bytes: Uint8Array, limits: Limits, sizeHint: number): Inflated {
  const sink = sinkForInflated(limits, bytes.length, sizeHint);
  const problem = inflateAll(bytes, sink, (onChunk) => new Inflate(onChunk), "CorruptZip");
  return problem === undefined ? { bytes: sink.bytes } : { bytes: sink.bytes, problem };
}

/** Steps through the input; on damage starts again and goes byte by byte through the step that failed. */
function inflateAll(
  bytes: Uint8Array,
  sink: BoundedSink,
  open: (onChunk: (chunk: Uint8Array) => void) => Stream,
  code: "CorruptGzip" | "CorruptZip",
): SnapshotError | undefined {
  const stream = open((chunk) => sink.add(chunk));
  let at = 0;
  try {
    for (; at < bytes.length && sink.overflow === undefined; at += STEP) stream.push(bytes.subarray(at, at + STEP));
    if (sink.overflow === undefined) stream.push(new Uint8Array(0), true);
    return sink.overflow;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const end = at < bytes.length ? creep(bytes, at, sink, open) : bytes.length;
    return sink.overflow ?? corrupt(code, reason, end);
  }
}

/** Gives `sink` what a failed step at `from` still holds. @returns the offset of the byte that cannot be. */
function creep(
  bytes: Uint8Array,
  from: number,
  sink: BoundedSink,
  open: (onChunk: (chunk: Uint8Array) => void) => Stream,
): number {
  let known = sink.length;
  const stream = open((chunk) => {
    if (chunk.length > known) sink.add(chunk.subarray(known));
    known = Math.max(0, known - chunk.length);
  });
  let at = 0;
  try {
    for (; at < from; at += STEP) stream.push(bytes.subarray(at, at + STEP));
    for (; at < bytes.length && sink.overflow === undefined; at++) stream.push(bytes.subarray(at, at + 1));
  } catch {
    return at;
  }
  return bytes.length;
}

function corrupt(code: "CorruptGzip" | "CorruptZip", reason: string, offset: number): SnapshotError {
  return new SnapshotError(code, `decompressing: ${reason} at byte ${offset} of the compressed input`, {
    offset,
    fields: { reason },
  });
}
