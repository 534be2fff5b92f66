import type { StackTable } from "../model/stacks.ts";
import { POINTER_FLOOR } from "./argument-shape.ts";
import { forEachWord } from "./argument-words.ts";

/**
 * Short names for pointers that occur more than once, so that people see which contexts share an object: `#1`, `#2`, …,
 * those of the first context first, then by address. One pass over the arguments.
 */
export function namePointers(table: StackTable): ReadonlyMap<bigint, string> {
  const { calls } = table;
  if (calls === undefined) return new Map();
  const seen = new Map<number, { count: number; inFirst: boolean }>();
  const firstEnd = calls.first[1] ?? 0;
  forEachWord(calls, 0, calls.argumentEnd.length, (value, _isDoubtful, row) => {
    if (value <= POINTER_FLOOR || value > Number.MAX_SAFE_INTEGER) return;
    const entry = seen.get(value);
    if (entry === undefined) seen.set(value, { count: 1, inFirst: row < firstEnd });
    else entry.count++;
  });
  const repeated = [...seen].filter(([, { count }]) => count > 1);
  repeated.sort(([a, x], [b, y]) => Number(y.inFirst) - Number(x.inFirst) || a - b);
  return new Map(repeated.map(([value], ix) => [BigInt(value), `#${ix + 1}`]));
}
