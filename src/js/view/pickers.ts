import { saturatingSumU64 } from "./aggregate.ts";
import type { Field } from "./field.ts";

/** Chooses one of several copies of a variable, or none. */
export type Picker<Candidate> = (candidates: readonly Candidate[]) => number | null;

/**
 * The copy whose counter is greatest; of several the last. A heuristic: wrong for gauges, for counters that start at a
 * sentinel, and right after a scheduler swap.
 */
export function maxByCounterValue(candidates: readonly Field[]): number | null {
  return lastGreatest(candidates.map((field) => counterOf(field)));
}

/** The row whose counters sum to the most; of several the last. Rows with a field that is no counter do not take part. */
export function maxBySumU64(rows: readonly (readonly Field[])[]): number | null {
  return lastGreatest(rows.map(sumOf));
}

function sumOf(row: readonly Field[]): bigint | undefined {
  const counters = row.map(counterOf);
  return counters.every((counter) => counter !== undefined) ? saturatingSumU64(counters) : undefined;
}

function counterOf(field: Field): bigint | undefined {
  const value = field.tryAsU64();
  return value.ok ? value.value : undefined;
}

function lastGreatest(values: readonly (bigint | undefined)[]): number | null {
  let best: number | null = null;
  let most = -1n;
  values.forEach((value, ix) => {
    if (value === undefined || value < most) return;
    best = ix;
    most = value;
  });
  return best;
}
