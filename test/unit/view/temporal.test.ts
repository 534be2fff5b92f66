import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SnapshotError } from "../../../src/js/base/errors.ts";
import {
  compareMetric,
  fracPair,
  PhaseValues,
  ratioAcrossPhases,
  zipPerPhase,
} from "../../../src/js/view/phase-values.ts";
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
import { mergeVerdicts } from "../../../src/js/view/verdict.ts";

const GAP = Symbol("gap");
type Spec<T> = readonly [elapsed: number | null, value: T | typeof GAP, phase?: number];

function series<T>(label: string, specs: readonly Spec<T>[]): SeriesField<T> {
  const points = specs.map(([elapsed, value, phase], ix): SeriesPoint<T> => {
    const tag = `periodic_${String(ix).padStart(3, "0")}`;
    const error = new SnapshotError("PlaceholderSample", `no capture at ${tag}`, { fields: { tag, reason: "late" } });
    return {
      tag,
      elapsedMs: elapsed === null ? undefined : BigInt(elapsed),
      phase,
      value: value === GAP ? { ok: false, error } : { ok: true, value: value as T },
    };
  });
  return new SeriesField(label, points);
}

const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const maybe = fc.oneof({ weight: 4, arbitrary: u64 }, { weight: 1, arbitrary: fc.constant<typeof GAP>(GAP) });

describe("order patterns", () => {
  it("pass exactly when every pair of neighbours that can be read is in order", () => {
    fc.assert(
      fc.property(fc.array(maybe, { maxLength: 12 }), (values) => {
        const field = series(
          "c",
          values.map((value, ix) => [ix * 100, value] as const),
        );
        const pairs = values.slice(1).map((after, ix) => [values[ix]!, after] as const);
        const readable = pairs.filter((pair): pair is readonly [bigint, bigint] => !pair.includes(GAP));
        const falls = readable.filter(([a, b]) => b < a).length;
        const stalls = readable.filter(([a, b]) => b <= a).length;
        expect(nondecreasing(field).outcomes).toHaveLength(values.length < 2 ? 0 : falls);
        expect(strictlyIncreasing(field).outcomes).toHaveLength(values.length < 2 ? 0 : stalls);
        const noted = values.length < 2 || values.includes(GAP);
        expect(nondecreasing(field).notes).toHaveLength(noted ? 1 : 0);
      }),
    );
  });

  it("name label, pattern, samples, times and values", () => {
    const { outcomes } = nondecreasing(
      series("nr_queued", [
        [100, 5n],
        [null, 3n],
      ]),
    );
    expect(outcomes[0]?.message).toBe(
      "nr_queued nondecreasing: 5 at periodic_000 (+100ms), then 3 at periodic_001 (+?ms)",
    );
  });
});

describe("rate_within", () => {
  it("tells counters beyond 2^53 apart", () => {
    const field = series("c", [
      [0, 2n ** 63n],
      [1, 2n ** 63n + 1n],
    ]);
    expect(rateWithin(field, 1, 1).verdict).toBe("Pass");
    expect(rateWithin(field, 0, 0.5).verdict).toBe("Fail");
  });

  it("cannot judge time that stands still or runs backwards", () => {
    expect(
      rateWithin(
        series("c", [
          [200, 1],
          [100, 2],
        ]),
        0,
        1,
      ).outcomes,
    ).toMatchObject([{ outcome: "Inconclusive" }]);
  });

  it("fails on a rate that is not finite", () => {
    expect(
      rateWithin(
        series("c", [
          [0, 1],
          [1, Number.POSITIVE_INFINITY],
        ]),
        0,
        1,
      ).verdict,
    ).toBe("Fail");
    expect(
      rateWithin(
        series("c", [
          [0, 1],
          [1, Number.NaN],
        ]),
        0,
        1,
      ).verdict,
    ).toBe("Fail");
  });

  it("joins both ends of a gap in the note", () => {
    const { notes } = rateWithin(
      series<number>("c", [
        [0, GAP],
        [1, GAP],
        [2, 3],
        [null, 4],
      ]),
      0,
      1,
    );
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("no capture at periodic_000 | periodic_001 (+1ms): no capture at periodic_001");
    expect(notes[0]).toContain("periodic_002 (+2ms)..periodic_003 (+?ms): elapsed not measured");
  });
});

