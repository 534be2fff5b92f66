import type { Snapshot } from "../../model/snapshot.ts";
import { type EvaluateOptions, type HeldSince, RuleRun } from "./evaluate-rules.ts";
import type { TriageResult } from "./results.ts";
import type { RuleSet } from "./rules.ts";
import type { PreviousWorld } from "./world.ts";

/** One snapshot of a series. */
export interface SeriesItem {
  readonly snapshot: Snapshot;
  /** Nanoseconds; without it the snapshot's own `device.uptime`. */
  readonly now?: bigint | undefined;
}

/**
 * Judges snapshots of one system in the order of time: `Prev`, `Delta`, `Rate` and `History` look back along the
 * series, and triggers with `for` must hold from snapshot to snapshot.
 */
export function evaluateSeries(
  rules: RuleSet,
  items: readonly SeriesItem[],
  options: Omit<EvaluateOptions, "now" | "previous" | "heldSince"> = {},
): readonly TriageResult[] {
  const results: TriageResult[] = [];
  let previous: PreviousWorld | undefined;
  let heldSince: HeldSince = new Map();
  for (const { snapshot, now } of items) {
    const run = new RuleRun(rules, snapshot, { ...options, now, previous, heldSince });
    results.push(run.evaluate());
    previous = run.table.asPrevious();
    heldSince = run.heldSince;
  }
  return results;
}
