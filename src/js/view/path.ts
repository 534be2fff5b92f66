import { SnapshotError } from "../base/errors.ts";
import { attempt, type Result } from "../base/result.ts";
import { suggestNames } from "../base/text.ts";
import { partialOf, targetOf } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";

/**
 * Dotted paths over any snapshot (docs/view.md):
 *
 * - `a.b` a member; without quotes the longest name that exists wins, so `bpf.bss.nr` finds the map `bpf.bss`
 * - `[2]` or `.2` an array element, `[key]` a map entry by the text of its key, `["any name"]` a name with JSON escapes
 * - `[#2]` the third child in source order, for names that occur twice
 *
 * Pointers are followed, and an entry stands for its value, where the next name asks for it.
 */
export interface PathTarget {
  readonly values: ValueSource;
}

export interface ChildRange {
  /** First child, counted from 0. */
  readonly from?: number;
  /** At most so many; default 1000. */
  readonly count?: number;
}

export interface PathChild {
  /** A path that leads to this child and no other. */
  readonly path: string;
  readonly node: ValueNode;
  /** Number of its own children. */
  readonly count: number;
}

export interface ChildPage {
  readonly path: string;
  readonly node: ValueNode;
  readonly total: number;
  readonly from: number;
  readonly children: readonly PathChild[];
}

const PATH_LENGTH = 16_384;
const PAGE = 1000;
const FOLLOWED = 64;
const NAMES_SHOWN = 20;
const NAMES_KEPT = 1000;
/** Beyond so many members, equal names are looked for in the page alone. */
const NAMES_COMPARED = 65_536;
const PLAIN_NAME = /^[A-Za-z_$][\w$-]*$/;
const INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** One resolved step: `container` is what held the child, pointers followed. */
export interface Step {
  readonly container: ValueNode;
  readonly node: ValueNode;
  readonly segment: Segment;
}

export type Segment =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "ordinal"; readonly ix: number };

/**
 * The value at `path`; `""` is the root.
 * @throws SnapshotError `PathNotFound` with `available`, `MalformedPath`.
 */
export function getPath(snapshot: PathTarget, path: string): ValueNode {
  return walkFrom(snapshot.values, snapshot.values.root, path).at(-1)?.node ?? snapshot.values.root;
}

export function tryGetPath(snapshot: PathTarget, path: string): Result<ValueNode> {
  return attempt(() => getPath(snapshot, path));
}

/**
 * What is inside the value at `path`, a page at a time. Pointers are followed; an entry keeps its own children.
 * @throws SnapshotError `PathNotFound`, `MalformedPath`.
 */
export function listChildren(snapshot: PathTarget, path: string, range: ChildRange = {}): ChildPage {
  const { values } = snapshot;
  const steps = walkFrom(values, values.root, path);
  const node = steps.at(-1)?.node ?? values.root;
  const container = pointee(values, node);
  const total = values.count(container);
  const from = Math.min(Math.max(0, range.from ?? 0), total);
  const nodes = values.page(container, from, Math.min(range.count ?? PAGE, total - from));
  const segments = segmentsOf(values, container, nodes, from);
  const children = nodes.map((child, i): PathChild => {
    const step: Step = { container, node: child, segment: segments[i]! };
    return { path: renderSteps(values, [...steps, step]), node: child, count: values.count(pointee(values, child)) };
  });
  return { path: renderSteps(values, steps), node, total, from, children };
}

/** The path in its shortest unambiguous form. */
export function canonicalPath(snapshot: PathTarget, path: string): string {
  return renderSteps(snapshot.values, walkFrom(snapshot.values, snapshot.values.root, path));
}

/** The steps of `path` from any node. @throws SnapshotError `PathNotFound`, `MalformedPath`. */
export function walkFrom(values: ValueSource, root: ValueNode, path: string): Step[] {
  if (path.length > PATH_LENGTH) fail(path, path.length, `is longer than ${PATH_LENGTH} characters`);
  const steps: Step[] = [];
  let node = root;
  let at = 0;
  while (at < path.length) {
    if (path[at] === "[") {
      const bracket = readBracket(path, at);
      const step = findInBracket(values, node, bracket.segment);
      if (step === undefined) throw notFound(values, node, path, at, bracket.text);
      steps.push(step);
      at = bracket.end;
    } else {
      if (steps.length > 0) {
        if (path[at] !== ".") fail(path, at, 'needs "." or "[" after a bracket');
        at++;
      }
      const step = findByName(values, node, path.slice(at));
      if (step === undefined) throw nameNotFound(values, node, path, at);
      steps.push(step);
      at += step.segment.kind === "name" ? step.segment.name.length : 0;
    }
    node = steps.at(-1)!.node;
  }
  return steps;
}

