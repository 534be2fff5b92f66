import { compareText } from "../base/text.ts";
import type { StackTable } from "../model/stacks.ts";
import { stateOf } from "./blocked-states.ts";

/**
 * One blocked context. The wait is a lower bound: it counts from the first garbage collection that saw the context
 * blocked, so a context without one is not fresh, and leaked ones have none.
 */
export interface LongWait {
  readonly context: number;
  readonly atLeastNs: bigint;
}

/** Contexts whose wait is known, longest first. */
export function longestWaits(table: StackTable, most = 20): readonly LongWait[] {
  const waits: LongWait[] = [];
  table.contexts.forEach(({ waitAtLeastNs }, context) => {
    if (waitAtLeastNs !== undefined) waits.push({ context, atLeastNs: waitAtLeastNs });
  });
  waits.sort((a, b) => (a.atLeastNs > b.atLeastNs ? -1 : a.atLeastNs < b.atLeastNs ? 1 : a.context - b.context));
  return waits.slice(0, most);
}

export interface StateRow {
  readonly state: string;
  readonly count: bigint;
  /** By process; in the order of `processes`. */
  readonly perProcess: readonly bigint[];
  /** The state was concluded from stacks for so many of them. */
  readonly inferred: bigint;
  readonly longestWaitNs: bigint | undefined;
}

/** States × processes, largest first. */
export function countStates(table: StackTable): {
  readonly processes: readonly string[];
  readonly rows: readonly StateRow[];
} {
  const processes = processNames(table);
  const column = new Map(processes.map((name, ix) => [name, ix]));
  const rows = new Map<
    string,
    { count: bigint; perProcess: bigint[]; inferred: bigint; longest: bigint | undefined }
  >();
  for (const context of table.contexts) {
    const state = stateOf(context);
    const row = rows.get(state) ?? { count: 0n, perProcess: processes.map(() => 0n), inferred: 0n, longest: undefined };
    rows.set(state, row);
    row.count += context.count;
    row.perProcess[column.get(context.process ?? "")!]! += context.count;
    if (context.stateInferred === true) row.inferred += context.count;
    const wait = context.waitAtLeastNs;
    if (wait !== undefined && (row.longest === undefined || wait > row.longest)) row.longest = wait;
  }
  const list = [...rows].map(([state, { longest, ...row }]) => ({ state, ...row, longestWaitNs: longest }));
  list.sort((a, b) => (a.count > b.count ? -1 : a.count < b.count ? 1 : compareText(a.state, b.state)));
  return { processes, rows: list };
}

/** Names of the processes, captured ones first, in their order. */
function processNames({ processes, contexts }: StackTable): string[] {
  const names = new Set((processes ?? []).map(({ name }) => name));
  for (const { process } of contexts) names.add(process ?? "");
  return [...names];
}
