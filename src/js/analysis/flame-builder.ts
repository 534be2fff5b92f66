import { NONE } from "../base/brand.ts";

/** Words of a slot: parent, name, node + 1 (0: free), kind. One look-up touches one cache line. */
const SLOT = 4;
/** Slots one look-up may visit before the keys are taken for hostile. */
const MAX_PROBES = 256;

/**
 * A flame graph: stacks merged from the root inwards. Node 0 is the root; a parent's number is below its children's.
 * Plain columns: half a million nodes cost megabytes.
 */
export interface FlameTree {
  /** Texts that nodes show. */
  readonly names: readonly string[];
  readonly name: Int32Array;
  /** `NONE` for the root. */
  readonly parent: Int32Array;
  /** Counted where the node is the innermost. */
  readonly self: Float64Array;
  /** Counted in the node and below. */
  readonly total: Float64Array;
  /** Of another tree merged into this one: what was there before. Absent unless it is a difference. */
  readonly before?: Float64Array;
  /** What a node is: a frame, or a level put between (a process, a binary, frames left out). */
  readonly kind: Uint8Array;
}

export const FLAME_FRAME = 0;
export const FLAME_ROOT = 1;
export const FLAME_PROCESS = 2;
export const FLAME_SYNTHETIC = 3;

/**
 * Merges stacks into a tree, one stack at a time. Names are numbers the caller gives. Columns grow by doubling; a look-up
 * is one probe of an open-addressing table that holds its keys, and none at all for the child used last.
 */
export class FlameTreeBuilder {
  length = 0;
  private parent = new Int32Array(1024);
  private name = new Int32Array(1024);
  private self = new Float64Array(1024);
  private kind = new Uint8Array(1024);
  private lastChild = new Int32Array(1024);
  private slots = new Int32Array(2048 * SLOT);
  private mask = 2047;
  /** Used instead of the slots once somebody has made keys collide. */
  private slow: Map<string, number> | undefined;

  constructor(rootName: number) {
    this.append(NONE, rootName, FLAME_ROOT);
  }

  /** The child of `parent` with that name and kind; made if it is new. */
  child(parent: number, name: number, kind: number = FLAME_FRAME): number {
    const last = this.lastChild[parent]!;
    if (last !== 0 && this.name[last] === name && this.kind[last] === kind) return last;
    const node = this.slow === undefined ? this.find(parent, name, kind) : this.findSlow(this.slow, parent, name, kind);
    this.lastChild[parent] = node;
    return node;
  }

  nameOf(node: number): number {
    return this.name[node]!;
  }

  count(node: number, weight: number): void {
    this.self[node]! += weight;
  }

  /** Adds `path[from … to)`, outermost first, below `parent`. */
  addStack(path: ArrayLike<number>, from: number, to: number, weight: number, parent = 0): void {
    let node = parent;
    for (let at = from; at < to; at++) node = this.child(node, path[at]!);
    this.self[node]! += weight;
  }

  build(names: readonly string[]): FlameTree {
    const { length } = this;
    const parent = this.parent.slice(0, length);
    const self = this.self.slice(0, length);
    return {
      names,
      name: this.name.slice(0, length),
      parent,
      self,
      total: addUp(parent, self),
      kind: this.kind.slice(0, length),
    };
  }

  private find(parent: number, name: number, kind: number): number {
    const { slots, mask } = this;
    let probes = 0;
    for (let slot = hashOf(parent, name, kind) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT;
      const entry = slots[at + 2]!;
      if (entry === 0) return this.insert(at, parent, name, kind);
      if (slots[at] === parent && slots[at + 1] === name && slots[at + 3] === kind) return entry - 1;
      if (++probes > MAX_PROBES) return this.turnSlow(parent, name, kind);
    }
  }

  private insert(at: number, parent: number, name: number, kind: number): number {
    const node = this.append(parent, name, kind);
    this.slots[at] = parent;
    this.slots[at + 1] = name;
    this.slots[at + 2] = node + 1;
    this.slots[at + 3] = kind;
    if (this.length * 2 > this.mask) this.growSlots();
    return node;
  }

  private append(parent: number, name: number, kind: number): number {
    const node = this.length++;
    if (node === this.parent.length) this.growColumns();
    this.parent[node] = parent;
    this.name[node] = name;
    this.kind[node] = kind;
    return node;
  }

  private growColumns(): void {
    const size = this.parent.length * 2;
    const widen = <Column extends Int32Array | Float64Array | Uint8Array>(wider: Column, old: Column): Column => {
      wider.set(old);
      return wider;
    };
    this.parent = widen(new Int32Array(size), this.parent);
    this.name = widen(new Int32Array(size), this.name);
    this.lastChild = widen(new Int32Array(size), this.lastChild);
    this.self = widen(new Float64Array(size), this.self);
    this.kind = widen(new Uint8Array(size), this.kind);
  }

  private growSlots(): void {
    const old = this.slots;
    const size = (this.mask + 1) * 4;
    const slots = new Int32Array(size * SLOT);
    const mask = size - 1;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 2] === 0) continue;
      let slot = hashOf(old[from]!, old[from + 1]!, old[from + 3]!) & mask;
      while (slots[slot * SLOT + 2] !== 0) slot = (slot + 1) & mask;
      for (let word = 0; word < SLOT; word++) slots[slot * SLOT + word] = old[from + word]!;
    }
    this.slots = slots;
    this.mask = mask;
  }

  private turnSlow(parent: number, name: number, kind: number): number {
    this.slow = new Map();
    for (let node = 1; node < this.length; node++) {
      this.slow.set(`${this.parent[node]},${this.name[node]},${this.kind[node]}`, node);
    }
    return this.findSlow(this.slow, parent, name, kind);
  }

  private findSlow(slow: Map<string, number>, parent: number, name: number, kind: number): number {
    const key = `${parent},${name},${kind}`;
    let node = slow.get(key);
    if (node === undefined) {
      node = this.append(parent, name, kind);
      slow.set(key, node);
    }
    return node;
  }
}

function hashOf(parent: number, name: number, kind: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(name + kind * 0x1000_0001, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Totals from the leaves to the root: children come after their parents. */
export function addUp(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = total.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!;
  return total;
}
