import { decimalText, fixedText } from "../base/decimal.ts";
import { failureOf, pointText, type SeriesField, type SeriesPoint } from "./series-field.ts";
import { type Verdict, VerdictBuilder, valueText } from "./verdict.ts";

/**
 * Patterns over a series (specification, section 10.4). What speaks against the pattern is a Fail, what cannot be judged
 * is Inconclusive, and what was left out is a note.
 */
type Countable = bigint | number;
type Read<T> = SeriesPoint<T> & { readonly value: { readonly ok: true; readonly value: T } };

function isRead<T>(point: SeriesPoint<T>): point is Read<T> {
  return point.value.ok;
}

function adjacentPairs<T>(points: readonly SeriesPoint<T>[]): (readonly [SeriesPoint<T>, SeriesPoint<T>])[] {
  return points.slice(1).map((point, ix) => [points[ix]!, point] as const);
}

function describe<T>(point: SeriesPoint<T>): string {
  const failure = failureOf(point);
  return failure === undefined ? pointText(point) : `${pointText(point)}: ${failure.message}`;
}

function noteSkipped<T>(builder: VerdictBuilder, skipped: readonly SeriesPoint<T>[], why = "skipped"): void {
  if (skipped.length > 0) builder.note(`${why} ${skipped.map(describe).join("; ")}`);
}

// -- order -----------------------------------------------------------------------------------------------------------

/** Each value at least the one before. A gap is not bridged: pairs with a failed sample are left out. */
export function nondecreasing(field: SeriesField<Countable>): Verdict {
  return inOrder(field, "nondecreasing", (before, after) => after >= before);
}

/** Each value greater than the one before. */
export function strictlyIncreasing(field: SeriesField<Countable>): Verdict {
  return inOrder(field, "strictly_increasing", (before, after) => after > before);
}

function inOrder(
  field: SeriesField<Countable>,
  pattern: string,
  holds: (a: Countable, b: Countable) => boolean,
): Verdict {
  const builder = new VerdictBuilder(`${field.label} ${pattern}`);
  if (field.points.length < 2) return builder.note(`${field.points.length} samples are too few to compare`).build();
  for (const [a, b] of adjacentPairs(field.points)) {
    if (!isRead(a) || !isRead(b) || holds(a.value.value, b.value.value)) continue;
    builder.fail(
      `${valueText(a.value.value)} at ${pointText(a)}, then ${valueText(b.value.value)} at ${pointText(b)}`,
      b.tag,
    );
  }
  noteSkipped(
    builder,
    field.points.filter((point) => !isRead(point)),
  );
  return builder.build();
}

// -- rates -----------------------------------------------------------------------------------------------------------

/** Growth per millisecond between neighbours within [lo, hi]. */
export function rateWithin(field: SeriesField<Countable>, lo: number, hi: number): Verdict {
  const bounds = `[${decimalText(lo)}, ${decimalText(hi)}]`;
  const builder = new VerdictBuilder(`${field.label} rate_within ${bounds}`);
  if (!(lo <= hi)) return builder.fail("caller error: the lower bound is above the upper").build();
  if (field.points.length < 2) return builder.note(`${field.points.length} samples have no rate`).build();
  const gaps: string[] = [];
  for (const [a, b] of adjacentPairs(field.points)) {
    const gap = rateGap(a, b);
    if (gap !== undefined) gaps.push(gap);
    else if (isRead(a) && isRead(b)) judgeRate(builder, a, b, lo, hi);
  }
  if (gaps.length > 0) builder.note(`no rate between ${gaps.join("; ")}`);
  return builder.build();
}

function rateGap<T>(a: SeriesPoint<T>, b: SeriesPoint<T>): string | undefined {
  const failed = [a, b].filter((point) => !isRead(point));
  if (failed.length > 0) return failed.map(describe).join(" | ");
  if (a.elapsedMs !== undefined && b.elapsedMs !== undefined) return undefined;
  return `${pointText(a)}..${pointText(b)}: elapsed not measured`;
}

