import { NONE } from "./brand.ts";
import { decodeUtf8Lossy } from "./bytes.ts";
import { ByteColumn, Uint32Column } from "./columns.ts";
import { HASH_SEED, HashIndex, mixHash } from "./hash-index.ts";

/** One character per byte: keys of bytes that need not be UTF-8. */
const latin1 = new TextDecoder("latin1");

/** Gives equal byte strings one number. The strings are decoded when somebody asks for them. */
export class ByteInterner {
  private readonly heap = new ByteColumn(4096);
  private readonly end = new Uint32Column();
  private readonly index = new HashIndex();
  private readonly texts: (string | undefined)[] = [];
  /** Used instead of `index` once somebody has made strings collide. */
  private slow: Map<string, number> | undefined;

  get length(): number {
    return this.end.length;
  }

  /** @returns the number of `source[from … to)`. */
  intern(source: Uint8Array, from: number, to: number): number {
    if (this.slow !== undefined) return this.internSlow(this.slow, source, from, to);
    let hash = HASH_SEED;
    for (let i = from; i < to; i++) hash = mixHash(hash, source[i]!);
    let row = this.index.first(hash);
    while (row !== NONE && !this.holds(row, source, from, to)) row = this.index.next();
    if (row === NONE) {
      row = this.append(source, from, to);
      this.index.add(hash, row);
    }
    if (this.index.flooded) this.turnSlow();
    return row;
  }

  text(row: number): string {
    let text = this.texts[row];
    if (text === undefined) {
      text = decodeUtf8Lossy(this.heap.bytes.subarray(this.startOf(row), this.end.values[row]!));
      this.texts[row] = text;
    }
    return text;
  }

  private startOf(row: number): number {
    return row === 0 ? 0 : this.end.values[row - 1]!;
  }

  private holds(row: number, source: Uint8Array, from: number, to: number): boolean {
    const start = this.startOf(row);
    if (this.end.values[row]! - start !== to - from) return false;
    const { bytes } = this.heap;
    for (let i = from, at = start; i < to; i++, at++) if (bytes[at] !== source[i]) return false;
    return true;
  }

  private append(source: Uint8Array, from: number, to: number): number {
    this.heap.append(source, from, to);
    return this.end.push(this.heap.length);
  }

  private turnSlow(): void {
    this.slow = new Map();
    for (let row = 0; row < this.length; row++) {
      this.slow.set(latin1.decode(this.heap.bytes.subarray(this.startOf(row), this.end.values[row]!)), row);
    }
  }

  private internSlow(slow: Map<string, number>, source: Uint8Array, from: number, to: number): number {
    const key = latin1.decode(source.subarray(from, to));
    let row = slow.get(key);
    if (row === undefined) {
      row = this.append(source, from, to);
      slow.set(key, row);
    }
    return row;
  }
}
