import { NONE } from "../base/brand.ts";
import { compareText } from "../base/text.ts";
import type { CapturedProcess, StackContext, StackIx, StackTable } from "../model/stacks.ts";
import { type ContextGroup, type GroupOptions, groupContexts } from "./group-contexts.ts";
import { perStack, walkStack } from "./stack-walk.ts";

/** How much of a group there was before and after. */
export interface GroupChange {
  readonly before: bigint;
  readonly after: bigint;
  /** The group on either side; one may be missing. */
  readonly inBefore: ContextGroup | undefined;
  readonly inAfter: ContextGroup | undefined;
}

/**
 * Compares two snapshots group by group: the largest change first, unchanged groups left out unless asked for. Ids,
 * addresses and waits do not count, so that two runs of one program can be compared.
 */
export function compareGroups(
  before: StackTable,
  after: StackTable,
  options: GroupOptions & { readonly unchanged?: boolean } = {},
): readonly GroupChange[] {
  const level = options.level ?? "values";
  const common = { creators: "frame", ...options, level, order: "source" } as const;
  const changes = new Map<string, { inBefore?: ContextGroup; inAfter?: ContextGroup }>();
  const collect = (table: StackTable, side: "inBefore" | "inAfter"): void => {
    const keyOf = groupKey(table, common);
    for (const group of groupContexts(table, common)) {
      const key = keyOf(group);
      const entry = changes.get(key) ?? {};
      changes.set(key, entry);
      entry[side] = entry[side] === undefined ? group : joinGroups(entry[side], group);
    }
  };
  collect(before, "inBefore");
  collect(after, "inAfter");
  return [...changes.values()]
    .map(({ inBefore, inAfter }) => ({
      before: inBefore?.count ?? 0n,
      after: inAfter?.count ?? 0n,
      inBefore,
      inAfter,
    }))
    .filter((change) => options.unchanged === true || change.before !== change.after)
    .sort(compareChanges);
}

function compareChanges(a: GroupChange, b: GroupChange): number {
  const size = ({ before, after }: GroupChange): bigint => (after > before ? after - before : before - after);
  if (size(a) !== size(b)) return size(a) > size(b) ? -1 : 1;
  return a.after > b.after ? -1 : a.after < b.after ? 1 : 0;
}

/** Groups that argument shapes keep apart but whose stacks read the same. */
function joinGroups(a: ContextGroup, b: ContextGroup): ContextGroup {
  const members = [...a.members, ...b.members].sort((x, y) => x - y);
  const isLonger = (b.longestWaitNs ?? -1n) > (a.longestWaitNs ?? -1n);
  return {
    ...a,
    members,
    count: a.count + b.count,
    longest: isLonger ? b.longest : a.longest,
    longestWaitNs: isLonger ? b.longestWaitNs : a.longestWaitNs,
    waiting: a.waiting + b.waiting,
    processes: [...new Set([...a.processes, ...b.processes])].sort(compareText),
  };
}

/** A text that means the same in every snapshot. */
function groupKey(table: StackTable, options: GroupOptions): (group: ContextGroup) => string {
  const stackText = perStack((stack) => stackKey(table, stack, options.level === "functions"));
  return ({ members, state, stack, processes }) => {
    const { creator } = table.contexts[members[0]!]!;
    const created = creator === undefined || options.creators === "ignore" ? undefined : table.frames[creator.frame];
    const place = created === undefined ? "" : `${created.functionName}\0${created.line ?? ""}`;
    const process = options.byProcess === true ? processes.join() : "";
    return [state ?? "", place, process, stackText(stack)].join("\n");
  };
}

function stackKey(table: StackTable, stack: StackIx, isFunctionsOnly: boolean): string {
  const parts: string[] = [];
  for (const { functionName, file, line } of walkStack(table, stack)) {
    parts.push(isFunctionsOnly ? functionName : `${functionName}\0${file ?? ""}\0${line ?? ""}`);
  }
  return parts.join("\n");
}