describe("steady_within", () => {
  it("holds negative means between sorted bounds", () => {
    const field = series("c", [
      [0, -10],
      [1, -10],
    ]);
    expect(steadyWithin(field, 0, 0.1).verdict).toBe("Pass");
  });

  it("leaves out what is not finite and says so", () => {
    const { verdict, notes } = steadyWithin(
      series("c", [
        [0, 10],
        [1, Number.NaN],
        [2, 10],
      ]),
      0,
      0,
    );
    expect([verdict, notes.length]).toEqual(["Pass", 1]);
  });

  it("fails for each sample outside the band", () => {
    expect(
      steadyWithin(
        series("c", [
          [0, 1n],
          [1, 100n],
          [2, 1n],
        ]),
        0,
        0.5,
      ).outcomes,
    ).toHaveLength(3);
  });
});

describe("converges_to", () => {
  it("needs three samples in a row", () => {
    expect(
      convergesTo(
        series("c", [
          [0, 9],
          [1, 1],
          [2, 1],
          [3, 1],
        ]),
        1,
        0,
        10,
      ).verdict,
    ).toBe("Pass");
    expect(
      convergesTo(
        series("c", [
          [0, 1],
          [1, 1],
          [2, 9],
          [3, 1],
        ]),
        1,
        0,
        10,
      ).verdict,
    ).toBe("Fail");
  });

  it("lists what interrupted a run", () => {
    const field = series<number>("c", [
      [0, 1],
      [1, GAP],
      [2, 1],
      [3, 1],
    ]);
    expect(convergesTo(field, 1, 0, 10).outcomes[0]?.message).toContain("interrupted by periodic_001 (+1ms)");
  });

  it("passes with a note when the window holds too few", () => {
    expect(
      convergesTo(
        series("c", [
          [0, 1],
          [1, 1],
          [99, 1],
        ]),
        1,
        0,
        10,
      ),
    ).toMatchObject({
      verdict: "Pass",
      notes: [expect.stringContaining("2 samples")],
    });
  });
});

describe("ratio_within", () => {
  it("judges sample by sample", () => {
    const left = series<number>("a", [
      [0, 4],
      [1, GAP],
      [2, 9],
      [3, 1],
    ]);
    const right = series<number>("b", [
      [0, 2],
      [1, GAP],
      [2, 3],
      [3, 0],
    ]);
    const { outcomes, notes } = ratioWithin(left, right, 1, 2);
    expect(outcomes.map(({ outcome, tag }) => [outcome, tag])).toEqual([
      ["Fail", "periodic_002"],
      ["Inconclusive", "periodic_003"],
    ]);
    expect(notes[0]).toContain("lhs periodic_001 (+1ms): no capture at periodic_001 | rhs periodic_001");
  });

  it("is a caller error for series of different lengths", () => {
    expect(ratioWithin(series("a", [[0, 1]]), series("b", []), 0, 1).outcomes[0]?.message).toContain("caller error");
  });
});

describe("every sample", () => {
  it("fails where a sample cannot be read or compared", () => {
    expect(
      alwaysTrue(
        series<boolean>("ok", [
          [0, true],
          [1, GAP],
          [2, false],
        ]),
      ).outcomes,
    ).toHaveLength(2);
    expect(each(series("x", [[0, Number.NaN]])).atLeast(0).outcomes[0]?.message).toContain("incomparable");
    expect(each(series<number>("x", [[0, GAP]])).atMost(0).outcomes[0]?.message).toContain("projection error");
    expect(alwaysTrue(series<boolean>("ok", [])).verdict).toBe("Pass");
  });

  it("agrees with the bounds", () => {
    fc.assert(
      fc.property(fc.array(u64, { maxLength: 8 }), u64, u64, (values, a, b) => {
        const field = series(
          "x",
          values.map((value) => [0, value] as const),
        );
        expect(each(field).atLeast(a).outcomes).toHaveLength(values.filter((value) => value < a).length);
        expect(each(field).atMost(a).outcomes).toHaveLength(values.filter((value) => value > a).length);
        const [lo, hi] = a < b ? [a, b] : [b, a];
        const outside = values.filter((value) => value < lo || value > hi).length;
        expect(each(field).between(lo, hi).outcomes).toHaveLength(outside);
        expect(each(field).between(hi, lo).verdict).toBe(hi > lo || outside > 0 ? "Fail" : "Pass");
      }),
    );
  });
});

