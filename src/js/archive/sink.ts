import type { SnapshotError } from "../base/errors.ts";
import { type Limits, limitExceeded } from "../base/limits.ts";

/** Output that any compressed input may have before the ratio counts. */
const FREE_BYTES = 1_048_576;
const FIRST_BYTES = 65_536;

/** Collects bytes up to a limit. What goes beyond is dropped, `overflow` says so, and the bytes up to there stay. */
export class BoundedSink {
  /** The limit that was hit. */
  overflow: SnapshotError | undefined;
  private buffer: Uint8Array<ArrayBuffer>;
  private used = 0;
  private readonly max: number;
  private readonly overflowOf: (total: number) => SnapshotError;

  /** @param expected bytes that are likely to come; a size to start with. */
  constructor(max: number, expected: number, overflowOf: (total: number) => SnapshotError) {
    this.max = max;
    this.overflowOf = overflowOf;
    this.buffer = new Uint8Array(Math.min(max, Math.max(expected, FIRST_BYTES)));
  }

  get length(): number {
    return this.used;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.used);
  }

  /** False when no more is wanted. */
  add(chunk: Uint8Array): boolean {
    if (this.overflow !== undefined) return false;
    const total = this.used + chunk.length;
    const fits = total <= this.max ? chunk : chunk.subarray(0, this.max - this.used);
    this.reserve(this.used + fits.length);
    this.buffer.set(fits, this.used);
    this.used += fits.length;
    if (total > this.max) this.overflow = this.overflowOf(total);
    return this.overflow === undefined;
  }

  private reserve(length: number): void {
    if (length <= this.buffer.length) return;
    const grown = new Uint8Array(Math.min(this.max, Math.max(length, this.buffer.length * 2)));
    grown.set(this.bytes);
    this.buffer = grown;
  }
}

/** For one input of unknown length. */
export function sinkForInput(limits: Limits, expected: number, what: string): BoundedSink {
  const max = limits.inputBytes;
  return new BoundedSink(max, Math.min(expected, max), (total) => limitExceeded("inputBytes", max, total, what));
}

/** For the output of a decompressor; a size that the input claims is believed up to 16:1. */
export function sinkForInflated(limits: Limits, packedBytes: number, claimed = 0): BoundedSink {
  const { inputBytes, inflateRatio } = limits;
  const max = Math.min(inputBytes, FREE_BYTES + packedBytes * inflateRatio);
  return new BoundedSink(max, Math.min(claimed, packedBytes * 16), (total) => {
    if (total > inputBytes) return limitExceeded("inputBytes", inputBytes, total, "decompressing");
    const ratio = Math.ceil((total - FREE_BYTES) / packedBytes);
    return limitExceeded("inflateRatio", inflateRatio, ratio, "decompressing");
  });
}