function judgeRate(builder: VerdictBuilder, a: Read<Countable>, b: Read<Countable>, lo: number, hi: number): void {
  const elapsed = (b.elapsedMs ?? 0n) - (a.elapsedMs ?? 0n);
  const span = `from ${pointText(a)} to ${pointText(b)}`;
  if (elapsed <= 0n) {
    builder.inconclusive(`no time passed ${span}`, b.tag);
    return;
  }
  const rate = difference(b.value.value, a.value.value) / Number(elapsed);
  const text = `the rate ${span} is ${fixedText(rate, 4)}/ms`;
  if (!Number.isFinite(rate)) builder.fail(`${text}, which is not finite`, b.tag);
  else if (rate < lo || rate > hi) builder.fail(text, b.tag);
}

/** Exact before it is rounded: counters near 2^64 still differ. */
function difference(a: Countable, b: Countable): number {
  return typeof a === "bigint" && typeof b === "bigint" ? Number(a - b) : Number(a) - Number(b);
}

// -- levels ----------------------------------------------------------------------------------------------------------

/** After the warm-up, every value within ±tolerance (a fraction) of their mean. */
export function steadyWithin(field: SeriesField<Countable>, warmupMs: number, tolerance: number): Verdict {
  const builder = new VerdictBuilder(`${field.label} steady_within ±${decimalText(tolerance)} after ${warmupMs}ms`);
  if (!(tolerance >= 0)) return builder.fail("caller error: the tolerance is negative").build();
  const late = field.points.filter(({ elapsedMs }) => elapsedMs === undefined || elapsedMs >= warmupMs);
  const used = late.filter(isRead).filter((point) => point.elapsedMs !== undefined && isFiniteValue(point.value.value));
  if (used.length === 0) return builder.note("no sample beyond the warm-up can be used").build();
  const mean = used.reduce((sum, point) => sum + Number(point.value.value), 0) / used.length;
  const [lo, hi] = [mean * (1 - tolerance), mean * (1 + tolerance)].sort((a, b) => a - b) as [number, number];
  for (const point of used) {
    const value = Number(point.value.value);
    if (value >= lo && value <= hi) continue;
    const band = `[${fixedText(lo, 4)}, ${fixedText(hi, 4)}] around the mean ${fixedText(mean, 4)}`;
    builder.fail(`${valueText(point.value.value)} at ${pointText(point)} is outside ${band}`, point.tag);
  }
  const usable = new Set<unknown>(used);
  noteSkipped(
    builder,
    late.filter((point) => !usable.has(point)),
  );
  return builder.build();
}

function isFiniteValue(value: Countable): boolean {
  return typeof value === "bigint" || Number.isFinite(value);
}

/** Samples in a row that must lie in the band. */
const SETTLED = 3;

/** Three samples in a row within ±tolerance of the target, all by the deadline. */
export function convergesTo(
  field: SeriesField<Countable>,
  target: number,
  tolerance: number,
  deadlineMs: number,
): Verdict {
  const band = `${decimalText(target)} ±${decimalText(tolerance)}`;
  const builder = new VerdictBuilder(`${field.label} converges_to ${band} by ${deadlineMs}ms`);
  if (!(tolerance >= 0)) return builder.fail("caller error: the tolerance is negative").build();
  const inWindow = ({ elapsedMs }: SeriesPoint<Countable>): boolean =>
    elapsedMs !== undefined && elapsedMs <= deadlineMs;
  const read = field.points.filter((point) => isRead(point) && inWindow(point));
  if (read.length < SETTLED) return builder.note(`${read.length} samples by the deadline are too few to judge`).build();
  let run = 0;
  const interruptions: string[] = [];
  for (const point of field.points) {
    if (!isRead(point) && run > 0) interruptions.push(describe(point));
    const holds = isRead(point) && inWindow(point) && Math.abs(Number(point.value.value) - target) <= tolerance;
    run = holds ? run + 1 : 0;
    if (run === SETTLED) return builder.build();
  }
  const broken = interruptions.length > 0 ? `; interrupted by ${interruptions.join("; ")}` : "";
  return builder.fail(`never ${SETTLED} samples in a row${broken}; ${trace(read)}`).build();
}

const TRACED = 8;

function trace(points: readonly SeriesPoint<Countable>[]): string {
  const shown = points.slice(-TRACED).filter(isRead);
  return `last values ${shown.map((point) => `${valueText(point.value.value)} at ${pointText(point)}`).join(", ")}`;
}

