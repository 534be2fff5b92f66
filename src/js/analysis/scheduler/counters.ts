import { EVENT_COUNTERS, type EventCounterName, type EventCounterSample } from "../../model/host-tables.ts";

/** One counter over the time of a capture. */
export interface CounterSeries {
  readonly name: EventCounterName;
  /** `elapsed_ms` of each value; undefined where it was not measured. */
  readonly times: readonly (bigint | undefined)[];
  readonly values: readonly bigint[];
  /** Increase from one sample to the next; a counter that went down gives 0. */
  readonly increases: readonly bigint[];
  readonly last: bigint;
  readonly total: bigint;
  /** Per second between the first and the last sample; undefined without two times. */
  readonly perSecond: number | undefined;
}

/** Every counter that a timeline has, in the kernel's order. Samples that lack it are left out of its series. */
export function counterSeries(timeline: readonly EventCounterSample[]): readonly CounterSeries[] {
  return EVENT_COUNTERS.flatMap((name): CounterSeries[] => {
    const samples = timeline.filter((sample) => sample[name] !== undefined);
    const values = samples.map((sample) => sample[name]!);
    const times = samples.map(({ elapsed_ms }) => elapsed_ms);
    const last = values.at(-1);
    if (last === undefined) return [];
    const increases = values.slice(1).map((value, ix) => (value > values[ix]! ? value - values[ix]! : 0n));
    const total = increases.reduce((sum, one) => sum + one, 0n);
    const elapsed = Number((times.at(-1) ?? 0n) - (times[0] ?? 0n));
    const perSecond = elapsed > 0 ? (Number(total) * 1000) / elapsed : undefined;
    return [{ name, times, values, increases, last, total, perSecond }];
  });
}
