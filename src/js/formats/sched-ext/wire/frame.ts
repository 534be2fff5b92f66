import { concatBytes } from "../../../base/bytes.ts";
import { crc32 } from "../../../base/crc32.ts";
import { SnapshotError } from "../../../base/errors.ts";

/** One frame: 16 bytes of header (type, length, CRC-32 of the payload, 0; u32 little-endian), then the payload. */
export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
  /** The payload has the checksum that its header promises. */
  readonly crcOk: boolean;
}

const HEADER_BYTES = 16;
/** A reply to a kernel operation may have 1 MiB; blobs are larger. */
export const DEFAULT_MAX_PAYLOAD: number = 64 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export function encodeFrame(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, type, true);
  header.setUint32(4, payload.length, true);
  header.setUint32(8, crc32(payload), true);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/**
 * Cuts a byte stream into frames, whatever the pieces it arrives in. A wrong checksum marks its frame and the walk goes
 * on; a length beyond the limit ends it, because there is no way to find the next header.
 */
export class FrameDecoder {
  private readonly maxPayload: number;
  private pieces: Uint8Array[] = [];
  private buffered = 0;
  private consumed = 0;
  private broken: SnapshotError | undefined;

  constructor(maxPayload: number = DEFAULT_MAX_PAYLOAD) {
    this.maxPayload = maxPayload;
  }

  /** Takes further bytes. @returns the frames they complete. @throws SnapshotError `MalformedFrame` for a length beyond the limit; from then on always. */
  push(bytes: Uint8Array): Frame[] {
    this.pieces.push(bytes);
    this.buffered += bytes.length;
    if (this.broken !== undefined) throw this.broken;
    if (this.buffered < this.wanted()) return [];
    const whole = this.join();
    const { frames, end, error } = cutFrames(whole, this.maxPayload, this.consumed);
    this.consumed += end;
    this.pieces = [whole.subarray(end)];
    this.buffered -= end;
    this.broken = error;
    if (error !== undefined && frames.length === 0) throw error;
    return frames;
  }

  /** Bytes of a frame that is not complete. */
  leftover(): Uint8Array {
    return this.join();
  }

  /** Why the stream cannot be cut any further. */
  get error(): SnapshotError | undefined {
    return this.broken;
  }

  /** Bytes that must be there before it is worth joining the pieces. */
  private wanted(): number {
    const [first = NOTHING] = this.pieces;
    if (first.length < HEADER_BYTES) return HEADER_BYTES;
    return HEADER_BYTES + Math.min(lengthAt(first, 0), this.maxPayload);
  }

  private join(): Uint8Array {
    if (this.pieces.length !== 1) this.pieces = [concatBytes(this.pieces)];
    return this.pieces[0]!;
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES).getUint32(4, true);
}

function cutFrames(
  bytes: Uint8Array,
  maxPayload: number,
  offset: number,
): { frames: Frame[]; end: number; error: SnapshotError | undefined } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER_BYTES) {
    const header = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
    const length = header.getUint32(4, true);
    if (length > maxPayload) return { frames, end: at, error: tooLong(length, maxPayload, offset + at) };
    if (length > bytes.length - at - HEADER_BYTES) break;
    const payload = bytes.slice(at + HEADER_BYTES, at + HEADER_BYTES + length);
    frames.push({ type: header.getUint32(0, true), payload, crcOk: crc32(payload) === header.getUint32(8, true) });
    at += HEADER_BYTES + length;
  }
  return { frames, end: at, error: undefined };
}

function tooLong(length: number, max: number, offset: number): SnapshotError {
  return new SnapshotError(
    "MalformedFrame",
    `reading frames: a payload of ${length} bytes is over the limit of ${max}`,
    {
      offset,
      fields: { type: 0 },
    },
  );
}

/** Cuts bytes that are all there. An error leaves the rest uncut. */
export function decodeFrames(
  bytes: Uint8Array,
  maxPayload: number = DEFAULT_MAX_PAYLOAD,
): { frames: Frame[]; leftover: Uint8Array; error: SnapshotError | undefined } {
  const { frames, end, error } = cutFrames(bytes, maxPayload, 0);
  return { frames, leftover: bytes.slice(end), error };
}
