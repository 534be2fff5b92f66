import { argumentTextOf } from "../model/calls.ts";
import type { StackTable } from "../model/stacks.ts";
import { type Argument, parseArguments } from "./argument-shape.ts";
import { walkStack } from "./stack-walk.ts";

/** Where a key of a link comes from. */
export type LinkKey =
  /** Value of a label. */
  | { readonly label: string }
  /** A word among the arguments of a function on the stack: `[0]` the first, `[1, 0]` the first word of the second aggregate. */
  | { readonly argument: readonly number[] }
  /** The context's own id, or that of its creator. */
  | { readonly id: "own" | "creator" };

/** One side of a link. A context takes part when it has the function on its stack and all keys. */
export interface LinkEnd {
  /** Whole name of a function that must be on the stack; required for arguments. */
  readonly function?: string | undefined;
  readonly keys: readonly LinkKey[];
}

/** Contexts that belong together, across processes: both ends give the same number of keys. */
export interface LinkRule {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly note?: string | undefined;
}

export interface Link {
  readonly from: number;
  readonly to: number;
  /** Keys as text, for display. */
  readonly key: string;
}

export interface LinkResult {
  readonly rule: LinkRule;
  readonly links: readonly Link[];
  /** Contexts of either end that found nobody: normal, as processes are captured at slightly different instants. */
  readonly unmatchedFrom: readonly number[];
  readonly unmatchedTo: readonly number[];
  /** Set when more links exist than were listed. */
  readonly isCut: boolean;
}

/** Rule for contexts of different processes that share the value of a label. */
export function labelRule(label: string): LinkRule {
  return { from: { keys: [{ label }] }, to: { keys: [{ label }] }, note: `same ${label}` };
}

const MAX_LINKS = 100_000;

/** Finds the links of a rule. A context is never linked to itself; links of one label rule join different processes. */
export function findLinks(table: StackTable, rule: LinkRule, most: number = MAX_LINKS): LinkResult {
  const isSymmetric = sameEnd(rule.from, rule.to);
  const from = membersByKey(table, rule.from);
  const to = isSymmetric ? from : membersByKey(table, rule.to);
  const links: Link[] = [];
  const unmatchedFrom: number[] = [];
  const unmatchedTo: number[] = [];
  let isCut = false;
  for (const [key, members] of from) {
    const others = to.get(key) ?? [];
    const partners = isSymmetric ? foreignPartners(table, members) : (ix: number) => others.some((o) => o !== ix);
    for (const ix of members) if (!partners(ix)) unmatchedFrom.push(ix);
    isCut = addLinks(table, links, key, members, others, { isSymmetric, most }) || isCut;
  }
  if (!isSymmetric) {
    for (const [key, members] of to) {
      const sources = from.get(key) ?? [];
      for (const ix of members) if (!sources.some((other) => other !== ix)) unmatchedTo.push(ix);
    }
  }
  return { rule, links, unmatchedFrom, unmatchedTo, isCut };
}

/** @returns whether links were left out */
function addLinks(
  table: StackTable,
  links: Link[],
  key: string,
  members: readonly number[],
  others: readonly number[],
  { isSymmetric, most }: { readonly isSymmetric: boolean; readonly most: number },
): boolean {
  const shown = key.replaceAll("\0", ", ");
  // Only members of other processes are looked at: a hundred thousand of one process have no pair to find.
  const byProcess = isSymmetric ? groupByProcess(table, members) : undefined;
  for (const from of members) {
    const { process } = table.contexts[from]!;
    const lists =
      byProcess === undefined ? [others] : [...byProcess].flatMap(([name, list]) => (name === process ? [] : [list]));
    for (const list of lists) {
      for (const to of list) {
        if (to === from || (isSymmetric && to < from)) continue;
        if (links.length >= most) return true;
        links.push({ from, to, key: shown });
      }
    }
  }
  return false;
}

function groupByProcess(
  { contexts }: StackTable,
  members: readonly number[],
): ReadonlyMap<string | undefined, number[]> {
  const groups = new Map<string | undefined, number[]>();
  for (const ix of members) {
    const { process } = contexts[ix]!;
    const list = groups.get(process);
    if (list === undefined) groups.set(process, [ix]);
    else list.push(ix);
  }
  return groups;
}

/** Whether a member has a partner in another process. */
function foreignPartners(table: StackTable, members: readonly number[]): (ix: number) => boolean {
  const processes = new Set(members.map((ix) => table.contexts[ix]!.process));
  return () => processes.size > 1;
}

function sameEnd(a: LinkEnd, b: LinkEnd): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Contexts that take part in an end, by their keys. */
function membersByKey(table: StackTable, end: LinkEnd): ReadonlyMap<string, readonly number[]> {
  const members = new Map<string, number[]>();
  table.contexts.forEach((_, ix) => {
    const key = keyOf(table, end, ix);
    if (key === undefined) return;
    const list = members.get(key);
    if (list === undefined) members.set(key, [ix]);
    else list.push(ix);
  });
  return members;
}

function keyOf(table: StackTable, end: LinkEnd, ix: number): string | undefined {
  const context = table.contexts[ix]!;
  const row = end.function === undefined ? undefined : callOf(table, ix, end.function);
  if (end.function !== undefined && row === undefined) return undefined;
  const parts: string[] = [];
  for (const key of end.keys) {
    let part: string | undefined;
    if ("label" in key) part = context.labels?.[key.label];
    else if ("id" in key) part = (key.id === "own" ? context.id : context.creator?.id)?.toString();
    else if (row !== undefined) part = argumentAt(table, row, key.argument);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join("\0");
}

/** Row of the innermost call of a function on the stack of a context. */
function callOf(table: StackTable, ix: number, functionName: string): number | undefined {
  let row = table.calls?.first[ix] ?? 0;
  for (const frame of walkStack(table, table.contexts[ix]!.stack)) {
    if (frame.functionName === functionName) return row;
    row++;
  }
  return undefined;
}

function argumentAt({ calls }: StackTable, row: number, path: readonly number[]): string | undefined {
  if (calls === undefined) return undefined;
  let fields: readonly Argument[] = parseArguments(argumentTextOf(calls, row));
  for (const [step, at] of path.entries()) {
    const found = fields[at];
    if (found === undefined) return undefined;
    if (found.kind === "word") return step === path.length - 1 ? `0x${found.value.toString(16)}` : undefined;
    if (found.kind !== "aggregate") return undefined;
    fields = found.fields;
  }
  return undefined;
}