// -- reading ---------------------------------------------------------------------------------------------------------

function readBracket(path: string, at: number): { segment: Segment; text: string; end: number } {
  if (path[at + 1] === '"') return readQuoted(path, at);
  const close = path.indexOf("]", at);
  if (close < 0) fail(path, at, 'has "[" without "]"');
  const text = path.slice(at + 1, close);
  if (text === "") fail(path, at, "has empty brackets");
  const ordinal = text[0] === "#" && INDEX.test(text.slice(1));
  const segment: Segment = ordinal ? { kind: "ordinal", ix: Number(text.slice(1)) } : { kind: "key", name: text };
  return { segment, text, end: close + 1 };
}

function readQuoted(path: string, at: number): { segment: Segment; text: string; end: number } {
  const match = /"(?:[^"\\]|\\.)*"\]/sy;
  match.lastIndex = at + 1;
  if (!match.test(path)) fail(path, at, "has a quoted name that does not end");
  const end = match.lastIndex;
  const name = unquote(path.slice(at + 1, end - 1));
  if (name === undefined) fail(path, at, "has a quoted name with an unknown escape");
  return { segment: { kind: "key", name }, text: name, end };
}

function unquote(text: string): string | undefined {
  try {
    const name: unknown = JSON.parse(text);
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

// -- finding ---------------------------------------------------------------------------------------------------------

function findInBracket(values: ValueSource, from: ValueNode, segment: Segment): Step | undefined {
  for (const container of layers(values, from)) {
    const node =
      segment.kind === "ordinal" ? childAt(values, container, segment.ix) : byKey(values, container, segment);
    if (node !== undefined) return { container, node, segment };
  }
  return undefined;
}

function byKey(values: ValueSource, container: ValueNode, segment: { readonly name: string }): ValueNode | undefined {
  if (container.kind !== "array") return values.child(container, segment.name);
  return INDEX.test(segment.name) ? childAt(values, container, Number(segment.name)) : undefined;
}

function childAt(values: ValueSource, container: ValueNode, ix: number): ValueNode | undefined {
  return ix < values.count(container) ? values.page(container, ix, 1)[0] : undefined;
}

/** The longest name at the start of `rest` that some layer of `from` has; outer layers win over inner ones. */
function findByName(values: ValueSource, from: ValueNode, rest: string): Step | undefined {
  for (const container of layers(values, from)) {
    if (container.kind === "array") {
      const element = findByNumber(values, container, rest);
      if (element !== undefined) return element;
      continue;
    }
    for (let end = rest.length; end > 0; end = previousBoundary(rest, end)) {
      const name = rest.slice(0, end);
      const node = values.child(container, name);
      if (node !== undefined) return { container, node, segment: { kind: "name", name } };
    }
  }
  return undefined;
}

/** `rows.2.n`: an element may be written like a name. */
function findByNumber(values: ValueSource, container: ValueNode, rest: string): Step | undefined {
  const name = rest.slice(0, /[.[]/.exec(rest)?.index ?? rest.length);
  const node = INDEX.test(name) ? childAt(values, container, Number(name)) : undefined;
  return node && { container, node, segment: { kind: "name", name } };
}

function previousBoundary(rest: string, end: number): number {
  return Math.max(rest.lastIndexOf(".", end - 1), rest.lastIndexOf("[", end - 1));
}

/** The node itself, then what it stands for: a pointer's target, an entry's value, what is left of a cut value. */
function* layers(values: ValueSource, from: ValueNode): Generator<ValueNode> {
  let node: ValueNode | undefined = from;
  for (let hops = 0; node !== undefined && hops <= FOLLOWED; hops++) {
    yield node;
    node = node.kind === "entry" ? values.child(node, "value") : (targetOf(values, node) ?? partialOf(values, node));
  }
}

/** The node itself, or what a chain of pointers ends at. */
export function pointee(values: ValueSource, from: ValueNode): ValueNode {
  let node = from;
  for (let hops = 0; hops < FOLLOWED; hops++) {
    const next = targetOf(values, node);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

// -- writing ---------------------------------------------------------------------------------------------------------

/** How the children `from` … of a container are written in a path. */
function segmentsOf(values: ValueSource, container: ValueNode, nodes: readonly ValueNode[], from: number): Segment[] {
  if (container.kind === "array") return nodes.map((_, i) => ({ kind: "key", name: String(from + i) }));
  const seen = new Set<string>();
  if (from <= NAMES_COMPARED) for (const earlier of values.page(container, 0, from)) seen.add(earlier.name);
  return nodes.map((node, i) => {
    const twin = seen.has(node.name);
    seen.add(node.name);
    if (twin) return { kind: "ordinal", ix: from + i };
    return { kind: container.kind === "map" ? "key" : "name", name: node.name };
  });
}

/** From the right, so that each plain name can be checked against what follows it. */
export function renderSteps(values: ValueSource, steps: readonly Step[]): string {
  let text = "";
  for (let i = steps.length - 1; i >= 0; i--) {
    const { segment, container } = steps[i]!;
    text = renderSegment(values, container, segment, text, i === 0) + text;
  }
  return text;
}

function renderSegment(
  values: ValueSource,
  container: ValueNode,
  segment: Segment,
  rest: string,
  first: boolean,
): string {
  if (segment.kind === "ordinal") return `[#${segment.ix}]`;
  const { name } = segment;
  if (INDEX.test(name)) return `[${name}]`;
  const plain =
    container.kind !== "array" && PLAIN_NAME.test(name) && longestName(values, container, name, rest) === name;
  if (plain) return first ? name : `.${name}`;
  return `[${JSON.stringify(name)}]`;
}

function longestName(values: ValueSource, container: ValueNode, name: string, rest: string): string | undefined {
  const step = findByName(values, container, name + rest);
  return step?.segment.kind === "name" && step.container === container ? step.segment.name : undefined;
}

// -- failing ---------------------------------------------------------------------------------------------------------

function fail(path: string, at: number, why: string): never {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  throw new SnapshotError("MalformedPath", `reading the path ${JSON.stringify(shown)}: it ${why}, at ${at}`, {
    path,
    fields: { component: path.slice(at, at + 80) },
  });
}

function nameNotFound(values: ValueSource, node: ValueNode, path: string, at: number): SnapshotError {
  const rest = path.slice(at);
  const component = rest.slice(0, /[.[]/.exec(rest)?.index ?? rest.length);
  if (component === "") fail(path, at, "has an empty component");
  return notFound(values, node, path, at, component);
}

function notFound(values: ValueSource, from: ValueNode, path: string, at: number, component: string): SnapshotError {
  const node = [...layers(values, from)].at(-1)!;
  const walked = path.slice(0, at).replace(/\.$/, "");
  const place = walked === "" ? "the root" : `${JSON.stringify(walked)} (${node.typeName ?? node.kind})`;
  const total = values.count(node);
  const names = node.kind === "array" ? [] : values.page(node, 0, NAMES_KEPT).map((child) => child.name);
  const message = `reading the path ${JSON.stringify(path)}: ${place} has no ${JSON.stringify(component)}${describeRest(node, total, names, component)}`;
  const problem = node.problem === undefined ? {} : { problem: node.problem.code };
  return new SnapshotError("PathNotFound", message, {
    path,
    available: names,
    fields: { component, walked, ...problem },
  });
}

function describeRest(node: ValueNode, total: number, names: readonly string[], component: string): string {
  if (node.problem !== undefined) return `; it could not be read: ${node.problem.message}`;
  if (total === 0) return "; it has nothing inside";
  if (node.kind === "array") return `; it has ${total} elements, [0] to [${total - 1}]`;
  const near = suggestNames(component, names);
  const hint = near.length > 0 ? `; did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}` : "";
  const shown = names.slice(0, NAMES_SHOWN).map((name) => JSON.stringify(name));
  return `${hint}; it has ${shown.join(", ")}${total > shown.length ? ` and ${total - shown.length} more` : ""}`;
}
