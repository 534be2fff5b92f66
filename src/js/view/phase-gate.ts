import type { Result } from "../base/result.ts";
import type { MapCapture } from "../model/maps.ts";
import { walkerDriftedWithinPhase } from "./failures.ts";

/** What the gate looks at in each sample. */
export interface GatedSample<T> {
  readonly phase: number | undefined;
  readonly capture: MapCapture;
  readonly value: Result<T>;
}

/**
 * Refuses values of another scheduler within one phase (section 10.2): the first value that can be read pins the live
 * map addresses of its phase. Failures pass unchanged and pin nothing.
 */
export function gatePhases<T>(samples: readonly GatedSample<T>[], requested: string): Result<T>[] {
  const identified = new Set<number | undefined>();
  for (const { phase, capture } of samples) {
    if (!capture.isPlaceholder && capture.activeMapKvas.length > 0) identified.add(phase);
  }
  const pins = new Map<number, readonly bigint[]>();
  return samples.map(({ phase, capture, value }) => {
    if (!value.ok || phase === undefined || !identified.has(phase)) return value;
    const sample = capture.activeMapKvas;
    const pinned = pins.get(phase);
    if (pinned === undefined && sample.length > 0) {
      pins.set(phase, sample);
      return value;
    }
    if (pinned !== undefined && sameList(pinned, sample)) return value;
    return { ok: false, error: walkerDriftedWithinPhase({ phase, pinned: pinned ?? [], sample, requested }) };
  });
}

/** The order counts: it is the order of the walk. */
function sameList(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((kva, ix) => kva === b[ix]);
}
