import { findFact } from "../model/facts.ts";
import type { LogSource } from "../model/logs.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { framesOf, type StackContext, type StackTable } from "../model/stacks.ts";
import { compareValues, type DiffEntry, type DiffValue, joinPath } from "./diff-entry.ts";
import { diffValues, withoutAddresses } from "./diff-values.ts";
import { normaliseText } from "./normalise.ts";
import { diffSequences } from "./sequence-diff.ts";

export interface DiffSection {
  readonly name: "facts" | "threads" | "logs" | "values";
  readonly entries: readonly DiffEntry[];
  /** Entries beyond the limit. */
  readonly omitted: number;
}

export interface SnapshotDiff {
  readonly before: DiffSubject;
  readonly after: DiffSubject;
  readonly sections: readonly DiffSection[];
  readonly isEqual: boolean;
}

/** What is compared, in a word or two. */
export interface DiffSubject {
  readonly name: string;
  readonly format: string;
  readonly version?: string;
  readonly buildId?: string;
}

export interface DiffOptions {
  /** Entries kept per section; default 1000. */
  readonly maxEntries?: number;
  /**
   * Addresses differ from run to run. `ignore`: pointers are followed instead of compared, and neither registers nor
   * frames without a name count. Default `ignore` for captures of maps, else `compare`.
   */
  readonly addresses?: "compare" | "ignore" | undefined;
}

const MAX_ENTRIES = 1000;
/** Log records compared; of longer logs the newest. */
const MAX_LOGS = 100_000;

/**
 * What differs between two snapshots, by path. Threads are matched by kind and name, frames by function, so that
 * captures of different builds compare; times of log records do not count.
 */
export function diffSnapshots(before: Snapshot, after: Snapshot, options: DiffOptions = {}): SnapshotDiff {
  const max = options.maxEntries ?? MAX_ENTRIES;
  const areCaptures = before.maps !== undefined && after.maps !== undefined;
  const ignore = (options.addresses ?? (areCaptures ? "ignore" : "compare")) === "ignore";
  const sections = [
    section("facts", diffFacts(before, after, ignore), max),
    section("threads", diffContexts(before.stacks, after.stacks, ignore), max),
    section("logs", diffLogs(before.logs, after.logs), max),
    section("values", diffValues(before.values, after.values, ignore), max),
  ];
  return {
    before: subjectOf(before),
    after: subjectOf(after),
    sections,
    isEqual: sections.every(({ entries }) => entries.length === 0),
  };
}

function section(name: DiffSection["name"], entries: Iterable<DiffEntry>, max: number): DiffSection {
  const kept: DiffEntry[] = [];
  let omitted = 0;
  for (const entry of entries) {
    if (kept.length < max) kept.push(entry);
    else omitted++;
  }
  return { name, entries: kept, omitted };
}

function subjectOf({ format, facts, inputs }: Snapshot): DiffSubject {
  const [version, buildId] = [findFact(facts, "version"), findFact(facts, "build-id")];
  return {
    name: inputs[0]?.name ?? "",
    format,
    ...(version !== undefined && { version: String(version) }),
    ...(buildId !== undefined && { buildId: String(buildId) }),
  };
}

// -- facts ------------------------------------------------------------------------------------------------------------

function* diffFacts(
  before: Pick<Snapshot, "facts">,
  after: Pick<Snapshot, "facts">,
  ignoreAddresses: boolean,
): Generator<DiffEntry> {
  const old = new Map(before.facts.map((fact) => [fact.key, fact]));
  const now = new Map(after.facts.map((fact) => [fact.key, fact]));
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [x, y] = [old.get(key), now.get(key)];
    if (ignoreAddresses && x !== undefined && y !== undefined && areAlike(x.value, y.value)) continue;
    yield* compareValues(joinPath("facts", key), x?.value, y?.value, x?.unit ?? y?.unit);
  }
}

/** Two texts that differ in addresses only. */
function areAlike(x: DiffValue, y: DiffValue): boolean {
  return typeof x === "string" && typeof y === "string" && withoutAddresses(x) === withoutAddresses(y);
}

// -- threads ----------------------------------------------------------------------------------------------------------

interface NamedContext {
  readonly path: string;
  readonly context: StackContext;
}

