import { NONE } from "../base/brand.ts";
import type { StackContext, StackTable } from "../model/stacks.ts";
import { canBeObject, forEachWord } from "./argument-words.ts";
import { canGoOn, isLockWait, isStuckForEver, stateOf } from "./blocked-states.ts";
import { lockAddressOf } from "./convoys.ts";
import { groupContexts } from "./group-contexts.ts";
import { perStack, rootFrame } from "./stack-walk.ts";

export type SuspicionKind =
  /** Send to or receive from a nil channel: never goes on. */
  | "nil-channel"
  /** `select {}` outside the main function: never goes on. */
  | "empty-select"
  /** The producer has proved that nothing can wake it. */
  | "leaked"
  /** Waits for a group none of whose members can go on. */
  | "blocked-group"
  /** Wait for each other's locks, as far as arguments tell. */
  | "possible-deadlock"
  /** Nearly everything is at one place. */
  | "same-stack";

/** A pattern that deserves a look. `isCertain` is false where a text can only hint. */
export interface Suspicion {
  readonly kind: SuspicionKind;
  readonly isCertain: boolean;
  /** One sentence. */
  readonly message: string;
  readonly process: string | undefined;
  /** Indices into `contexts`, in source order. */
  readonly contexts: readonly number[];
  readonly count: bigint;
}

export interface SuspicionOptions {
  /** Share of a process's contexts in one group that counts as `same-stack`; default 0.9. */
  readonly share?: number | undefined;
  /** Fewest contexts of a process for `same-stack`; default 20. */
  readonly atLeast?: number | undefined;
}

/** Everything suspicious, the certain first. */
export function findSuspicions(table: StackTable, options: SuspicionOptions = {}): readonly Suspicion[] {
  const found = [
    ...stuckForEver(table),
    ...leaked(table),
    ...blockedGroups(table),
    ...lockCycles(table),
    ...sameStack(table, options.share ?? 0.9, options.atLeast ?? 20),
  ];
  return found.sort((a, b) => Number(b.isCertain) - Number(a.isCertain));
}

/** Splits indices by process, in the order of first sight. */
function byProcess(table: StackTable, members: readonly number[]): Map<string | undefined, number[]> {
  const groups = new Map<string | undefined, number[]>();
  for (const ix of members) {
    const { process } = table.contexts[ix]!;
    const group = groups.get(process);
    if (group === undefined) groups.set(process, [ix]);
    else group.push(ix);
  }
  return groups;
}

function suspect(
  table: StackTable,
  kind: SuspicionKind,
  isCertain: boolean,
  members: readonly number[],
  say: (count: bigint) => string,
): Suspicion[] {
  return [...byProcess(table, members)].map(([process, contexts]) => {
    const count = contexts.reduce((sum, ix) => sum + table.contexts[ix]!.count, 0n);
    return { kind, isCertain, message: say(count), process, contexts, count };
  });
}

function indicesOf(table: StackTable, holds: (context: StackContext, ix: number) => boolean): number[] {
  return table.contexts.flatMap((context, ix) => (holds(context, ix) ? [ix] : []));
}

function stuckForEver(table: StackTable): Suspicion[] {
  const isMain = perStack((stack) => {
    const root = rootFrame(table, stack)?.functionName;
    return root === undefined || root === "main.main" || root === "runtime.main" || root === "runtime.goexit";
  });
  const nil = indicesOf(table, (context) => isStuckForEver(context) && stateOf(context).includes("nil chan"));
  const empty = indicesOf(
    table,
    (context) =>
      stateOf(context) === "select (no cases)" &&
      context.id !== 1n &&
      !(context.id === undefined && isMain(context.stack)),
  );
  return [
    ...suspect(table, "nil-channel", true, nil, (n) => `${n} wait on a nil channel: nothing can wake them`),
    ...suspect(table, "empty-select", true, empty, (n) => `${n} wait in a select without cases outside main`),
  ];
}

function leaked(table: StackTable): Suspicion[] {
  const members = indicesOf(table, ({ traits }) => traits?.includes("leaked") === true);
  return suspect(
    table,
    "leaked",
    true,
    members,
    (n) => `${n} are leaked: nothing they wait for can be reached any more`,
  );
}