describe("reducers", () => {
  const field = series<bigint>("c", [
    [0, 1n, 2],
    [1, GAP, 1],
    [2, 7n, 1],
    [3, 5n, 2],
    [4, 3n, 1],
    [5, 100n],
  ]);

  it("group by phase, leaving out failures and samples without one", () => {
    expect(field.byPhase().entries()).toEqual([
      [1, [7n, 3n]],
      [2, [1n, 5n]],
    ]);
    expect(field.firstPerPhase().entries()).toEqual([
      [1, 7n],
      [2, 1n],
    ]);
    expect(field.valueAtPhase(2)).toBe(5n);
    expect(field.valueAtPhase(9)).toBeUndefined();
    expect(sumByPhase(field).entries()).toEqual([
      [1, 10n],
      [2, 6n],
    ]);
  });

  it("count the growth of a counter and warn where it fell", () => {
    const warnings: string[] = [];
    expect(counterDeltaPerPhase(field, (text) => warnings.push(text)).entries()).toEqual([
      [1, 0n],
      [2, 4n],
    ]);
    expect(warnings).toEqual(["c: the counter fell from 7 to 3 within phase 1; its growth counts as 0"]);
  });

  it("never sum beyond 2^64-1, whatever the values", () => {
    fc.assert(
      fc.property(fc.array(u64, { minLength: 1, maxLength: 6 }), (values) => {
        const sum = sumByPhase(
          series(
            "c",
            values.map((value) => [0, value, 0] as const),
          ),
        ).get(0)!;
        const exact = values.reduce((a, b) => a + b);
        expect(sum).toBe(exact > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : exact);
      }),
    );
  });

  it("combine phases that both have", () => {
    const a = new PhaseValues("a", [
      [1, 3n],
      [2, 0n],
      [3, 5n],
    ]);
    const b = new PhaseValues("b", [
      [1, 1n],
      [2, 0n],
      [4, 5n],
    ]);
    expect(zipPerPhase(a, b).entries()).toEqual([
      [1, [3n, 1n]],
      [2, [0n, 0n]],
    ]);
    expect(fracPair(a, b).entries()).toEqual([[1, 0.75]]);
  });

  it("hold one phase against another", () => {
    const values = new PhaseValues("lat", [
      [0, 0],
      [1, 2],
      [2, 3],
    ]);
    expect(ratioAcrossPhases(values, 1, 2).atMost(1.5)).toMatchObject({
      verdict: "Pass",
      notes: [expect.stringContaining("1.5000")],
    });
    expect(ratioAcrossPhases(values, 1, 2).atMost(1.4).verdict).toBe("Fail");
    expect(ratioAcrossPhases(values, 0, 2).atMost(1).verdict).toBe("Inconclusive");
    expect(ratioAcrossPhases(values, 1, 9).atMost(1).verdict).toBe("Inconclusive");
  });

  it.each([
    ["lower", 9, 10, "Pass", "Pass"],
    ["lower", 10, 10, "Fail", "Fail"],
    ["higher", 11, 10, "Pass", "Pass"],
    ["higher", 10.5, 10, "Pass", "Fail"],
    ["undirected", 1, 2, "Inconclusive", "Inconclusive"],
    ["lower", undefined, 2, "Inconclusive", "Inconclusive"],
    ["lower", Number.NaN, 2, "Fail", "Fail"],
    ["lower", -1, 0, "Pass", "Inconclusive"],
  ] as const)("compare %s: %d against %d", (polarity, candidate, baseline, better, byTenth) => {
    const comparison = compareMetric("p99", polarity, candidate, baseline);
    expect([comparison.betterThan().verdict, comparison.byAtLeast(0.1).verdict]).toEqual([better, byTenth]);
  });

  it("merge verdicts by the worst", () => {
    const pass = alwaysTrue(series("ok", [[0, true]]));
    const fail = alwaysTrue(series("ok", [[0, false]]));
    const unsure = rateWithin(
      series("c", [
        [0, 1],
        [0, 1],
      ]),
      0,
      1,
    );
    expect(mergeVerdicts([pass, unsure]).verdict).toBe("Inconclusive");
    expect(mergeVerdicts([pass, unsure, fail])).toMatchObject({ verdict: "Fail", outcomes: [{}, {}] });
    expect(mergeVerdicts([]).verdict).toBe("Pass");
  });
});
