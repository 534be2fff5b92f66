/** Tables below this are copied plainly: the allocator is quick with them. */
const MIN_BYTES = 65_536;
/** Capacities are multiples of this, so that tables of about the same size fit each other. */
const STEP_BYTES = 32_768;

/**
 * Memory of row tables that callers gave back, for the tables to come. Pages that the operating system hands out anew
 * must be zeroed and mapped first, which takes longer than filling them with rows does.
 */
export class RowMemory {
  /** By capacity, the least recently used first. */
  private readonly spare = new Map<number, ArrayBuffer[]>();
  private spareBytes = 0;
  /** Spare memory is kept up to this many bytes. */
  readonly maxBytes: number;

  constructor(maxBytes = 268_435_456) {
    this.maxBytes = maxBytes;
  }

  /** A copy of `tape` that is the caller's until `giveBack`. */
  copy(tape: Uint32Array): Uint32Array {
    if (tape.byteLength < MIN_BYTES) return tape.slice();
    const capacity = Math.ceil(tape.byteLength / STEP_BYTES) * STEP_BYTES;
    const found = this.refresh(capacity).pop();
    if (found !== undefined) this.spareBytes -= capacity;
    const copied = new Uint32Array(found ?? new ArrayBuffer(capacity), 0, tape.length);
    copied.set(tape);
    return copied;
  }

  /** Takes a table that `copy` gave; it may not be read any more. */
  giveBack(tape: Uint32Array): void {
    const { buffer } = tape;
    const capacity = buffer.byteLength;
    const fits = capacity >= MIN_BYTES && capacity % STEP_BYTES === 0 && capacity <= this.maxBytes;
    if (!(buffer instanceof ArrayBuffer) || !fits) return;
    this.refresh(capacity).push(buffer);
    this.spareBytes += capacity;
    this.evict();
  }

  /** The spare buffers of a capacity, which thereby is the one used last. */
  private refresh(capacity: number): ArrayBuffer[] {
    const list = this.spare.get(capacity) ?? [];
    this.spare.delete(capacity);
    this.spare.set(capacity, list);
    return list;
  }

  /** Drops what has not been asked for longest: buffers of another file's sizes must not keep out those of this one. */
  private evict(): void {
    for (const [capacity, list] of this.spare) {
      while (this.spareBytes > this.maxBytes && list.pop() !== undefined) this.spareBytes -= capacity;
      if (this.spareBytes <= this.maxBytes) return;
      this.spare.delete(capacity);
    }
  }

  /** Bytes kept for tables to come. */
  get keptBytes(): number {
    return this.spareBytes;
  }

  clear(): void {
    this.spare.clear();
    this.spareBytes = 0;
  }
}
