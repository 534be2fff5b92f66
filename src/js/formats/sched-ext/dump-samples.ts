import { readSampleStats, type SampleStats } from "../../model/sample-stats.ts";
import type { FailureDump } from "./failure-dump.ts";

/** One dump as a sample of a series: what `SampleSeries` takes. */
export interface DumpSampleOf {
  readonly tag: string;
  readonly snapshot: FailureDump;
  readonly stats: SampleStats;
  readonly elapsedMs?: bigint | undefined;
  readonly boundaryOffsetMs?: bigint | undefined;
  readonly stepIndex?: number | undefined;
}

/**
 * Dumps as samples, in the order given. Those of a drained series keep their tag, time, phase and statistics; others
 * are called `dump_000`, `dump_001`, … and have neither time nor statistics.
 */
export function dumpSamples(dumps: readonly FailureDump[]): DumpSampleOf[] {
  return dumps.map((snapshot, ix) => {
    const { document } = snapshot;
    if (document.kind !== "sample") {
      return {
        tag: `dump_${String(ix).padStart(3, "0")}`,
        snapshot,
        stats: { ok: false, reason: "NoSchedulerBinary" },
      };
    }
    const { tag, stats, elapsed_ms, boundary_offset_ms, step_index } = document.sample;
    return {
      tag,
      snapshot,
      stats: stats === undefined ? { ok: false, reason: "NoSchedulerBinary" } : readSampleStats(stats),
      elapsedMs: elapsed_ms,
      boundaryOffsetMs: boundary_offset_ms,
      stepIndex: step_index,
    };
  });
}
