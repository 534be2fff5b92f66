import type { JsonValue } from "../../base/json.ts";
import { findFact } from "../../model/facts.ts";
import { childrenOf } from "../../model/nodes.ts";
import { readSampleStats, type SampleStats } from "../../model/sample-stats.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import type { Sample } from "../../view/sample-series.ts";

/** A snapshot and its place in the series that is checked. */
export interface CheckedSnapshot {
  readonly snapshot: Snapshot;
  readonly sample: Sample;
}

const NO_STATS: SampleStats = { ok: false, reason: "NoSchedulerBinary" };
/** Levels of a statistics document that are converted. */
const DEPTH = 64;

/**
 * Snapshots in the order of time: by their elapsed time where all have one, else in the order given. What a series file
 * says about a sample (tag, time, phase, statistics) is taken from it; others are called by their file.
 */
export function inTimeOrder(snapshots: readonly Snapshot[]): CheckedSnapshot[] {
  const checked = snapshots.map((snapshot) => ({ snapshot, sample: sampleOf(snapshot) }));
  if (!checked.every(({ sample }) => sample.elapsedMs !== undefined)) return checked;
  return checked.sort((a, b) => compare(a.sample.elapsedMs ?? 0n, b.sample.elapsedMs ?? 0n));
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sampleOf(snapshot: Snapshot): Sample {
  const [tag, elapsed, phase] = ["tag", "elapsed", "phase"].map((key) => findFact(snapshot.facts, `sched-ext.${key}`));
  return {
    tag: typeof tag === "string" ? tag : (snapshot.inputs[0]?.name ?? "snapshot"),
    snapshot,
    stats: statsOf(snapshot.values),
    elapsedMs: typeof elapsed === "bigint" ? elapsed : undefined,
    stepIndex: typeof phase === "bigint" || typeof phase === "number" ? Number(phase) : undefined,
  };
}

function statsOf(values: ValueSource): SampleStats {
  const stats = values.child(values.root, "stats");
  return stats === undefined ? NO_STATS : readSampleStats(toJson(values, stats, 0));
}

function toJson(values: ValueSource, node: ValueNode, depth: number): JsonValue {
  if (depth > DEPTH) return null;
  if (node.kind === "struct") {
    return new Map(childrenOf(values, node).map((child) => [child.name, toJson(values, child, depth + 1)] as const));
  }
  if (node.kind === "array") return childrenOf(values, node).map((child) => toJson(values, child, depth + 1));
  const value = values.scalar(node);
  return value instanceof Uint8Array ? null : value;
}
