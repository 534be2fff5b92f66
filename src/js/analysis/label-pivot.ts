import { compareText } from "../base/text.ts";
import type { StackTable } from "../model/stacks.ts";
import { stateOf } from "./blocked-states.ts";
import { labelReader } from "./context-labels.ts";

export interface LabelKey {
  readonly key: string;
  /** Contexts that have it, by count. */
  readonly count: bigint;
  readonly values: number;
}

/** Label keys, of contexts and of their processes, the most used first. */
export function labelKeys(table: StackTable): readonly LabelKey[] {
  const keys = new Map<string, { count: bigint; values: Set<string> }>();
  const labelsOf = labelReader(table);
  for (const context of table.contexts) {
    const { count } = context;
    for (const [key, value] of Object.entries(labelsOf(context) ?? {})) {
      const entry = keys.get(key) ?? { count: 0n, values: new Set<string>() };
      keys.set(key, entry);
      entry.count += count;
      entry.values.add(value);
    }
  }
  return [...keys]
    .map(([key, { count, values }]) => ({ key, count, values: values.size }))
    .sort((a, b) => (a.count > b.count ? -1 : a.count < b.count ? 1 : compareText(a.key, b.key)));
}

export interface PivotRow {
  /** `undefined` for contexts without the label. */
  readonly value: string | undefined;
  readonly count: bigint;
  readonly byState: ReadonlyMap<string, bigint>;
  readonly processes: ReadonlySet<string>;
  readonly longestWaitNs: bigint | undefined;
  /** Indices into `contexts`. */
  readonly members: readonly number[];
}

/** Contexts by the value of one label, largest first; those without it come last. */
export function pivotByLabel(table: StackTable, key: string): readonly PivotRow[] {
  const rows = new Map<string | undefined, number[]>();
  const labelsOf = labelReader(table);
  table.contexts.forEach((context, ix) => {
    const labels = labelsOf(context);
    const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    const members = rows.get(value);
    if (members === undefined) rows.set(value, [ix]);
    else members.push(ix);
  });
  return [...rows].map(([value, members]) => pivotRow(table, value, members)).sort(comparePivot);
}

function pivotRow(table: StackTable, value: string | undefined, members: readonly number[]): PivotRow {
  const byState = new Map<string, bigint>();
  const processes = new Set<string>();
  let count = 0n;
  let longestWaitNs: bigint | undefined;
  for (const ix of members) {
    const context = table.contexts[ix]!;
    count += context.count;
    byState.set(stateOf(context), (byState.get(stateOf(context)) ?? 0n) + context.count);
    processes.add(context.process ?? "");
    const wait = context.waitAtLeastNs;
    if (wait !== undefined && (longestWaitNs === undefined || wait > longestWaitNs)) longestWaitNs = wait;
  }
  return { value, count, byState, processes, longestWaitNs, members };
}

function comparePivot(a: PivotRow, b: PivotRow): number {
  if ((a.value === undefined) !== (b.value === undefined)) return a.value === undefined ? 1 : -1;
  return a.count > b.count ? -1 : a.count < b.count ? 1 : compareText(a.value ?? "", b.value ?? "");
}