/** A context in WaitGroup.Wait whose children are all blocked, and not by time or input. */
function blockedGroups(table: StackTable): Suspicion[] {
  const children = childrenById(table);
  return table.contexts.flatMap((context, ix) => {
    if (stateOf(context) !== "sync.WaitGroup.Wait" || context.id === undefined) return [];
    const own = children.get(childKey(context.process, context.id)) ?? [];
    if (own.length === 0 || own.some((child) => canGoOn(table.contexts[child]!))) return [];
    const text = `${own.length} ${own.length === 1 ? "child is" : "children are"} blocked`;
    return suspect(table, "blocked-group", false, [ix], () => `waits for a WaitGroup; its ${text}`);
  });
}

function childKey(process: string | undefined, id: bigint): string {
  return `${process ?? ""}\0${id}`;
}

function childrenById(table: StackTable): ReadonlyMap<string, readonly number[]> {
  const children = new Map<string, number[]>();
  table.contexts.forEach(({ creator, process }, ix) => {
    if (creator?.id === undefined) return;
    const key = childKey(process, creator.id);
    const list = children.get(key);
    if (list === undefined) children.set(key, [ix]);
    else list.push(ix);
  });
  return children;
}

/**
 * Contexts that wait for a lock which another one has in its arguments, round in a circle. Arguments passed in
 * registers are doubtful and do not count; that a context has a lock in its arguments does not prove that it holds it.
 */
function lockCycles(table: StackTable): Suspicion[] {
  const waits = new Map<number, bigint>();
  const inArguments = new Map<string, number[]>();
  table.contexts.forEach((context, ix) => {
    if (!isLockWait(context)) return;
    const lock = lockAddressOf(table, ix);
    if (lock === undefined) return;
    waits.set(ix, lock);
    for (const address of otherPointers(table, ix, lock)) {
      const key = `${context.process ?? ""}\0${address}`;
      const list = inArguments.get(key);
      if (list === undefined) inArguments.set(key, [ix]);
      else list.push(ix);
    }
  });
  const next = (ix: number): readonly number[] =>
    inArguments.get(`${table.contexts[ix]!.process ?? ""}\0${waits.get(ix)}`) ?? [];
  return findCycles([...waits.keys()], next).flatMap((cycle) =>
    suspect(table, "possible-deadlock", false, cycle, (n) => `${n} may wait for each other's locks`),
  );
}

function otherPointers(table: StackTable, ix: number, lock: bigint): ReadonlySet<number> {
  const { calls } = table;
  const pointers = new Set<number>();
  if (calls === undefined) return pointers;
  forEachWord(calls, calls.first[ix]!, calls.first[ix + 1]!, (value, isDoubtful) => {
    if (!isDoubtful && canBeObject(value) && BigInt(value) !== lock) pointers.add(value);
  });
  return pointers;
}

/** Follows first successors; every context is visited once, so a crowd at one lock costs no more than its size. */
function findCycles(starts: readonly number[], next: (ix: number) => readonly number[]): number[][] {
  const seenIn = new Map<number, number>();
  const cycles: number[][] = [];
  for (const start of starts) {
    const path: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && !seenIn.has(at)) {
      seenIn.set(at, start);
      path.push(at);
      at = next(at).find((other) => other !== at);
    }
    if (at !== undefined && seenIn.get(at) === start) {
      cycles.push(path.slice(path.indexOf(at)).sort((a, b) => a - b));
    }
  }
  return cycles;
}

function sameStack(table: StackTable, share: number, atLeast: number): Suspicion[] {
  const all = indicesOf(table, ({ kind }) => kind === "goroutine");
  return [...byProcess(table, all)].flatMap(([process, members]) => {
    const total = members.reduce((sum, ix) => sum + table.contexts[ix]!.count, 0n);
    if (total < BigInt(atLeast)) return [];
    const where = (context: StackContext): boolean => context.kind === "goroutine" && context.process === process;
    const [largest] = groupContexts(table, { level: "functions", where });
    if (largest === undefined || largest.stack === NONE || Number(largest.count) / Number(total) < share) return [];
    const percent = Math.floor((Number(largest.count) / Number(total)) * 100);
    return suspect(
      table,
      "same-stack",
      false,
      largest.members,
      (n) => `${n} of ${total} (${percent} %) have the same stack`,
    );
  });
}
