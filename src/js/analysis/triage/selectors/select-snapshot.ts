import type { LogRecord } from "../../../model/logs.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import { type Frame, framesOf, type StackContext } from "../../../model/stacks.ts";
import type { ValueKind, ValueNode, ValueSource } from "../../../model/values.ts";
import { labelReader } from "../../context-labels.ts";
import { bool, float, int, NODE, problemValue, string, type Value, vector } from "../values.ts";
import { type Segment, segmentMatcher } from "./segment.ts";
import type { SelectContext, Selected } from "./select-inspect.ts";
import type { SnapshotSelector } from "./snapshot-selector.ts";

/**
 * Selects from the shapes every format fills. What a path means in each shape is told in docs/rules.md:
 * `facts:<key>`; `values/<name>/…[:<member>]`; `stacks/<context>[/<frame>]:<property>`; `logs[/<tag>]:<property>`.
 */
export function selectFromSnapshot(
  snapshot: Snapshot,
  selector: SnapshotSelector,
  written: string,
  context: SelectContext,
): readonly Selected[] {
  if (selector.format !== "*" && selector.format !== snapshot.format) {
    const message = `No ${selector.format} snapshot for selector ${written}`;
    return [{ value: problemValue({ kind: "Missing", message }), from: written }];
  }
  const run = { snapshot, selector, context, origin: `${snapshot.format}:${selector.shape}` };
  switch (selector.shape) {
    case "facts":
      return selectFacts(run);
    case "values":
      return selectValues(run);
    case "stacks":
      return selectStacks(run);
    case "logs":
      return selectLogs(run);
  }
}

interface SelectRun {
  readonly snapshot: Snapshot;
  readonly selector: SnapshotSelector;
  readonly context: SelectContext;
  /** How the place of what is found begins. */
  readonly origin: string;
}

type Properties = ReadonlyMap<string, Value>;

/** A key is the property, or the path's segments with `.` between them. */
function selectFacts({ snapshot, selector, context, origin }: SelectRun): readonly Selected[] {
  const parts = selector.property === undefined ? selector.path : [...selector.path, selector.property];
  const matchers = parts.map(segmentMatcher);
  context.spend(1 + snapshot.facts.length);
  return snapshot.facts
    .filter(({ key }) => {
      if (matchers.length === 1) return matchers[0]!(key);
      const words = key.split(".");
      return words.length === matchers.length && matchers.every((matches, ix) => matches(words[ix]!));
    })
    .map((fact) => ({ value: plainValue(fact.value), from: `${origin}:${fact.key}` }));
}

function selectValues({ snapshot, selector, context, origin }: SelectRun): readonly Selected[] {
  const { values } = snapshot;
  let places: { readonly node: ValueNode; readonly path: string }[] = [{ node: values.root, path: origin }];
  for (const segment of selector.path) {
    places = places.flatMap((place) =>
      matchChildren(values, place.node, segment, context).map((node) => ({ node, path: `${place.path}/${node.name}` })),
    );
  }
  if (selector.property !== undefined) {
    const { property } = selector;
    return places.flatMap((place) =>
      matchChildren(values, place.node, property, context).map((node) => ({
        value: nodeValue(values, node, context),
        from: `${place.path}:${node.name}`,
      })),
    );
  }
  return places.flatMap((place) => {
    if (!isContainer(place.node.kind)) return [{ value: nodeValue(values, place.node, context), from: place.path }];
    const members = matchChildren(values, place.node, ANY_NAME, context);
    return members.map((node) => ({ value: nodeValue(values, node, context), from: `${place.path}:${node.name}` }));
  });
}

const ANY_NAME: Segment = { kind: "pattern", pattern: "*" };

function matchChildren(
  values: ValueSource,
  node: ValueNode,
  segment: Segment,
  context: SelectContext,
): readonly ValueNode[] {
  const target = node.kind === "pointer" ? (values.follow?.(node) ?? node) : node;
  if (segment.kind === "exact") {
    context.spend(1);
    const child = values.child(target, segment.text);
    return child === undefined ? [] : [child];
  }
  const matches = segmentMatcher(segment);
  const count = values.count(target);
  context.spend(1 + count);
  return values.page(target, 0, count).filter((child) => matches(child.name));
}

function isContainer(kind: ValueKind): boolean {
  return kind === "struct" || kind === "union" || kind === "map" || kind === "entry";
}

/** Structs and maps are a `Node`, arrays a vector, what could not be read a problem. */
function nodeValue(values: ValueSource, node: ValueNode, context: SelectContext): Value {
  if (node.kind === "absent") return problemValue({ kind: "Missing", message: node.problem?.message ?? "Absent" });
  if (node.kind === "error")
    return problemValue({ kind: "ValueError", message: node.problem?.message ?? "Unreadable" });
  if (isContainer(node.kind)) return NODE;
  if (node.kind === "array") {
    const count = values.count(node);
    context.spend(1 + count);
    return vector(values.page(node, 0, count).map((item) => nodeValue(values, item, context)));
  }
  const scalar = values.scalar(node) ?? values.rawInteger?.(node) ?? null;
  return scalar === null ? problemValue({ kind: "Missing", message: `${node.name} is null` }) : plainValue(scalar);
}

