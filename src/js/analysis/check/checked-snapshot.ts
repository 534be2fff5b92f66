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
 * Snapshots in the order of time: by their elapsed time where all have one, else by the times of their captures where all
 * have one, else in the order given. What a series file says about a sample (tag, time, phase, statistics) is taken from
 * it; others are called by their file.
 */
export function inTimeOrder(snapshots: readonly Snapshot[]): CheckedSnapshot[] {
  const checked = snapshots.map((snapshot) => ({ snapshot, sample: sampleOf(snapshot) }));
  const isTimed = checked.every(({ sample }) => sample.elapsedMs !== undefined);
  if (!isTimed) return byCaptureTime(checked) ?? checked;
  return checked.sort((a, b) => compare(a.sample.elapsedMs ?? 0n, b.sample.elapsedMs ?? 0n));
}

const NS_PER_MS = 1_000_000n;

/** Captures of one system, each with its time by the clock: elapsed is the time since the earliest. */
function byCaptureTime(checked: readonly CheckedSnapshot[]): CheckedSnapshot[] | undefined {
  const timed: { readonly one: CheckedSnapshot; readonly time: bigint }[] = [];
  for (const one of checked) {
    const time = one.snapshot.facts.find(({ key, unit }) => key === "time" && unit === "ns")?.value;
    if (typeof time !== "bigint") return undefined;
    timed.push({ one, time });
  }
  timed.sort((a, b) => compare(a.time, b.time));
  const start = timed[0]?.time ?? 0n;
  return timed.map(({ one: { snapshot, sample }, time }) => {
    return { snapshot, sample: { ...sample, elapsedMs: (time - start) / NS_PER_MS } };
  });
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
