import { ELF_NONE, FRAME_STRIDE, FRAME_WORD } from "./elf-layout.ts";

const WORDS = FRAME_STRIDE / 4;
const LONGS = FRAME_STRIDE / 8;

/** One link of an inline chain. */
export interface InlineFrame {
  /** Offset of the subprogram or inlined call in `.debug_info`. */
  readonly entry: number;
  /** For an inlined call: where it was called, in the caller. */
  readonly callFile: number;
  readonly callLine: number;
  readonly callColumn: number;
}

/** Code ranges of one unit: rows in the order of the entries, each with its enclosing row. */
export class FrameTable {
  readonly length: number;
  private readonly words: Uint32Array;
  private readonly longs: BigUint64Array;
  /** Rows of subprograms that are in no other, by low address. */
  private readonly outermost: Uint32Array;

  constructor(rows: Uint8Array<ArrayBuffer>) {
    this.length = rows.length / FRAME_STRIDE;
    this.words = new Uint32Array(rows.buffer);
    this.longs = new BigUint64Array(rows.buffer);
    const outermost: number[] = [];
    for (let row = 0; row < this.length; row++) if (this.depth(row) === 0) outermost.push(row);
    outermost.sort((a, b) => (this.low(a) < this.low(b) ? -1 : this.low(a) > this.low(b) ? 1 : a - b));
    this.outermost = Uint32Array.from(outermost);
  }

  /** Innermost call first, the subprogram last; empty if no subprogram covers the address. */
  chain(address: bigint): InlineFrame[] {
    const frames: InlineFrame[] = [];
    let row = this.innermost(address);
    while (row !== ELF_NONE && frames.length < this.length) {
      const at = row * WORDS;
      frames.push({
        entry: this.words[at + FRAME_WORD.entry]!,
        callFile: this.words[at + FRAME_WORD.callFile]!,
        callLine: this.words[at + FRAME_WORD.callLine]!,
        callColumn: this.words[at + FRAME_WORD.callColumn]!,
      });
      row = this.words[at + FRAME_WORD.parent]!;
    }
    return frames;
  }

  private innermost(address: bigint): number {
    let best = this.outermostAt(address);
    if (best === ELF_NONE) return best;
    const entry = this.entry(best);
    for (let row = best + 1; row < this.length; row++) {
      const depth = this.depth(row);
      if (depth === 0 && this.entry(row) !== entry) break;
      if (depth > this.depth(best) && this.covers(row, address)) best = row;
    }
    return best;
  }

  private outermostAt(address: bigint): number {
    let low = 0;
    let high = this.outermost.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.low(this.outermost[middle]!) <= address) low = middle + 1;
      else high = middle;
    }
    // Discarded functions overlap at low addresses; elsewhere the first look decides.
    for (let tries = 0; low > 0 && tries < 64; tries++) {
      const row = this.outermost[--low]!;
      if (this.covers(row, address)) return row;
    }
    return ELF_NONE;
  }

  private covers(row: number, address: bigint): boolean {
    return this.low(row) <= address && address < this.longs[row * LONGS + 1]!;
  }

  private low(row: number): bigint {
    return this.longs[row * LONGS]!;
  }

  private depth(row: number): number {
    return this.words[row * WORDS + FRAME_WORD.depth]!;
  }

  private entry(row: number): number {
    return this.words[row * WORDS + FRAME_WORD.entry]!;
  }
}
