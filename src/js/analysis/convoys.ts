import { NONE } from "../base/brand.ts";
import type { Frame, StackTable } from "../model/stacks.ts";
import { canBeObject, firstSureWord, forEachWord } from "./argument-words.ts";
import { isLockWait, isWaitFunction } from "./blocked-states.ts";
import { perStack, walkStack } from "./stack-walk.ts";

/** Many contexts at one Lock call. */
export interface Convoy {
  readonly process: string | undefined;
  /** The frame that calls Lock. */
  readonly site: Frame;
  /** Indices of the waiting contexts, in source order. */
  readonly waiters: readonly number[];
  readonly count: bigint;
  /** Address of the lock, when every waiter that shows one shows this one. */
  readonly lock: bigint | undefined;
  readonly longestWaitNs: bigint | undefined;
  /**
   * Contexts that may hold the lock: past the same function, or given the same object, and not waiting for it. A text
   * does not say who holds a lock, so these are guesses.
   */
  readonly possibleHolders: readonly number[];
}

export interface ConvoyOptions {
  /** Fewest waiters; default 5. */
  readonly atLeast?: number | undefined;
  /** Most guesses per convoy; default 5. */
  readonly holders?: number | undefined;
}

/** Waiters whose arguments are read for the objects they share. */
const WAITERS_READ = 64;

/** Convoys, largest first. */
export function findConvoys(table: StackTable, options: ConvoyOptions = {}): readonly Convoy[] {
  const siteOf = perStack((stack) => lockSite(table, stack));
  const groups = new Map<string, { site: number; process: string | undefined; waiters: number[] }>();
  table.contexts.forEach((context, ix) => {
    if (!isLockWait(context)) return;
    const site = siteOf(context.stack);
    if (site === undefined) return;
    const { functionName, file, line } = table.frames[site.frame]!;
    const key = `${context.process ?? ""}\0${functionName}\0${file ?? ""}\0${line ?? ""}`;
    const group = groups.get(key) ?? { site: site.frame, process: context.process, waiters: [] };
    groups.set(key, group);
    group.waiters.push(ix);
  });
  const convoys: Convoy[] = [];
  for (const group of groups.values()) {
    const count = group.waiters.reduce((sum, ix) => sum + table.contexts[ix]!.count, 0n);
    if (count < BigInt(options.atLeast ?? 5)) continue;
    const holders = findHolders(table, group.waiters, table.frames[group.site]!, options.holders ?? 5);
    convoys.push({
      process: group.process,
      site: table.frames[group.site]!,
      waiters: group.waiters,
      count,
      lock: commonLock(table, group.waiters),
      longestWaitNs: longestOf(table, group.waiters),
      possibleHolders: holders,
    });
  }
  return convoys.sort((a, b) => (a.count > b.count ? -1 : a.count < b.count ? 1 : a.waiters[0]! - b.waiters[0]!));
}

/** The first frame outside the lock's own functions, and how deep it is. */
function lockSite(table: StackTable, stack: number): { frame: number; depth: number } | undefined {
  let depth = 0;
  for (let node = stack; node !== NONE; node = table.caller[node]!, depth++) {
    const frame = table.frame[node]!;
    if (!isWaitFunction(table.frames[frame]!.functionName)) return { frame, depth };
  }
  return undefined;
}

/**
 * Address of the lock a context waits for: the first argument of the slow path, unless it is doubtful.
 * Source: `sync.(*Mutex).lockSlow(m)`, `sync.(*RWMutex).…(rw)`, the semaphore functions take an address inside it.
 */
export function lockAddressOf(table: StackTable, ix: number): bigint | undefined {
  const { calls } = table;
  if (calls === undefined) return undefined;
  let row = calls.first[ix]!;
  for (const { functionName } of walkStack(table, table.contexts[ix]!.stack)) {
    if (!isWaitFunction(functionName)) return undefined;
    if (/\.\(\*(?:RW)?Mutex\)\.\w+$/.test(functionName)) {
      const first = firstSureWord(calls, row);
      if (first !== undefined && first > 0) return BigInt(first);
    }
    row++;
  }
  return undefined;
}

function commonLock(table: StackTable, waiters: readonly number[]): bigint | undefined {
  let lock: bigint | undefined;
  for (const ix of waiters) {
    const own = lockAddressOf(table, ix);
    if (own === undefined) continue;
    if (lock !== undefined && lock !== own) return undefined;
    lock = own;
  }
  return lock;
}

function longestOf(table: StackTable, members: readonly number[]): bigint | undefined {
  let longest: bigint | undefined;
  for (const ix of members) {
    const wait = table.contexts[ix]!.waitAtLeastNs;
    if (wait !== undefined && (longest === undefined || wait > longest)) longest = wait;
  }
  return longest;
}

/** Same process, not a waiter: has the site's function on its stack, or an object in its arguments that the site has. */
function findHolders(table: StackTable, waiters: readonly number[], site: Frame, most: number): readonly number[] {
  const waiting = new Set(waiters);
  const { process } = table.contexts[waiters[0]!]!;
  const hasFunction = perStack((stack) => {
    for (const { functionName } of walkStack(table, stack)) if (functionName === site.functionName) return true;
    return false;
  });
  const objects = siteObjects(table, waiters, site);
  const scored: { ix: number; score: number }[] = [];
  table.contexts.forEach((context, ix) => {
    if (context.process !== process || waiting.has(ix) || context.kind !== "goroutine") return;
    const score = (hasFunction(context.stack) ? 2 : 0) + (sharesObject(table, ix, objects) ? 1 : 0);
    if (score > 0) scored.push({ ix, score });
  });
  scored.sort((a, b) => b.score - a.score || a.ix - b.ix);
  return scored.slice(0, most).map(({ ix }) => ix);
}

/** Pointers that the calling function was given, as far as they can be trusted, plus the lock itself. */
function siteObjects(table: StackTable, waiters: readonly number[], site: Frame): ReadonlySet<number> {
  const objects = new Set<number>();
  const { calls } = table;
  if (calls === undefined) return objects;
  for (const ix of waiters.slice(0, WAITERS_READ)) {
    const lock = lockAddressOf(table, ix);
    if (lock !== undefined) objects.add(Number(lock));
    let row = calls.first[ix]!;
    for (const frame of walkStack(table, table.contexts[ix]!.stack)) {
      if (frame === site) {
        forEachWord(calls, row, row + 1, (value, isDoubtful) => {
          if (!isDoubtful && canBeObject(value)) objects.add(value);
        });
      }
      row++;
    }
  }
  return objects;
}

function sharesObject({ calls }: StackTable, ix: number, objects: ReadonlySet<number>): boolean {
  if (calls === undefined || objects.size === 0) return false;
  let shares = false;
  forEachWord(calls, calls.first[ix]!, calls.first[ix + 1]!, (value, isDoubtful) => {
    if (!isDoubtful && objects.has(value)) shares = true;
  });
  return shares;
}