/** What became of one context of the same process. */
export interface ContextChange {
  readonly kind: "gone" | "new" | "stuck" | "moved";
  /** Indices into `contexts`, or `NONE`. */
  readonly before: number;
  readonly after: number;
}

export interface ContextComparison {
  readonly gone: readonly ContextChange[];
  readonly new: readonly ContextChange[];
  /** Blocked at the same place both times; waits are no part of it. */
  readonly stuck: readonly ContextChange[];
  readonly moved: readonly ContextChange[];
  /** Contexts without an id, which cannot be followed. */
  readonly unknown: number;
}

/**
 * Follows contexts by id and creator. That both snapshots are of the same processes is for the caller to know:
 * `sameProcess` names the process of `after` for one of `before`; by default, the name.
 */
export function compareContexts(
  before: StackTable,
  after: StackTable,
  sameProcess: (process: string) => string = (process) => process,
): ContextComparison {
  const found = new Map<string, number>();
  let unknown = 0;
  before.contexts.forEach((context, ix) => {
    const key = identity(before, context, sameProcess(context.process ?? ""));
    if (key === undefined) unknown++;
    else found.set(key, ix);
  });
  const result = {
    gone: [] as ContextChange[],
    new: [] as ContextChange[],
    stuck: [] as ContextChange[],
    moved: [] as ContextChange[],
  };
  const stackBefore = perStack((stack) => stackKey(before, stack, false));
  const stackAfter = perStack((stack) => stackKey(after, stack, false));
  after.contexts.forEach((context, ix) => {
    const key = identity(after, context, context.process ?? "");
    if (key === undefined) {
      unknown++;
      return;
    }
    const earlier = found.get(key);
    if (earlier === undefined) {
      result.new.push({ kind: "new", before: NONE, after: ix });
      return;
    }
    found.delete(key);
    const old = before.contexts[earlier]!;
    const isSame = stackBefore(old.stack) === stackAfter(context.stack) && old.state === context.state;
    const kind = isSame ? "stuck" : "moved";
    result[kind].push({ kind, before: earlier, after: ix });
  });
  for (const ix of found.values()) result.gone.push({ kind: "gone", before: ix, after: NONE });
  return { ...result, unknown };
}

function identity(table: StackTable, { id, creator, kind }: StackContext, process: string): string | undefined {
  if (id === undefined || kind !== "goroutine") return undefined;
  const created = creator === undefined ? undefined : table.frames[creator.frame];
  return `${process}\0${id}\0${created?.functionName ?? ""}\0${creator?.id ?? ""}`;
}

/**
 * Pairs processes of two snapshots that run the same binary under one name, or are the only ones with a build id, or
 * the only ones at all: a dump of one process before and after, in files of two names.
 * @returns a map from names in `before` to names in `after`
 */
export function matchProcesses(before: StackTable, after: StackTable): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const left = new Map((after.processes ?? []).map((process) => [process.name, process]));
  for (const { name, buildId } of before.processes ?? []) {
    const same = left.get(name);
    if (same === undefined || (buildId !== undefined && same.buildId !== undefined && buildId !== same.buildId))
      continue;
    pairs.set(name, name);
    left.delete(name);
  }
  for (const { name, buildId } of before.processes ?? []) {
    if (pairs.has(name) || buildId === undefined) continue;
    const alike = [...left.values()].filter((process) => process.buildId === buildId);
    if (alike.length !== 1) continue;
    pairs.set(name, alike[0]!.name);
    left.delete(alike[0]!.name);
  }
  pairOnlyOnes(before, left, pairs);
  return pairs;
}

function pairOnlyOnes(
  { processes = [] }: StackTable,
  left: ReadonlyMap<string, CapturedProcess>,
  pairs: Map<string, string>,
): void {
  const [only, ...more] = processes;
  const [other] = left.values();
  if (only === undefined || other === undefined || more.length > 0 || left.size !== 1 || pairs.size > 0) return;
  const differ = only.buildId !== undefined && other.buildId !== undefined && only.buildId !== other.buildId;
  if (!differ) pairs.set(only.name, other.name);
}
