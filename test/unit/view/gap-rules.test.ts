import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SnapshotError } from "../../../src/js/base/errors.ts";
import { counterDeltaPerPhase, SeriesField, type SeriesPoint, sumByPhase } from "../../../src/js/view/series-field.ts";
import {
  alwaysTrue,
  convergesTo,
  each,
  nondecreasing,
  rateWithin,
  ratioWithin,
  steadyWithin,
  strictlyIncreasing,
} from "../../../src/js/view/temporal.ts";
import type { Verdict } from "../../../src/js/view/verdict.ts";

/** Rules for samples that could not be read or timed. Source: docs/captures.md, "Series". */
interface Spec {
  readonly value: bigint | undefined;
  readonly elapsed: bigint | undefined;
  readonly phase: number | undefined;
}
const small = fc.bigInt({ min: 0n, max: 40n });
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined, freq: 4 });
const specs: fc.Arbitrary<readonly Spec[]> = fc.array(
  fc.record({
    value: maybe(small),
    elapsed: maybe(fc.bigInt({ min: 0n, max: 1000n })),
    phase: maybe(fc.integer({ min: 0, max: 2 })),
  }),
  { maxLength: 9 },
);

function seriesOf(all: readonly Spec[]): SeriesField<bigint> {
  const points = all.map(({ value, elapsed, phase }, ix): SeriesPoint<bigint> => {
    const tag = `periodic_${String(ix).padStart(3, "0")}`;
    const error = new SnapshotError("PlaceholderSample", "no capture", { fields: { tag, reason: "late" } });
    return {
      tag,
      elapsedMs: elapsed,
      phase,
      value: value === undefined ? { ok: false, error } : { ok: true, value },
    };
  });
  return new SeriesField("c", points);
}

const words = (verdict: Verdict): readonly string[] => verdict.outcomes.map(({ outcome }) => outcome);
const pairs = <T>(list: readonly T[]): (readonly [T, T])[] => list.slice(1).map((after, ix) => [list[ix]!, after]);

describe("a gap", () => {
  it("is never bridged: order and rates are those of neighbours that were both read", () => {
    fc.assert(
      fc.property(specs, (all) => {
        const series = seriesOf(all);
        const neighbours = pairs(all).filter(([a, b]) => a.value !== undefined && b.value !== undefined);
        expect(nondecreasing(series).outcomes).toHaveLength(neighbours.filter(([a, b]) => b.value! < a.value!).length);
        expect(strictlyIncreasing(series).outcomes).toHaveLength(
          neighbours.filter(([a, b]) => b.value! <= a.value!).length,
        );
        const timed = neighbours.filter(([a, b]) => a.elapsed !== undefined && b.elapsed !== undefined);
        const still = timed.filter(([a, b]) => b.elapsed! <= a.elapsed!);
        const rates = timed.filter(([a, b]) => b.elapsed! > a.elapsed!);
        const bad = rates.filter(([a, b]) => b.value! < a.value!);
        const verdict = rateWithin(series, 0, Number.MAX_VALUE);
        expect(words(verdict).filter((word) => word === "Inconclusive")).toHaveLength(still.length);
        expect(words(verdict).filter((word) => word === "Fail")).toHaveLength(bad.length);
      }),
    );
  });

  it("is noted, never passed over in silence", () => {
    fc.assert(
      fc.property(specs, (all) => {
        fc.pre(all.length > 1 && all.some(({ value }) => value === undefined));
        const series = seriesOf(all);
        for (const verdict of [nondecreasing(series), strictlyIncreasing(series), rateWithin(series, 0, 1)])
          expect(verdict.notes).toHaveLength(1);
        expect(ratioWithin(series, series, 0, 2).notes).toHaveLength(1);
      }),
    );
  });

  it("fails what must hold of every sample", () => {
    fc.assert(
      fc.property(specs, (all) => {
        const unread = all.filter(({ value }) => value === undefined).length;
        const series = seriesOf(all);
        expect(each(series).atLeast(0n).outcomes).toHaveLength(unread);
        const truths = new SeriesField<boolean>(
          "t",
          series.points.map((point) => ({ ...point, value: point.value.ok ? { ok: true, value: true } : point.value })),
        );
        expect(alwaysTrue(truths).outcomes).toHaveLength(unread);
      }),
    );
  });

  it("ends a run of settled samples", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 3, maxLength: 9 }), (read) => {
        const all = read.map((ok, ix) => ({ value: ok ? 5n : undefined, elapsed: BigInt(ix), phase: undefined }));
        const verdict = convergesTo(seriesOf(all), 5, 0, 1000);
        const runs = read.map((ok) => (ok ? "x" : "-")).join("");
        const enough = read.filter(Boolean).length >= 3;
        expect(verdict.verdict).toBe(!enough || runs.includes("xxx") ? "Pass" : "Fail");
        // Too few samples are a note, not a success in silence.
        if (!enough) expect(verdict.notes).toHaveLength(1);
      }),
    );
  });
});

describe("a time that was not measured", () => {
  it("is not 0: such samples are in no warm-up, no window and no rate", () => {
    fc.assert(
      fc.property(specs, (all) => {
        const series = seriesOf(all);
        const timed = seriesOf(all.filter(({ elapsed }) => elapsed !== undefined));
        expect(words(steadyWithin(series, 100, 0.1))).toEqual(words(steadyWithin(timed, 100, 0.1)));
        const untimed = seriesOf(all.map((one) => ({ ...one, elapsed: undefined })));
        expect(rateWithin(untimed, 0, 0).outcomes).toEqual([]);
        expect(steadyWithin(untimed, 0, 0).outcomes).toEqual([]);
        expect(convergesTo(untimed, 999, 0, 1000).outcomes).toEqual([]);
      }),
    );
  });
});

describe("reducers over phases", () => {
  it("leave out samples that were not read and those outside of any phase", () => {
    fc.assert(
      fc.property(specs, (all) => {
        const series = seriesOf(all);
        const counted = all.filter(({ value, phase }) => value !== undefined && phase !== undefined);
        const phases = [...new Set(counted.map(({ phase }) => phase))];
        expect(series.byPhase().phases().sort()).toEqual([...phases].sort());
        for (const phase of phases) {
          const values = counted.filter((one) => one.phase === phase).map(({ value }) => value!);
          const [first, last] = [values[0]!, values.at(-1)!];
          expect(series.phase(phase!)).toEqual(values);
          expect(series.firstPerPhase().get(phase!)).toBe(first);
          expect(series.lastPerPhase().get(phase!)).toBe(last);
          expect(series.valueAtPhase(phase!)).toBe(last);
          expect(sumByPhase(series).get(phase!)).toBe(values.reduce((a, b) => a + b));
          expect(counterDeltaPerPhase(series).get(phase!)).toBe(last < first ? 0n : last - first);
        }
      }),
    );
  });

  it("have sums that stop at 2^64-1", () => {
    const most = 2n ** 64n - 1n;
    const large = fc.oneof(fc.bigInt({ min: 0n, max: most }), fc.constant(most));
    fc.assert(
      fc.property(fc.array(large, { minLength: 1, maxLength: 6 }), (values) => {
        const series = seriesOf(values.map((value) => ({ value, elapsed: undefined, phase: 1 })));
        const exact = values.reduce((a, b) => a + b);
        expect(sumByPhase(series).get(1)).toBe(exact > most ? most : exact);
      }),
    );
  });
});
