import { Decompress } from "fzstd";
import { SnapshotError } from "../base/errors.ts";
import { type Limits, limitExceeded } from "../base/limits.ts";
import type { Inflated } from "./codec.ts";
import { sinkForInflated } from "./sink.ts";

/** RFC 8878, section 3.1.1. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;
/** What the reference decoder accepts by default (ZSTD_WINDOWLOG_LIMIT_DEFAULT 27). */
const MAX_WINDOW = 134_217_728;

export function isZstd(bytes: Uint8Array): boolean {
  return bytes.length >= 9 && viewOf(bytes).getUint32(0, true) === MAGIC;
}

/**
 * Reads a Zstandard file of one or more frames, block by block, so that damage ends the output where it is.
 * Check sums (XXH64) are not verified.
 */
export function unzstd(bytes: Uint8Array, limits: Limits): Inflated {
  const sink = sinkForInflated(limits, bytes.length);
  const stream = new Decompress((chunk) => sink.add(chunk));
  let at = 0;
  try {
    for (const end of stepsOf(bytes)) {
      stream.push(bytes.subarray(at, end));
      at = end;
      if (sink.overflow !== undefined) return { bytes: sink.bytes, problem: sink.overflow };
    }
    stream.push(new Uint8Array(0), true);
    return { bytes: sink.bytes };
  } catch (error) {
    if (error instanceof SnapshotError) return { bytes: sink.bytes, problem: error };
    const reason = error instanceof Error ? error.message : String(error);
    const problem = new SnapshotError("CorruptZstd", `decompressing: ${reason} after byte ${at}`, {
      offset: at,
      fields: { reason },
    });
    return { bytes: sink.bytes, problem };
  }
}

/** Ends of the frame headers and blocks, so that no push grows the output by more than one block (128 KiB). */
function* stepsOf(bytes: Uint8Array): Generator<number> {
  const view = viewOf(bytes);
  let at = 0;
  while (at + 8 <= bytes.length) {
    const magic = view.getUint32(at, true);
    if (magic >>> 4 === SKIPPABLE) {
      at += 8 + view.getUint32(at + 4, true);
      yield Math.min(at, bytes.length);
      continue;
    }
    if (magic !== MAGIC) break;
    const flags = bytes[at + 4]!;
    at = checkFrameHeader(view, at, flags);
    for (let last = false; !last && at + 3 <= bytes.length; ) {
      const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      last = (header & 1) === 1;
      at += 3 + (((header >> 1) & 3) === 1 ? 1 : header >>> 3);
      yield Math.min(at, bytes.length);
    }
    if ((flags & 4) !== 0) at += 4;
  }
  yield bytes.length;
}

/** @returns the offset of the first block. @throws SnapshotError `LimitExceeded` for a window beyond 128 MiB */
function checkFrameHeader(view: DataView, start: number, flags: number): number {
  const single = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!;
  const sizeCode = flags >>> 6;
  const sizeBytes = sizeCode === 0 ? (single ? 1 : 0) : 1 << sizeCode;
  const sizeAt = start + 5 + (single ? 0 : 1) + dictionaryBytes;
  if (sizeAt + sizeBytes > view.byteLength) return view.byteLength;
  const window = single ? readSize(view, sizeAt, sizeBytes) : windowOf(view.getUint8(start + 5));
  if (window > MAX_WINDOW) throw limitExceeded("inputBytes", MAX_WINDOW, window, "reading a zstd window size", start);
  return sizeAt + sizeBytes;
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function readSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