function plainValue(value: bigint | number | boolean | string | Uint8Array): Value {
  if (typeof value === "bigint") return int(value);
  if (typeof value === "number") return float(value);
  if (typeof value === "string") return string(value);
  return typeof value === "boolean" ? bool(value) : { kind: "Bytes", value };
}

function selectStacks({ snapshot, selector, context, origin }: SelectRun): readonly Selected[] {
  const { stacks } = snapshot;
  const [contextSegment, frameSegment] = selector.path;
  const isWanted = contextSegment === undefined ? (): boolean => true : segmentMatcher(contextSegment);
  const labelsOf = labelReader(stacks);
  context.spend(1 + stacks.contexts.length);
  const found: Selected[] = [];
  for (const one of stacks.contexts) {
    if (!isWanted(one.name)) continue;
    const frames = framesOf(stacks, one.stack);
    context.spend(frames.length);
    const place = `${origin}/${one.name}`;
    if (frameSegment === undefined)
      addProperties(contextProperties(one, frames, labelsOf(one)), selector, place, found);
    else {
      const isFrame = segmentMatcher(frameSegment);
      frames.forEach((frame, ix) => {
        if (isFrame(String(ix))) addProperties(frameProperties(frame), selector, `${place}/${ix}`, found);
      });
    }
  }
  return found;
}

/** The property that is asked for; without one a `Node`. */
function addProperties(properties: Properties, selector: SnapshotSelector, place: string, found: Selected[]): void {
  if (selector.property === undefined) {
    found.push({ value: NODE, from: place });
    return;
  }
  const matches = segmentMatcher(selector.property);
  for (const [name, value] of properties) if (matches(name)) found.push({ value, from: `${place}:${name}` });
}

function contextProperties(
  context: StackContext,
  frames: readonly Frame[],
  labels: StackContext["labels"] = {},
): Properties {
  const properties = new Map<string, Value>([
    ["name", string(context.name)],
    ["kind", string(context.kind)],
    ["count", int(context.count)],
    ["depth", int(BigInt(frames.length))],
    ["active", bool(context.active === true)],
    ["traits", vector((context.traits ?? []).map(string))],
    ["functions", vector(frames.map((frame) => string(frame.functionName)))],
  ]);
  if (context.id !== undefined) properties.set("id", int(context.id));
  if (context.state !== undefined) properties.set("state", string(context.state));
  if (context.normalState !== undefined) properties.set("state", string(context.normalState));
  if (context.waitAtLeastNs !== undefined) properties.set("wait", int(context.waitAtLeastNs));
  if (context.process !== undefined) properties.set("process", string(context.process));
  if (frames[0] !== undefined) properties.set("function", string(frames[0].functionName));
  for (const [key, value] of Object.entries(labels)) properties.set(`label.${key}`, string(value));
  return properties;
}

function frameProperties(frame: Frame): Properties {
  const properties = new Map<string, Value>([["function", string(frame.functionName)]]);
  if (frame.file !== undefined) properties.set("file", string(frame.file));
  if (frame.line !== undefined) properties.set("line", int(BigInt(frame.line)));
  if (frame.address !== undefined) properties.set("address", int(frame.address));
  if (frame.module !== undefined) properties.set("module", string(frame.module));
  return properties;
}

function selectLogs({ snapshot, selector, context, origin }: SelectRun): readonly Selected[] {
  const { logs } = snapshot;
  const [tag] = selector.path;
  const isWanted = tag === undefined ? (): boolean => true : segmentMatcher(tag);
  context.spend(1 + logs.length);
  const found: Selected[] = [];
  for (let ix = 0; ix < logs.length; ix++) {
    const record = logs.at(ix);
    const tags = record.module === undefined ? (record.tags ?? []) : [record.module, ...(record.tags ?? [])];
    if (tag === undefined || tags.some(isWanted)) {
      addProperties(recordProperties(record), selector, `${origin}/${ix}`, found);
    }
  }
  return found;
}

function recordProperties(record: LogRecord): Properties {
  const properties = new Map<string, Value>([["text", string(record.text)]]);
  if (record.time !== undefined) properties.set("time", int(record.time));
  if (record.level !== undefined) properties.set("level", string(record.level));
  if (record.module !== undefined) properties.set("module", string(record.module));
  if (record.thread !== undefined) properties.set("thread", string(record.thread));
  if (record.file !== undefined) properties.set("file", string(record.file));
  if (record.line !== undefined) properties.set("line", int(BigInt(record.line)));
  if (record.dropped !== undefined) properties.set("dropped", int(BigInt(record.dropped)));
  return properties;
}
