import { NONE } from "../base/brand.ts";

/** Words of a node: name and word of the child used last, its parent and kind, its name. A step reads one cache line. */
const NODE = 4;
const CHILD_NAME = 0;
/** 0: no child yet; else the child's number, its kind, and whether it is the only child and so not in the table. */
const CHILD = 1;
const CHILD_SHIFT = 3;
const CHILD_KIND = 0b110;
const ONLY_CHILD = 1;
/** The parent's number and the node's own kind. */
const PARENT = 2;
const PARENT_SHIFT = 2;
const OWN_KIND = 0b11;
const NAME = 3;
/** Words of a slot of the table: hash, node (0: free). */
const SLOT = 2;
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
 * Merges stacks into a tree, one stack at a time. Names are 32-bit numbers the caller gives; numbers of nodes end at 2^28.
 * The child used last is found in its parent; only children of parents that have several are in the hash table.
 */
export class FlameTreeBuilder {
  length = 0;
  private nodes = new Int32Array(1024 * NODE);
  private self = new Float64Array(1024);
  private slots = new Int32Array(2048 * SLOT);
  private mask = 2047;
  private filled = 0;
  /** Used instead of the slots once somebody has made keys collide. */
  private slow: Map<string, number> | undefined;

  constructor(rootName: number) {
    this.append(0, rootName, FLAME_ROOT);
  }

  /** The child of `parent` with that name and kind; made if it is new. */
  child(parent: number, name: number, kind: number = FLAME_FRAME): number {
    const at = parent * NODE;
    const word = this.nodes[at + CHILD]!;
    if (this.nodes[at + CHILD_NAME] === name && (word & CHILD_KIND) === kind << 1 && word !== 0) {
      return word >> CHILD_SHIFT;
    }
    this.reserve(1);
    return this.otherChild(parent, name, kind);
  }

  nameOf(node: number): number {
    return this.nodes[node * NODE + NAME]!;
  }

  count(node: number, weight: number): void {
    this.self[node]! += weight;
  }

  /** Adds `path[from … to)`, outermost first, below `parent`. */
  addStack(path: ArrayLike<number>, from: number, to: number, weight: number, parent = 0): void {
    this.reserve(to - from);
    const { nodes } = this;
    let node = parent;
    for (let ix = from; ix < to; ix++) {
      const name = path[ix]!;
      const at = node * NODE;
      const word = nodes[at + CHILD]!;
      const isLast = nodes[at + CHILD_NAME] === name && (word & CHILD_KIND) === FLAME_FRAME << 1 && word !== 0;
      node = isLast ? word >> CHILD_SHIFT : this.otherChild(node, name, FLAME_FRAME);
    }
    this.self[node]! += weight;
  }

  build(names: readonly string[]): FlameTree {
    const { length, nodes } = this;
    const name = new Int32Array(length);
    const parent = new Int32Array(length);
    const kind = new Uint8Array(length);
    for (let node = 0, at = 0; node < length; node++, at += NODE) {
      const word = nodes[at + PARENT]!;
      name[node] = nodes[at + NAME]!;
      parent[node] = word >> PARENT_SHIFT;
      kind[node] = word & OWN_KIND;
    }
    parent[0] = NONE;
    const self = this.self.slice(0, length);
    return { names, name, parent, self, total: addUp(parent, self), kind };
  }

  /** Not the child used last; room for one more node is there. */
  private otherChild(parent: number, name: number, kind: number): number {
    const { nodes } = this;
    const at = parent * NODE;
    const word = nodes[at + CHILD]!;
    const childKind = kind << 1;
    let node: number;
    if (word === 0) {
      node = this.append(parent, name, kind);
      nodes[at + CHILD] = (node << CHILD_SHIFT) | childKind | ONLY_CHILD;
    } else {
      if ((word & ONLY_CHILD) !== 0)
        this.find(parent, nodes[at + CHILD_NAME]!, (word & CHILD_KIND) >> 1, word >> CHILD_SHIFT);
      node = this.find(parent, name, kind, NONE);
      nodes[at + CHILD] = (node << CHILD_SHIFT) | childKind;
    }
    nodes[at + CHILD_NAME] = name;
    return node;
  }

  /** The node of that key in the table. If it is not there: puts `node` there, or a new one for `NONE`. */
  private find(parent: number, name: number, kind: number, node: number): number {
    if (this.slow !== undefined) return this.findSlow(this.slow, parent, name, kind, node);
    const { slots, mask, nodes } = this;
    const hash = hashOf(parent, name, kind);
    const owner = (parent << PARENT_SHIFT) | kind;
    let probes = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = slots[slot * SLOT + 1]!;
      if (known === 0) return this.insert(slot * SLOT, hash, node === NONE ? this.append(parent, name, kind) : node);
      if (slots[slot * SLOT] === hash) {
        const at = known * NODE;
        if (nodes[at + PARENT] === owner && nodes[at + NAME] === name) return known;
      }
      if (++probes > MAX_PROBES) return this.turnSlow(parent, name, kind, node);
    }
  }

  private insert(at: number, hash: number, node: number): number {
    this.slots[at] = hash;
    this.slots[at + 1] = node;
    if (++this.filled * 2 > this.mask) this.growSlots();
    return node;
  }

  private append(parent: number, name: number, kind: number): number {
    const node = this.length++;
    const at = node * NODE;
    this.nodes[at + PARENT] = (parent << PARENT_SHIFT) | kind;
    this.nodes[at + NAME] = name;
    return node;
  }

  /** Makes room for so many nodes more. */
  private reserve(count: number): void {
    let size = this.self.length;
    if (this.length + count <= size) return;
    while (this.length + count > size) size *= 2;
    const nodes = new Int32Array(size * NODE);
    nodes.set(this.nodes);
    this.nodes = nodes;
    const self = new Float64Array(size);
    self.set(this.self);
    this.self = self;
  }

  private growSlots(): void {
    const old = this.slots;
    const size = (this.mask + 1) * 4;
    const slots = new Int32Array(size * SLOT);
    const mask = size - 1;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 1] === 0) continue;
      let slot = old[from]! & mask;
      while (slots[slot * SLOT + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * SLOT] = old[from]!;
      slots[slot * SLOT + 1] = old[from + 1]!;
    }
    this.slots = slots;
    this.mask = mask;
  }

  private turnSlow(parent: number, name: number, kind: number, child: number): number {
    const { nodes } = this;
    this.slow = new Map();
    for (let node = 1; node < this.length; node++) {
      const word = nodes[node * NODE + PARENT]!;
      this.slow.set(`${word >> PARENT_SHIFT},${nodes[node * NODE + NAME]},${word & OWN_KIND}`, node);
    }
    return this.findSlow(this.slow, parent, name, kind, child);
  }

  private findSlow(slow: Map<string, number>, parent: number, name: number, kind: number, child: number): number {
    const key = `${parent},${name},${kind}`;
    const known = slow.get(key);
    if (known !== undefined) return known;
    const node = child === NONE ? this.append(parent, name, kind) : child;
    slow.set(key, node);
    return node;
  }
}

function hashOf(parent: number, name: number, kind: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(name + kind * 0x1000_0001, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Totals from the leaves to the root: children come after their parents. */
function addUp(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = total.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!;
  return total;
}
