import { NONE } from "../base/brand.ts";
import { packageOf } from "../base/go-symbol.ts";
import { compareText } from "../base/text.ts";
import type { Frame, StackTable } from "../model/stacks.ts";
import type { ContextPredicate } from "./context-filter.ts";
import { FLAME_FRAME, FLAME_PROCESS, FLAME_SYNTHETIC, type FlameTree, FlameTreeBuilder } from "./flame-builder.ts";

export interface FlameOptions {
  /** What makes two frames one node: `function` (default), `line` (function, file and line) or `package`. */
  readonly by?: "function" | "line" | "package" | undefined;
  /** A level of processes below the root; default: when there are several. */
  readonly byProcess?: boolean | undefined;
  /** A last level of states above the leaves. */
  readonly withStates?: boolean | undefined;
  readonly where?: ContextPredicate | undefined;
}

/** Texts with numbers. */
class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.list.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}

/** The flame graph of a snapshot: processes, then functions from the outermost inwards. Threads are left out. */
export function buildFlameTree(table: StackTable, options: FlameOptions = {}): FlameTree {
  const names = new Names();
  const builder = new FlameTreeBuilder(names.number("all"));
  const assembler = new FlameAssembler(table, builder, names, options);
  assembler.addAll();
  return builder.build(names.list);
}

class FlameAssembler {
  private readonly table: StackTable;
  private readonly builder: FlameTreeBuilder;
  private readonly names: Names;
  private readonly options: FlameOptions;
  private readonly frameNames: Int32Array;
  /** Flame node of each stack node for the process at hand; valid where `stamp` is its number. */
  private readonly placed: Int32Array;
  private readonly stamp: Int32Array;

  constructor(table: StackTable, builder: FlameTreeBuilder, names: Names, options: FlameOptions) {
    this.table = table;
    this.builder = builder;
    this.names = names;
    this.options = options;
    this.frameNames = Int32Array.from(table.frames, (frame) =>
      names.number(frameText(frame, options.by ?? "function")),
    );
    this.placed = new Int32Array(table.frame.length);
    this.stamp = new Int32Array(table.frame.length).fill(NONE);
  }

  addAll(): void {
    const byProcess = this.contextsByProcess();
    const isSplit = this.options.byProcess ?? byProcess.size > 1;
    let number = 0;
    for (const [process, members] of byProcess) {
      const root = isSplit ? this.builder.child(0, this.names.number(process), FLAME_PROCESS) : 0;
      for (const ix of members) this.addContext(ix, root, isSplit ? number : 0);
      number++;
    }
  }

  private contextsByProcess(): Map<string, number[]> {
    const groups = new Map<string, number[]>();
    this.table.contexts.forEach((context, ix) => {
      if (context.kind === "thread" && context.id === undefined && this.table.calls !== undefined) return;
      if (this.options.where !== undefined && !this.options.where(context, ix)) return;
      const process = context.process ?? "";
      const group = groups.get(process);
      if (group === undefined) groups.set(process, [ix]);
      else group.push(ix);
    });
    return groups;
  }

  private addContext(ix: number, root: number, stamp: number): void {
    const { stack, count, state } = this.table.contexts[ix]!;
    let node =
      stack === NONE
        ? this.builder.child(root, this.names.number(NO_FRAMES), FLAME_SYNTHETIC)
        : this.place(stack, root, stamp);
    if (this.options.withStates === true && state !== undefined) {
      node = this.builder.child(node, this.names.number(state), FLAME_SYNTHETIC);
    }
    this.builder.count(node, Number(count));
  }

  /** Flame node of a stack node: walks out to the first placed caller and places the rest on the way back. */
  private place(stack: number, root: number, stamp: number): number {
    const { caller, frame, frames } = this.table;
    const path: number[] = [];
    let at = stack;
    while (at !== NONE && this.stamp[at] !== stamp) {
      path.push(at);
      at = caller[at]!;
    }
    let node = at === NONE ? root : this.placed[at]!;
    for (let i = path.length - 1; i >= 0; i--) {
      const stackNode = path[i]!;
      node = this.step(node, frame[stackNode]!, frames[frame[stackNode]!]!);
      this.placed[stackNode] = node;
      this.stamp[stackNode] = stamp;
    }
    return node;
  }

