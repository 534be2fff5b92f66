import { NONE } from "./brand.ts";

const FNV_PRIME = 16777619;
/** Rows of equal hash one look-up may offer before the keys are taken for hostile. */
const MAX_PROBES = 512;
/** FNV-1a offset basis, 32 bits. */
export const HASH_SEED = 0x811c9dc5;

/** One step of the FNV-1a mix over 32-bit words; good enough for tables that compare keys anyway. */
export function mixHash(hash: number, word: number): number {
  return Math.imul(hash ^ word, FNV_PRIME);
}

function finishHash(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 12);
}

/**
 * Open-addressing index from a hash to row numbers. It holds no keys: `first` and `next` offer the rows of equal hash
 * and the caller compares their keys. No closure and no object per look-up, so it serves hot loops:
 *
 *     let row = index.first(hash);
 *     while (row !== NONE && !isKeyOf(row)) row = index.next();
 *     if (row === NONE) index.add(hash, (row = appendKey()));
 */
export class HashIndex {
  private rows: Int32Array;
  private hashes: Int32Array;
  private count = 0;
  private mask: number;
  /** Set once a look-up took too long: keys made to collide. The owner then changes to a Map of its own. */
  flooded = false;
  private slot = 0;
  private wanted = 0;
  private probes = 0;

  constructor(capacity = 64) {
    let size = 16;
    while (size < capacity * 2) size *= 2;
    this.rows = new Int32Array(size).fill(NONE);
    this.hashes = new Int32Array(size);
    this.mask = size - 1;
  }

  /** First row of that hash, or `NONE`. */
  first(hash: number): number {
    this.wanted = finishHash(hash);
    this.slot = this.wanted & this.mask;
    this.probes = 0;
    return this.scan();
  }

  /** The next row of the hash last given to `first`, or `NONE`. */
  next(): number {
    this.slot = (this.slot + 1) & this.mask;
    return this.scan();
  }

  private scan(): number {
    const { rows, hashes, mask, wanted } = this;
    let slot = this.slot;
    for (;;) {
      const row = rows[slot]!;
      if (row === NONE || hashes[slot] === wanted) {
        this.slot = slot;
        this.probes += 1;
        if (this.probes > MAX_PROBES) this.flooded = true;
        return row;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Adds a row whose key is not in the index. */
  add(hash: number, row: number): void {
    if (this.count * 2 >= this.rows.length) this.grow();
    this.place(finishHash(hash), row);
    this.count++;
  }

  private place(h: number, row: number): void {
    let slot = h & this.mask;
    while (this.rows[slot] !== NONE) slot = (slot + 1) & this.mask;
    this.rows[slot] = row;
    this.hashes[slot] = h;
  }

  private grow(): void {
    const { rows, hashes } = this;
    this.rows = new Int32Array(rows.length * 2).fill(NONE);
    this.hashes = new Int32Array(rows.length * 2);
    this.mask = this.rows.length - 1;
    for (let slot = 0; slot < rows.length; slot++) if (rows[slot] !== NONE) this.place(hashes[slot]!, rows[slot]!);
  }
}
