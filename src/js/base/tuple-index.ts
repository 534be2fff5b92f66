import { NONE } from "./brand.ts";
import { Int32Column } from "./columns.ts";
import { HASH_SEED, HashIndex, mixHash } from "./hash-index.ts";

/** Gives equal triples of 32-bit numbers one row number; rows count up from 0 in the order of first sight. */
export class TupleIndex {
  readonly a: Int32Column;
  readonly b: Int32Column;
  readonly c: Int32Column;
  private readonly index: HashIndex;
  /** Used instead of `index` once somebody has made keys collide. */
  private slow: Map<string, number> | undefined;

  constructor(capacity = 64) {
    this.a = new Int32Column(capacity);
    this.b = new Int32Column(capacity);
    this.c = new Int32Column(capacity);
    this.index = new HashIndex(capacity);
  }

  get length(): number {
    return this.a.length;
  }

  intern(a: number, b: number, c = 0): number {
    if (this.slow !== undefined) return this.internSlow(this.slow, a, b, c);
    const hash = mixHash(mixHash(mixHash(HASH_SEED, a), b), c);
    let row = this.index.first(hash);
    while (row !== NONE && (this.a.values[row] !== a || this.b.values[row] !== b || this.c.values[row] !== c)) {
      row = this.index.next();
    }
    if (row === NONE) {
      row = this.append(a, b, c);
      this.index.add(hash, row);
    }
    if (this.index.flooded) this.turnSlow();
    return row;
  }

  private append(a: number, b: number, c: number): number {
    this.b.push(b);
    this.c.push(c);
    return this.a.push(a);
  }

  private turnSlow(): void {
    const slow = new Map<string, number>();
    for (let row = 0; row < this.length; row++) {
      slow.set(`${this.a.values[row]},${this.b.values[row]},${this.c.values[row]}`, row);
    }
    this.slow = slow;
  }

  private internSlow(slow: Map<string, number>, a: number, b: number, c: number): number {
    const key = `${a | 0},${b | 0},${c | 0}`;
    let row = slow.get(key);
    if (row === undefined) {
      row = this.append(a, b, c);
      slow.set(key, row);
    }
    return row;
  }
}