  private step(node: number, frame: number, { synthetic }: Frame): number {
    const name = this.frameNames[frame]!;
    if (this.options.by === "package" && node !== 0 && this.builder.nameOf(node) === name) return node;
    return this.builder.child(node, name, synthetic === true ? FLAME_SYNTHETIC : FLAME_FRAME);
  }
}

/** Shown for contexts that have no frames: not started, or not readable. */
const NO_FRAMES = "(no frames)";

function frameText({ functionName, file, line, address }: Frame, by: NonNullable<FlameOptions["by"]>): string {
  const name = functionName === "" && address !== undefined ? `0x${address.toString(16)}` : functionName;
  if (by === "package") return packageOf(name) || name;
  return by === "line" && file !== undefined ? `${name} ${file.replace(/^.*\//, "")}:${line ?? 0}` : name;
}

export type FlameOrder = "value" | "name" | "source";

/** Children of every node, ordered: those of node n are `children[first[n] … first[n + 1])`. */
export interface FlameChildren {
  readonly first: Uint32Array;
  readonly children: Int32Array;
}

/** `value` (default): widest first, then by name — left-heavy. `source`: as first seen. */
export function orderChildren(tree: FlameTree, order: FlameOrder = "value"): FlameChildren {
  const { parent, total, name, names } = tree;
  const first = new Uint32Array(parent.length + 1);
  for (let node = 1; node < parent.length; node++) first[parent[node]! + 1]!++;
  for (let node = 0; node < parent.length; node++) first[node + 1]! += first[node]!;
  const at = first.slice();
  const children = new Int32Array(Math.max(0, parent.length - 1));
  for (let node = 1; node < parent.length; node++) children[at[parent[node]!]!++] = node;
  if (order === "source") return { first, children };
  const byName = (a: number, b: number): number => compareText(names[name[a]!]!, names[name[b]!]!) || a - b;
  const compare = order === "name" ? byName : (a: number, b: number): number => total[b]! - total[a]! || byName(a, b);
  for (let node = 0; node < parent.length; node++) {
    if (first[node + 1]! - first[node]! > 1) children.subarray(first[node]!, first[node + 1]!).sort(compare);
  }
  return { first, children };
}

/** Names on the way from the root to a node, the root's left out. */
export function flamePath(tree: FlameTree, node: number): string[] {
  const path: string[] = [];
  for (let at = node; at > 0; at = tree.parent[at]!) path.push(tree.names[tree.name[at]!]!);
  return path.reverse();
}

/** The tree without nodes that are narrower than `share` of the whole, now and before; what they held is their parent's. */
export function pruneFlameTree(tree: FlameTree, share: number): FlameTree {
  const { parent, total, before } = tree;
  const least = share * Math.max(total[0]!, before?.[0] ?? 0);
  const isKept = (node: number): boolean => node === 0 || total[node]! >= least || (before?.[node] ?? 0) >= least;
  const place = new Int32Array(parent.length).fill(NONE);
  const kept: number[] = [];
  for (let node = 0; node < parent.length; node++) {
    if (isKept(node) && (node === 0 || place[parent[node]!]! !== NONE)) place[node] = kept.push(node) - 1;
  }
  const pick = <Column extends Int32Array | Float64Array | Uint8Array>(column: Column, into: Column): Column => {
    kept.forEach((node, ix) => {
      into[ix] = column[node]!;
    });
    return into;
  };
  const size = kept.length;
  const self = pick(total, new Float64Array(size));
  const parents = Int32Array.from(kept, (node) => (node === 0 ? NONE : place[parent[node]!]!));
  for (let node = 1; node < size; node++) self[parents[node]!]! -= total[kept[node]!]!;
  return {
    names: tree.names,
    name: pick(tree.name, new Int32Array(size)),
    parent: parents,
    self,
    total: pick(total, new Float64Array(size)),
    kind: pick(tree.kind, new Uint8Array(size)),
    ...(before !== undefined && { before: pick(before, new Float64Array(size)) }),
  };
}
