import { compareCodePoints } from "../../base/text.ts";
import type { Frame } from "../../model/stacks.ts";
import type { Location, Sample } from "./samples.ts";

/** A function, with what was counted in it and below it. */
export interface CallNode {
  readonly name: string;
  /** Counted where it is the leaf. */
  flat: bigint;
  /** Counted where it is anywhere on the stack, once per sample. */
  cum: bigint;
  readonly callers: Map<CallNode, CallEdge>;
  readonly callees: Map<CallNode, CallEdge>;
}

export interface CallEdge {
  readonly caller: CallNode;
  readonly callee: CallNode;
  weight: bigint;
  /** Every call along it was inlined. */
  isInline: boolean;
}

/** How much of the graph to show. Fractions are of the sum of all flat values, by cum and by weight. */
export interface TrimOptions {
  /** 0: no limit. */
  readonly nodeCount?: number | undefined;
  readonly nodeFraction?: number | undefined;
  readonly edgeFraction?: number | undefined;
  /** Order by cum instead of flat. */
  readonly isCumulative?: boolean | undefined;
}

export interface TrimmedGraph {
  readonly nodes: readonly CallNode[];
  /** Nodes before the limit on their number. */
  readonly originalCount: number;
  readonly droppedNodes: number;
}

/**
 * Functions and calls between them, cut to size as `go tool pprof` does it: nodes that count little are taken out of
 * the stacks first, then the largest are kept, then light edges go.
 */
export function buildCallGraph(samples: readonly Sample[], options: TrimOptions = {}): TrimmedGraph {
  let nodes = buildNodes(samples);
  let droppedNodes = 0;
  const flatSum = nodes.reduce((sum, { flat }) => sum + flat, 0n);
  const nodeCutoff = fractionOf(flatSum, options.nodeFraction ?? 0);
  if (nodeCutoff > 0n) {
    const kept = new Set(nodes.filter(({ cum }) => sizeOf(cum) >= nodeCutoff).map(({ name }) => name));
    if (kept.size !== nodes.length) {
      droppedNodes = nodes.length - kept.size;
      nodes = buildNodes(samples, kept);
    }
  }
  const originalCount = nodes.length;
  const isCumulative = options.isCumulative === true;
  const edgeCutoff = fractionOf(flatSum, options.edgeFraction ?? 0);
  nodes = sortNodes(nodes, isCumulative);
  const most = options.nodeCount ?? 0;
  if (most > 0) {
    dropLightEdges(nodes, edgeCutoff);
    if (nodes.length > most) {
      const kept = new Set(nodes.slice(0, most).map(({ name }) => name));
      nodes = sortNodes(buildNodes(samples, kept), isCumulative);
    }
  }
  dropLightEdges(nodes, edgeCutoff);
  return { nodes, originalCount, droppedNodes };
}

function sizeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Truncated toward zero, as a float product turned into an integer is. */
export function fractionOf(value: bigint, fraction: number): bigint {
  return sizeOf(BigInt(Math.trunc(Number(value) * fraction)));
}

/** Name of a frame in reports: what is known of it, from function down to address. */
export function frameName({ functionName, address, module }: Frame): string {
  if (functionName !== "") return functionName;
  const hex = address === undefined || address === 0n ? "" : `${address.toString(16).padStart(16, "0")} `;
  return module === undefined || module === "" ? `${hex}<unknown>` : `${hex}[${module.replace(/^.*\//, "")}]`;
}

/** @param kept names of the nodes to keep; frames of others are skipped and lend their place to no one */
function buildNodes(samples: readonly Sample[], kept?: ReadonlySet<string>): CallNode[] {
  const builder = new GraphBuilder(kept);
  for (const sample of samples) builder.add(sample);
  return builder.nodes();
}

class GraphBuilder {
  private readonly byName = new Map<string, CallNode>();
  private readonly byLocation = new Map<Location, readonly (CallNode | undefined)[]>();
  private readonly kept: ReadonlySet<string> | undefined;

  constructor(kept: ReadonlySet<string> | undefined) {
    this.kept = kept;
  }

  nodes(): CallNode[] {
    return [...this.byName.values()].filter(({ flat, cum }) => flat !== 0n || cum !== 0n);
  }

  /** Counts a sample once in each node and each edge of its stack, however often they occur. */
  add({ locations, value }: Sample): void {
    const seen = new Set<CallNode>();
    const seenEdges = new Set<CallEdge>();
    let caller: CallNode | undefined;
    let isResidual = false;
    for (let at = locations.length - 1; at >= 0; at--) {
      const nodes = this.nodesOf(locations[at]!);
      for (let line = nodes.length - 1; line >= 0; line--) {
        const node = nodes[line];
        isResidual = node === undefined;
        if (node === undefined) continue;
        if (!seen.has(node)) {
          seen.add(node);
          node.cum += value;
        }
        if (caller !== undefined && caller !== node) {
          countEdge(caller, node, value, line !== nodes.length - 1, seenEdges);
        }
        caller = node;
      }
    }
    if (caller !== undefined && !isResidual) caller.flat += value;
  }

  private nodesOf(location: Location): readonly (CallNode | undefined)[] {
    let nodes = this.byLocation.get(location);
    if (nodes === undefined) {
      nodes = location.lines.map((line) => this.node(frameName(line)));
      this.byLocation.set(location, nodes);
    }
    return nodes;
  }

  private node(name: string): CallNode | undefined {
    if (this.kept !== undefined && !this.kept.has(name)) return undefined;
    let node = this.byName.get(name);
    if (node === undefined) {
      node = { name, flat: 0n, cum: 0n, callers: new Map(), callees: new Map() };
      this.byName.set(name, node);
    }
    return node;
  }
}

function countEdge(caller: CallNode, callee: CallNode, value: bigint, isInline: boolean, seen: Set<CallEdge>): void {
  let edge = caller.callees.get(callee);
  if (edge === undefined) {
    edge = { caller, callee, weight: 0n, isInline };
    caller.callees.set(callee, edge);
    callee.callers.set(caller, edge);
  }
  if (seen.has(edge)) return;
  seen.add(edge);
  edge.weight += value;
  if (!isInline) edge.isInline = false;
}

function dropLightEdges(nodes: readonly CallNode[], cutoff: bigint): void {
  for (const node of nodes) {
    for (const [caller, { weight }] of node.callers) {
      if (sizeOf(weight) >= cutoff) continue;
      node.callers.delete(caller);
      caller.callees.delete(node);
    }
  }
}

/** By |flat| (or |cum|) descending, then name, then the other value. */
function sortNodes(nodes: readonly CallNode[], isCumulative: boolean): CallNode[] {
  const first = (node: CallNode): bigint => sizeOf(isCumulative ? node.cum : node.flat);
  const last = (node: CallNode): bigint => sizeOf(isCumulative ? node.flat : node.cum);
  return [...nodes].sort(
    (a, b) => descending(first(a), first(b)) || compareCodePoints(a.name, b.name) || descending(last(a), last(b)),
  );
}

/** Edges by |weight| descending, then the names at their ends. */
export function sortEdges(edges: Iterable<CallEdge>): CallEdge[] {
  return [...edges].sort(
    (a, b) =>
      descending(sizeOf(a.weight), sizeOf(b.weight)) ||
      compareCodePoints(a.caller.name, b.caller.name) ||
      compareCodePoints(a.callee.name, b.callee.name),
  );
}

export function descending(a: bigint, b: bigint): number {
  return a > b ? -1 : a < b ? 1 : 0;
}
