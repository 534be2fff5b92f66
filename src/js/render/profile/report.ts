import {
  buildCallGraph,
  type CallEdge,
  type CallNode,
  descending,
  fractionOf,
  frameName,
  sortEdges,
  type TrimmedGraph,
} from "../../analysis/profile/call-graph.ts";
import {
  addLabelFrames,
  compileExpression,
  filterSamples,
  type SampleFilters,
} from "../../analysis/profile/filters.ts";
import { type Sample, totalOf } from "../../analysis/profile/samples.ts";
import { append } from "../../base/append.ts";
import { SnapshotError } from "../../base/errors.ts";
import { codePointLength, compareCodePoints } from "../../base/text.ts";
import { fixedText, percentText } from "./percent.ts";

/** Lines above a report. All optional. */
export interface ReportHeader {
  readonly file?: string | undefined;
  readonly buildId?: string | undefined;
  readonly comments?: readonly string[] | undefined;
  /** e.g. `goroutine` */
  readonly type?: string | undefined;
  readonly docUrl?: string | undefined;
  /** ns since the epoch; printed in UTC, where `go tool pprof` prints local time. */
  readonly timeNs?: bigint | undefined;
}

export interface ReportOptions extends SampleFilters {
  readonly header?: ReportHeader | undefined;
  readonly isCumulative?: boolean | undefined;
  /** Default: 0 (all) for top, 80 for tree. */
  readonly nodeCount?: number | undefined;
  /** Default 0.005. */
  readonly nodeFraction?: number | undefined;
  /** Default 0.001. */
  readonly edgeFraction?: number | undefined;
}

const NODE_FRACTION = 0.005;
const EDGE_FRACTION = 0.001;
const TREE_NODES = 80;
const RULE = "----------------------------------------------------------+-------------";
const TREE_TITLE = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";
const TOP_TITLE = "      flat  flat%   sum%        cum   cum%";
const TRACE_RULE = "-----------+-------------------------------------------------------";

/** A report's input after the filters; percentages stay relative to what was there before them. */
interface Prepared {
  readonly samples: readonly Sample[];
  readonly total: bigint;
}

function prepare(samples: readonly Sample[], options: ReportOptions): Prepared {
  const rooted = addLabelFrames(samples, options);
  return { samples: filterSamples(rooted, options), total: totalOf(rooted) };
}

