import type { SnapshotError } from "../base/errors.ts";
import { type Limits, limitExceeded } from "../base/limits.ts";

/** Output that any compressed input may have before the ratio counts. */
const FREE_BYTES = 1_048_576;
const FIRST_BYTES = 65_536;

/**
 * Collects what a decompressor gives, up to the limits. What goes beyond is dropped and `overflow` says which limit it
 * was; the bytes up to there stay.
 */
export class BoundedSink {
  /** The limit that was hit. */
  overflow: SnapshotError | undefined;
  private buffer: Uint8Array<ArrayBuffer>;
  private used = 0;
  private readonly max: number;
  private readonly limits: Limits;
  private readonly compressedBytes: number;

  /** @param expectedBytes a hint from the input; not believed beyond the limits. */
  constructor(limits: Limits, compressedBytes: number, expectedBytes = 0) {
    this.limits = limits;
    this.compressedBytes = compressedBytes;
    this.max = Math.min(limits.inputBytes, FREE_BYTES + compressedBytes * limits.inflateRatio);
    const plausible = Math.min(expectedBytes, this.max, FIRST_BYTES + compressedBytes * 16);
    this.buffer = new Uint8Array(Math.max(plausible, Math.min(FIRST_BYTES, this.max)));
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
    if (total > this.max) this.overflow = this.limitHit(total);
    return this.overflow === undefined;
  }

  private limitHit(total: number): SnapshotError {
    const { inputBytes, inflateRatio } = this.limits;
    if (total > inputBytes) return limitExceeded("inputBytes", inputBytes, total, "decompressing");
    const ratio = Math.ceil((total - FREE_BYTES) / this.compressedBytes);
    return limitExceeded("inflateRatio", inflateRatio, ratio, "decompressing");
  }

  private reserve(length: number): void {
    if (length <= this.buffer.length) return;
    const grown = new Uint8Array(Math.min(this.max, Math.max(length, this.buffer.length * 2)));
    grown.set(this.bytes);
    this.buffer = grown;
  }
}
