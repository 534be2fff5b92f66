import { SnapshotError } from "../../base/errors.ts";
import { ratioAcrossPhases } from "../../view/phase-values.ts";
import { SeriesField, type SeriesPoint } from "../../view/series-field.ts";
import {
  alwaysTrue,
  convergesTo,
  each,
  nondecreasing,
  rateWithin,
  ratioWithin,
  steadyWithin,
  strictlyIncreasing,
} from "../../view/temporal.ts";
import type { Verdict } from "../../view/verdict.ts";
import type { Literal, Pattern } from "./assertions.ts";

/** @throws SnapshotError `MalformedAssertions` for a pattern of numbers over values that are none. */
export function judgePattern(
  pattern: Pattern,
  series: SeriesField<Literal>,
  other: SeriesField<Literal> | undefined,
): Verdict {
  if (pattern.kind === "alwaysTrue") return alwaysTrue(narrow(series, isTruth, "true or false"));
  const field = narrow(series, isNumber, "a number");
  switch (pattern.kind) {
    case "nondecreasing":
      return nondecreasing(field);
    case "strictlyIncreasing":
      return strictlyIncreasing(field);
    case "rateWithin":
      return rateWithin(field, pattern.min, pattern.max);
    case "steadyWithin":
      return steadyWithin(field, pattern.warmupMs, pattern.tolerance);
    case "convergesTo":
      return convergesTo(field, pattern.target, pattern.tolerance, pattern.deadlineMs);
    case "ratioWithin":
      return ratioWithin(field, narrow(other ?? series, isNumber, "a number"), pattern.min, pattern.max);
    case "eachAtLeast":
      return each(field).atLeast(pattern.bound);
    case "eachAtMost":
      return each(field).atMost(pattern.bound);
    case "eachBetween":
      return each(field).between(pattern.lo, pattern.hi);
    case "ratioAcrossPhases": {
      const last = field.lastPerPhase().map(Number);
      return ratioAcrossPhases(last, pattern.earlier, pattern.later).atMost(pattern.atMost);
    }
    default:
      return pattern satisfies never;
  }
}

function isTruth(value: Literal): value is boolean {
  return typeof value === "boolean";
}

function isNumber(value: Literal): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function narrow<T extends Literal>(
  series: SeriesField<Literal>,
  is: (value: Literal) => value is T,
  what: string,
): SeriesField<T> {
  const points = series.points.map((point): SeriesPoint<T> => {
    const { value } = point;
    if (!value.ok) return { ...point, value };
    if (is(value.value)) return { ...point, value: { ok: true, value: value.value } };
    throw new SnapshotError(
      "MalformedAssertions",
      `${series.label} at ${point.tag} is not ${what}; choose a type with "as"`,
      {
        fields: { reason: what },
      },
    );
  });
  return new SeriesField(series.label, points);
}
