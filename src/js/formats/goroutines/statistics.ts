import { NONE } from "../../base/brand.ts";
import { ROW_CREATOR_ID, ROW_NO_HEADER, ROW_UNAVAILABLE } from "./dump-rows.ts";
import type { DumpScanner } from "./dump-scanner.ts";
import type { Segment } from "./segments.ts";

/** What a line-by-line count of a traceback text gives, threads and repeated goroutines included. */
export interface DumpStatistics {
  readonly goroutineHeaders: number;
  /** Status texts up to the first comma, marks such as ` (leaked)` included. */
  readonly byState: Readonly<Record<string, number>>;
  readonly byMinutes: Readonly<Record<string, number>>;
  readonly lockedToThread: number;
  readonly distinctIds: number;
  readonly createdByLines: number;
  readonly createdByInGoroutine: number;
  readonly elidedLines: number;
  readonly ancestorHeaders: number;
  readonly stackUnavailable: number;
  /** Frames printed as `(...)`, those of ancestors included. */
  readonly inlinedFrames: number;
}

export function countDump(scanner: DumpScanner, segment: Segment): DumpStatistics {
  const { goroutines: rows, vocabulary } = scanner;
  const byState = new Map<string, number>();
  const byMinutes = new Map<string, number>();
  const ids = new Set<number>();
  const total = {
    headers: 0,
    locked: 0,
    created: 0,
    createdIn: 0,
    elided: 0,
    ancestors: 0,
    unavailable: 0,
    inlined: 0,
  };
  const inlinedBelow = inlinedCounter(scanner);
  for (let row = segment.fromRow; row < segment.toRow; row++) {
    if (rows.has(row, ROW_NO_HEADER)) continue;
    const status = vocabulary.status(rows.status.values[row]!);
    total.headers++;
    add(byState, status.stateText);
    if (status.minutes > 0) add(byMinutes, String(status.minutes));
    if (status.locked) total.locked++;
    ids.add(rows.idOf(row));
    if (rows.creator.values[row] !== NONE) total.created++;
    if (rows.has(row, ROW_CREATOR_ID)) total.createdIn++;
    if (rows.elided.values[row] !== 0) total.elided++;
    if (rows.has(row, ROW_UNAVAILABLE)) total.unavailable++;
    total.inlined += inlinedBelow(rows.stack.values[row]!);
    for (const ancestor of rows.ancestors.get(row) ?? []) {
      total.ancestors++;
      total.inlined += ancestor.inlinedText;
      if (ancestor.creator !== NONE) total.created++;
    }
  }
  return {
    goroutineHeaders: total.headers,
    byState: Object.fromEntries(byState),
    byMinutes: Object.fromEntries(byMinutes),
    lockedToThread: total.locked,
    distinctIds: ids.size,
    createdByLines: total.created,
    createdByInGoroutine: total.createdIn,
    elidedLines: total.elided,
    ancestorHeaders: total.ancestors,
    stackUnavailable: total.unavailable,
    inlinedFrames: total.inlined,
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Inlined frames on the way from a node to its root, remembered per node. */
function inlinedCounter(scanner: DumpScanner): (node: number) => number {
  const { vocabulary } = scanner;
  const known = new Map<number, number>();
  return (stack) => {
    let count = known.get(stack);
    if (count !== undefined) return count;
    count = 0;
    for (let node = stack; node !== NONE; node = vocabulary.nodes.a.values[node]!) {
      if (vocabulary.isInlined(vocabulary.nodes.b.values[node]!)) count++;
    }
    known.set(stack, count);
    return count;
  };
}
