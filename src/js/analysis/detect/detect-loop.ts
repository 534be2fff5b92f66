import type { Detector } from "./detector.ts";
import { planNext } from "./schedule.ts";
import { type SnapshotSource, type TickResult, tick } from "./tick.ts";

/** Time as a loop sees it; a test passes its own. */
export interface DetectClock {
  /** Nanoseconds of a clock that goes on from run to run: throttling is by it. */
  now(): bigint;
  /** Nanoseconds of a steady clock since the program began: scans are planned by it. */
  uptime(): bigint;
  /** Ends at that uptime, or when the signal is aborted. */
  sleepUntil(uptime: bigint, signal: AbortSignal): Promise<void>;
}

export interface DetectLoopOptions {
  readonly detector: Detector;
  readonly source: SnapshotSource;
  /** Nanoseconds from one planned scan to the next. */
  readonly checkEvery: bigint;
  readonly clock: DetectClock;
  /** Ends the loop after the snapshot in hand. */
  readonly signal: AbortSignal;
  readonly afterScan?: (result: TickResult) => Promise<void>;
}

/** Scans at once and then at a fixed rate until the signal is aborted. Source: specs/triage.md section 9.2. */
export async function runDetectLoop(options: DetectLoopOptions): Promise<void> {
  const { detector, source, checkEvery, clock, signal } = options;
  let planned = clock.uptime();
  while (!signal.aborted) {
    const result = await tick(detector, source, { now: clock.now(), uptime: clock.uptime(), signal });
    await options.afterScan?.(result);
    const next = planNext(planned, checkEvery, clock.uptime());
    if (next.missed) detector.missDeadline();
    else await clock.sleepUntil(next.at, signal);
    planned = next.at;
  }
}