/** The table of `go tool pprof -top`: functions with flat and cum. */
export function renderTop(samples: readonly Sample[], options: ReportOptions = {}): string {
  const { samples: kept, total } = prepare(samples, options);
  const graph = trim(kept, options, 0);
  const lines = [...reportHead(graph, total, options, 0), TOP_TITLE];
  let sum = 0n;
  for (const node of graph.nodes) {
    sum += node.flat;
    const inline = inlineMark(node);
    lines.push(`${countColumns(node, sum, total)}  ${node.name}${inline === "" ? "" : ` ${inline}`}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `go tool pprof -tree`: functions, each with its callers above and its callees below. */
export function renderTree(samples: readonly Sample[], options: ReportOptions = {}): string {
  const { samples: kept, total } = prepare(samples, options);
  return renderNodes(trim(kept, options, TREE_NODES), total, options, TREE_NODES);
}

/**
 * `go tool pprof -peek EXPR`: the tree of the functions that match; nothing is trimmed.
 * @throws SnapshotError `PathNotFound` when none does, `UsageError` for a bad expression.
 */
export function renderPeek(samples: readonly Sample[], expression: string, options: ReportOptions = {}): string {
  const symbol = compileExpression(expression, "peek");
  const { samples: kept, total } = prepare(samples, options);
  const untrimmed = { ...options, nodeCount: 0, nodeFraction: 0, edgeFraction: 0 };
  const graph = trim(kept, untrimmed, 0);
  if (!graph.nodes.some(({ name }) => symbol.test(name))) {
    throw new SnapshotError("PathNotFound", `peek: no function matches ${JSON.stringify(expression)}`, {
      fields: { component: expression },
      available: graph.nodes.slice(0, 20).map(({ name }) => name),
    });
  }
  return renderNodes(graph, total, untrimmed, 0, symbol);
}

function trim(samples: readonly Sample[], options: ReportOptions, nodeCount: number): TrimmedGraph {
  return buildCallGraph(samples, {
    isCumulative: options.isCumulative,
    nodeCount: options.nodeCount ?? nodeCount,
    nodeFraction: options.nodeFraction ?? NODE_FRACTION,
    edgeFraction: options.edgeFraction ?? EDGE_FRACTION,
  });
}

function renderNodes(
  graph: TrimmedGraph,
  total: bigint,
  options: ReportOptions,
  defaultCount: number,
  symbol?: RegExp,
): string {
  const lines = [...reportHead(graph, total, options, defaultCount), RULE, TREE_TITLE];
  let sum = 0n;
  for (const node of graph.nodes) {
    if (symbol !== undefined && !symbol.test(node.name)) continue;
    sum += node.flat;
    lines.push(RULE, ...sortEdges(node.callers.values()).map((edge) => edgeLine(edge, edge.caller, node)));
    lines.push(`${countColumns(node, sum, total)}                | ${node.name}`);
    append(
      lines,
      sortEdges(node.callees.values()).map((edge) => edgeLine(edge, edge.callee, node)),
    );
  }
  if (graph.nodes.length > 0) lines.push(RULE);
  return `${lines.join("\n")}\n`;
}

function edgeLine({ weight, isInline }: CallEdge, other: CallNode, node: CallNode): string {
  const inline = isInline ? " (inline)" : "";
  return `${padStart(String(weight), 50)} ${percentText(weight, node.cum)} |   ${other.name}${inline}`;
}

function countColumns({ flat, cum }: CallNode, sum: bigint, total: bigint): string {
  const columns = [padStart(String(flat), 10), percentText(flat, total), percentText(sum, total)];
  return [...columns, padStart(String(cum), 10), percentText(cum, total)].join(" ");
}

function inlineMark({ callers }: CallNode): string {
  let inline = false;
  let called = false;
  for (const { isInline } of callers.values()) {
    if (isInline) inline = true;
    else called = true;
  }
  if (!inline) return "";
  return called ? "(partial-inline)" : "(inline)";
}

function reportHead(graph: TrimmedGraph, total: bigint, options: ReportOptions, defaultCount: number): string[] {
  const shown = graph.nodes.reduce((sum, { flat }) => sum + flat, 0n);
  const share = percentText(shown, total).trim();
  const lines = [...headerLines(options.header ?? {}), ...filterLines(options)];
  lines.push(`Showing nodes accounting for ${shown}, ${share} of ${total} total`);
  if (total === 0n) return lines;
  if (graph.droppedNodes > 0) {
    const limit = fractionOf(total, options.nodeFraction ?? NODE_FRACTION);
    lines.push(`Dropped ${graph.droppedNodes} node${graph.droppedNodes > 1 ? "s" : ""} (cum <= ${limit})`);
  }
  const most = options.nodeCount ?? defaultCount;
  if (most > 0 && most < graph.originalCount) {
    lines.push(`Showing top ${most} nodes out of ${graph.originalCount}`);
  }
  return lines;
}

function headerLines({ file, buildId, comments, type, docUrl, timeNs }: ReportHeader): string[] {
  const lines: string[] = [];
  if (file !== undefined && file !== "") lines.push(`File: ${file.replace(/^.*\//, "")}`);
  if (buildId !== undefined && buildId !== "") lines.push(`Build ID: ${buildId}`);
  for (const comment of comments ?? []) if (!comment.startsWith("#")) lines.push(comment);
  if (type !== undefined && type !== "") lines.push(`Type: ${type}`);
  if (docUrl !== undefined && docUrl !== "") lines.push(`Doc: ${docUrl}`);
  if (timeNs !== undefined && timeNs !== 0n) lines.push(`Time: ${timeText(timeNs)}`);
  return lines;
}

/** `2026-11-21 01:43:26 UTC` */
export function timeText(ns: bigint): string {
  const seconds = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} s since 1970`;
  return date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

const MAX_FILTER = 80;

function filterLines(options: ReportOptions): string[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ["focus", options.focus],
    ["ignore", options.ignore],
    ["hide", options.hide],
    ["show", options.show],
    ["show_from", options.showFrom],
    ["tagfocus", options.tagFocus],
    ["tagignore", options.tagIgnore],
    ["tagshow", options.tagShow],
    ["taghide", options.tagHide],
  ];
  const lines = named.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [`${name}=${value}`]));
  if (lines.length === 0) return [];
  return [
    "Active filters:",
    ...lines.map((line) => `   ${line.length > MAX_FILTER ? `${line.slice(0, MAX_FILTER)}…` : line}`),
  ];
}

/** `go tool pprof -traces`: every sample with its labels and its stack, leaf first. Samples without a stack are left out. */
export function renderTraces(samples: readonly Sample[], options: ReportOptions = {}): string {
  const { samples: kept } = prepare(samples, options);
  const lines = headerLines(options.header ?? {});
  for (const sample of kept) {
    if (sample.locations.length === 0) continue;
    const labels = [...sample.labels].map(([key, value]) => `${padStart(key, 10)}:  ${value}`);
    lines.push(TRACE_RULE, ...labels.sort(compareCodePoints), ...traceLines(sample));
  }
  lines.push(TRACE_RULE);
  return `${lines.join("\n")}\n`;
}

function traceLines({ locations, value }: Sample): string[] {
  const lines: string[] = [];
  for (const { lines: frames } of locations) {
    frames.forEach((frame, ix) => {
      const first = padStart(lines.length === 0 ? String(value) : "", 10);
      lines.push(`${first}   ${frameName(frame)}${ix < frames.length - 1 ? " (inline)" : ""}`);
    });
  }
  return lines;
}

/** `go tool pprof -tags`: for every label, its values and what they count. */
export function renderTags(samples: readonly Sample[], options: ReportOptions = {}): string {
  const { samples: kept } = prepare(samples, options);
  const byKey = new Map<string, Map<string, bigint>>();
  for (const { labels, value } of kept) {
    for (const [key, text] of labels) {
      const values = byKey.get(key) ?? new Map<string, bigint>();
      byKey.set(key, values);
      values.set(text, (values.get(text) ?? 0n) + value);
    }
  }
  return [...byKey.keys()]
    .sort(compareCodePoints)
    .map((key) => tagBlock(key, byKey.get(key)!))
    .join("");
}

/** Columns are as wide as their widest cell and one more, filled from the left. */
function tagBlock(key: string, values: ReadonlyMap<string, bigint>): string {
  const total = [...values.values()].reduce((sum, value) => sum + value, 0n);
  const sorted = [...values].sort(([a, x], [b, y]) => descending(absolute(x), absolute(y)) || compareCodePoints(a, b));
  const cells = sorted.map(([, value]) =>
    total > 0n ? `${oneDigit(value)} (${percentText(value, total)}):` : `${oneDigit(value)}:`,
  );
  const keyWidth = codePointLength(key) + 2;
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), 0) + 1;
  const lines = [`${padStart(`${key}:`, keyWidth)} Total ${oneDigit(total)}`];
  sorted.forEach(([text], ix) => {
    lines.push(`${" ".repeat(keyWidth)}${padStart(cells[ix]!, width)} ${text}`);
  });
  return `${lines.join("\n")}\n\n`;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function oneDigit(value: bigint): string {
  return value < 0n ? `-${fixedText(Number(-value), 1)}` : fixedText(Number(value), 1);
}

/** Pads by code points. */
function padStart(text: string, width: number): string {
  const missing = width - codePointLength(text);
  return missing > 0 ? " ".repeat(missing) + text : text;
}