/** The quotient of two series, sample by sample, within [lo, hi]. */
export function ratioWithin(
  field: SeriesField<Countable>,
  other: SeriesField<Countable>,
  lo: number,
  hi: number,
): Verdict {
  const bounds = `[${decimalText(lo)}, ${decimalText(hi)}]`;
  const builder = new VerdictBuilder(`${field.label} / ${other.label} ratio_within ${bounds}`);
  if (!(lo <= hi)) return builder.fail("caller error: the lower bound is above the upper").build();
  if (field.points.length !== other.points.length) {
    const lengths = `${field.points.length} and ${other.points.length} samples`;
    return builder.fail(`caller error: the series have ${lengths}`).build();
  }
  const gaps: string[] = [];
  field.points.forEach((lhs, ix) => {
    const rhs = other.points[ix]!;
    if (isRead(lhs) && isRead(rhs)) judgeRatio(builder, lhs, rhs, lo, hi);
    else
      gaps.push(
        [lhs, rhs]
          .map((point, side) => gapText(point, side))
          .filter((text) => text !== "")
          .join(" | "),
      );
  });
  if (gaps.length > 0) builder.note(`no ratio at ${gaps.join("; ")}`);
  return builder.build();
}

function gapText(point: SeriesPoint<unknown>, side: number): string {
  return isRead(point) ? "" : `${side === 0 ? "lhs" : "rhs"} ${describe(point)}`;
}

function judgeRatio(builder: VerdictBuilder, lhs: Read<Countable>, rhs: Read<Countable>, lo: number, hi: number): void {
  const [a, b] = [Number(lhs.value.value), Number(rhs.value.value)];
  const at = `${valueText(lhs.value.value)} over ${valueText(rhs.value.value)} at ${pointText(lhs)}`;
  if (b === 0) {
    builder.inconclusive(`${at}: the denominator is 0`, lhs.tag);
    return;
  }
  const ratio = a / b;
  if (!Number.isFinite(ratio)) builder.fail(`${at} is not finite`, lhs.tag);
  else if (ratio < lo || ratio > hi) builder.fail(`${at} is ${fixedText(ratio, 4)}`, lhs.tag);
}

// -- every sample ----------------------------------------------------------------------------------------------------

/** Every sample true; a sample that cannot be read fails. */
export function alwaysTrue(field: SeriesField<boolean>): Verdict {
  const builder = new VerdictBuilder(`${field.label} always_true`);
  for (const point of field.points) {
    if (!isRead(point)) builder.fail(`projection error: ${describe(point)}`, point.tag);
    else if (!point.value.value) builder.fail(`false at ${pointText(point)}`, point.tag);
  }
  return builder.build();
}

export interface EachSample<T> {
  atLeast(bound: T): Verdict;
  atMost(bound: T): Verdict;
  between(lo: T, hi: T): Verdict;
}

/** Every sample against bounds; a sample that cannot be read, or is NaN, fails. */
export function each<T extends Countable>(field: SeriesField<T>): EachSample<T> {
  const judge = (pattern: string, holds: (value: T) => boolean, bounds: readonly T[]): Verdict => {
    const builder = new VerdictBuilder(`${field.label} each ${pattern}`);
    for (const point of field.points) judgeOne(builder, point, holds, bounds);
    return builder.build();
  };
  return {
    atLeast: (bound) => judge(`at_least ${valueText(bound)}`, (value) => value >= bound, [bound]),
    atMost: (bound) => judge(`at_most ${valueText(bound)}`, (value) => value <= bound, [bound]),
    between(lo, hi) {
      const pattern = `between ${valueText(lo)} and ${valueText(hi)}`;
      if (lo > hi) {
        const builder = new VerdictBuilder(`${field.label} each ${pattern}`);
        return builder.fail("caller error: the lower bound is above the upper").build();
      }
      return judge(pattern, (value) => value >= lo && value <= hi, [lo, hi]);
    },
  };
}

function judgeOne<T extends Countable>(
  builder: VerdictBuilder,
  point: SeriesPoint<T>,
  holds: (value: T) => boolean,
  bounds: readonly T[],
): void {
  if (!isRead(point)) {
    builder.fail(`projection error: ${describe(point)}`, point.tag);
    return;
  }
  const { value } = point.value;
  const at = `${valueText(value)} at ${pointText(point)}`;
  if ([value, ...bounds].some((one) => Number.isNaN(one))) builder.fail(`${at} is incomparable`, point.tag);
  else if (!holds(value)) builder.fail(at, point.tag);
}
