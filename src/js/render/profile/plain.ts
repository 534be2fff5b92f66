import {
  buildCallGraph,
  type CallEdge,
  type CallNode,
  sortEdges,
  type TrimmedGraph,
} from "../../analysis/profile/call-graph.ts";
import { addLabelFrames, compileExpression, filterSamples } from "../../analysis/profile/filters.ts";
import { type Sample, totalOf } from "../../analysis/profile/samples.ts";
import { plainFrame } from "../contexts/plain.ts";
import type { ReportOptions } from "./report.ts";

export type PlainReport = "top" | "tree" | "peek" | "traces" | "tags" | "raw";

const DEFAULTS = { nodeFraction: 0.005, edgeFraction: 0.001 };
const ALL = { nodeCount: 0, nodeFraction: 0, edgeFraction: 0 };

/**
 * The numbers of a profile report as a plain object; names are stable. `raw` is every sample, whatever the filters.
 * @throws SnapshotError `UsageError` for a bad expression.
 */
export function plainReport(
  samples: readonly Sample[],
  report: PlainReport,
  options: ReportOptions,
  peek = "",
): object {
  const rooted = report === "raw" ? samples : addLabelFrames(samples, options);
  const kept = report === "raw" ? samples : filterSamples(rooted, options);
  const head = { report, type: options.header?.type, timeNs: options.header?.timeNs, total: totalOf(rooted) };
  switch (report) {
    case "traces":
    case "raw":
      return { ...head, samples: kept.map(plainSample) };
    case "tags":
      return { ...head, tags: plainTags(kept) };
    case "top":
      return { ...head, ...plainGraph(graphOf(kept, options, 0), false) };
    case "tree":
      return { ...head, ...plainGraph(graphOf(kept, options, 80), true) };
    case "peek": {
      const symbol = compileExpression(peek, "peek");
      const graph = graphOf(kept, { ...options, ...ALL }, 0);
      return { ...head, ...plainGraph({ ...graph, nodes: graph.nodes.filter(({ name }) => symbol.test(name)) }, true) };
    }
  }
}

function graphOf(samples: readonly Sample[], options: ReportOptions, nodeCount: number): TrimmedGraph {
  return buildCallGraph(samples, {
    isCumulative: options.isCumulative,
    nodeCount: options.nodeCount ?? nodeCount,
    nodeFraction: options.nodeFraction ?? DEFAULTS.nodeFraction,
    edgeFraction: options.edgeFraction ?? DEFAULTS.edgeFraction,
  });
}

function plainGraph({ nodes, droppedNodes }: TrimmedGraph, hasEdges: boolean): object {
  return { droppedNodes, nodes: nodes.map((node) => plainNode(node, hasEdges)) };
}

function plainNode({ name, flat, cum, callers, callees }: CallNode, hasEdges: boolean): object {
  const edges = (map: ReadonlyMap<CallNode, CallEdge>, end: "caller" | "callee"): object[] =>
    sortEdges(map.values()).map((edge) => ({ name: edge[end].name, weight: edge.weight, inlined: edge.isInline }));
  const own = { name, flat, cum };
  return hasEdges ? { ...own, callers: edges(callers, "caller"), callees: edges(callees, "callee") } : own;
}

function plainSample({ locations, labels, value }: Sample): object {
  return { value, labels, frames: locations.flatMap(({ lines }) => lines.map(plainFrame)) };
}

function plainTags(samples: readonly Sample[]): object {
  const tags = new Map<string, Map<string, bigint>>();
  for (const { labels, value } of samples) {
    for (const [key, text] of labels) {
      const values = tags.get(key) ?? new Map<string, bigint>();
      tags.set(key, values);
      values.set(text, (values.get(text) ?? 0n) + value);
    }
  }
  return tags;
}
