import { NONE } from "../base/brand.ts";
import { FLAME_FRAME, FLAME_SYNTHETIC, type FlameTree, FlameTreeBuilder } from "./flame-builder.ts";

/** One function between its callers and its callees. */
export interface Sandwich {
  /** The function at the root, its callers below it: read from the bottom up. */
  readonly callers: FlameTree;
  /** The function at the root, its callees below it. */
  readonly callees: FlameTree;
  /** Counted with the function anywhere on the stack, once per stack. */
  readonly total: number;
  /** Counted with the function as the leaf. */
  readonly self: number;
}

/** A row of the list of functions. */
export interface FunctionTotal {
  readonly name: string;
  readonly self: number;
  readonly total: number;
}

/** All functions with self and total, the largest total first. Recursion counts once. */
export function functionTotals(tree: FlameTree): readonly FunctionTotal[] {
  const self = new Float64Array(tree.names.length);
  const total = new Float64Array(tree.names.length);
  const outermost = outermostOfName(tree);
  for (let node = 1; node < tree.parent.length; node++) {
    if (tree.kind[node] !== FLAME_FRAME) continue;
    self[tree.name[node]!]! += tree.self[node]!;
    if (outermost[node] === 1) total[tree.name[node]!]! += tree.total[node]!;
  }
  return tree.names
    .map((name, ix) => ({ name, self: self[ix]!, total: total[ix]! }))
    .filter((row) => row.total !== 0 || row.self !== 0)
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
}

/** 1 for nodes that have no ancestor of their own name. */
function outermostOfName(tree: FlameTree): Uint8Array {
  const { parent, name } = tree;
  const marks = new Uint8Array(parent.length).fill(1);
  // Depth-first with a count of open nodes per name: children are visited between a node and the end of its subtree.
  const open = new Int32Array(tree.names.length);
  const { first, next } = childLinks(parent);
  let node = 0;
  for (;;) {
    if (open[name[node]!]! > 0) marks[node] = 0;
    open[name[node]!]!++;
    if (first[node] !== NONE) {
      node = first[node]!;
      continue;
    }
    while (node !== 0 && next[node] === NONE) {
      open[name[node]!]!--;
      node = parent[node]!;
    }
    open[name[node]!]!--;
    if (node === 0) return marks;
    node = next[node]!;
  }
}

function childLinks(parent: Int32Array): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(parent.length).fill(NONE);
  const next = new Int32Array(parent.length).fill(NONE);
  for (let node = parent.length - 1; node > 0; node--) {
    next[node] = first[parent[node]!]!;
    first[parent[node]!] = node;
  }
  return { first, next };
}

/** Callers and callees of one function; undefined when no node has that name. */
export function buildSandwich(tree: FlameTree, functionName: string): Sandwich | undefined {
  const wanted = tree.names.indexOf(functionName);
  if (wanted < 0) return undefined;
  const outermost = outermostOfName(tree);
  const callers = new FlameTreeBuilder(wanted);
  const callees = new FlameTreeBuilder(wanted);
  // Place of each node in the tree of callees; NONE outside the function's subtrees.
  const placed = new Int32Array(tree.parent.length).fill(NONE);
  let total = 0;
  let self = 0;
  for (let node = 0; node < tree.parent.length; node++) {
    const isOurs = tree.name[node] === wanted && tree.kind[node] === FLAME_FRAME;
    const above = node === 0 ? NONE : placed[tree.parent[node]!]!;
    if (isOurs && outermost[node] === 1) {
      placed[node] = 0;
      total += tree.total[node]!;
      addCallers(callers, tree, node);
    } else if (above !== NONE) placed[node] = callees.child(above, tree.name[node]!, tree.kind[node]!);
    if (placed[node] !== NONE) callees.count(placed[node]!, tree.self[node]!);
    if (isOurs) self += tree.self[node]!;
  }
  return { callers: callers.build(tree.names), callees: callees.build(tree.names), total, self };
}

function addCallers(callers: FlameTreeBuilder, tree: FlameTree, node: number): void {
  let at = 0;
  for (let caller = tree.parent[node]!; caller > 0; caller = tree.parent[caller]!) {
    at = callers.child(at, tree.name[caller]!, tree.kind[caller]!);
  }
  callers.count(at, tree.total[node]!);
}

/**
 * The sandwich as one graph for renderers that draw one: under the root the function's callers, innermost first, and its
 * callees. Every stack through the function is in both halves, so the root counts each twice.
 */
export function sandwichTree(tree: FlameTree, functionName: string): FlameTree | undefined {
  const sandwich = buildSandwich(tree, functionName);
  if (sandwich === undefined || sandwich.total === 0) return undefined;
  const names = [...tree.names, "called by", "calls"];
  const builder = new FlameTreeBuilder(tree.name[0]!);
  graft(builder, sandwich.callers, names.length - 2);
  graft(builder, sandwich.callees, names.length - 1);
  return builder.build(names);
}

/** Adds a tree below a level of its own. */
function graft(builder: FlameTreeBuilder, tree: FlameTree, level: number): void {
  const placed = new Int32Array(tree.parent.length);
  const top = builder.child(0, level, FLAME_SYNTHETIC);
  for (let node = 0; node < tree.parent.length; node++) {
    const above = node === 0 ? top : placed[tree.parent[node]!]!;
    placed[node] = builder.child(above, tree.name[node]!, node === 0 ? FLAME_FRAME : tree.kind[node]!);
    builder.count(placed[node]!, tree.self[node]!);
  }
}