/** Contexts by kind, process and name; equal ones are numbered in order. Ids change from run to run. */
function namedContexts(table: StackTable): Map<string, NamedContext> {
  const named = new Map<string, NamedContext>();
  for (const context of table.contexts) {
    const name = [context.process, context.kind === "exception" ? "exception" : context.name]
      .filter((part) => part !== undefined)
      .join("/");
    let key = `${context.kind} ${name}`;
    let path = joinPath("threads", name === "" ? "(unnamed)" : name);
    for (let n = 2; named.has(key); n++) {
      key = `${context.kind} ${name} ${n}`;
      path = `${joinPath("threads", name === "" ? "(unnamed)" : name)}#${n}`;
    }
    named.set(key, { path, context });
  }
  return named;
}

function* diffContexts(before: StackTable, after: StackTable, ignoreAddresses: boolean): Generator<DiffEntry> {
  const [old, now] = [namedContexts(before), namedContexts(after)];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [x, y] = [old.get(key), now.get(key)];
    if (x === undefined) yield { path: y!.path, kind: "added", after: y!.context.state ?? y!.context.kind };
    else if (y === undefined) yield { path: x.path, kind: "removed", before: x.context.state ?? x.context.kind };
    else yield* diffContext(x.path, x.context, y.context, before, after, ignoreAddresses);
  }
}

function* diffContext(
  path: string,
  x: StackContext,
  y: StackContext,
  before: StackTable,
  after: StackTable,
  ignoreAddresses: boolean,
): Generator<DiffEntry> {
  yield* compareValues(`${path}.name`, x.name, y.name);
  yield* compareValues(`${path}.state`, x.state, y.state);
  yield* compareValues(`${path}.active`, x.active === true, y.active === true);
  yield* compareValues(`${path}.count`, x.count, y.count);
  for (const label of new Set([...Object.keys(x.labels ?? {}), ...Object.keys(y.labels ?? {})])) {
    yield* compareValues(joinPath(`${path}.labels`, label), toNumber(x.labels?.[label]), toNumber(y.labels?.[label]));
  }
  if (!ignoreAddresses) yield* diffRegisters(path, x, y);
  const names = (table: StackTable, context: StackContext): string[] => {
    const all = frameNames(table, context);
    return ignoreAddresses ? all.map((name) => (name.startsWith("0x") ? "(an address)" : name)) : all;
  };
  yield* diffFrames(path, names(before, x), names(after, y));
}

/** Labels hold sizes as text: as numbers they have a delta. */
function toNumber(text: string | undefined): DiffValue | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : text;
}

function* diffRegisters(path: string, x: StackContext, y: StackContext): Generator<DiffEntry> {
  const value = (context: StackContext, name: string): DiffValue | undefined =>
    context.registers?.find((register) => register.name === name)?.value;
  for (const name of new Set([...(x.registers ?? []), ...(y.registers ?? [])].map((register) => register.name))) {
    yield* compareValues(joinPath(`${path}.registers`, name), value(x, name), value(y, name));
  }
}

/** Functions without what changes from build to build; an address stands in for a name that is not known. */
function frameNames(table: StackTable, { stack }: StackContext): string[] {
  return framesOf(table, stack).map(({ functionName, address }) =>
    functionName === "" ? `0x${(address ?? 0n).toString(16)}` : normaliseText(functionName, ["clones", "lambdas"]).text,
  );
}

function* diffFrames(path: string, before: readonly string[], after: readonly string[]): Generator<DiffEntry> {
  for (const edit of diffSequences(before, after)) {
    if (edit.kind === "removed")
      yield { path: `${path}.frames[${edit.before}]`, kind: "removed", before: before[edit.before]! };
    if (edit.kind === "added")
      yield { path: `${path}.frames[${edit.after}]`, kind: "added", after: after[edit.after]! };
  }
}

// -- logs -------------------------------------------------------------------------------------------------------------

function* diffLogs(before: LogSource, after: LogSource): Generator<DiffEntry> {
  const [old, now] = [logLines(before), logLines(after)];
  for (const edit of diffSequences(old.lines, now.lines)) {
    if (edit.kind === "removed") {
      yield { path: `logs[${edit.before + old.from}]`, kind: "removed", before: old.lines[edit.before]! };
    } else if (edit.kind === "added") {
      yield { path: `logs[${edit.after + now.from}]`, kind: "added", after: now.lines[edit.after]! };
    }
  }
}

function logLines(logs: LogSource): { lines: string[]; from: number } {
  const from = Math.max(0, logs.length - MAX_LOGS);
  const lines: string[] = [];
  for (let ix = from; ix < logs.length; ix++) {
    const { level, module, text } = logs.at(ix);
    lines.push([level, module, text].filter((part) => part !== undefined && part !== "").join(" "));
  }
  return { lines, from };
}
