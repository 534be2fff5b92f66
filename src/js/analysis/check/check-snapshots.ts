import type { ErrorCode } from "../../base/error-codes.ts";
import type { SnapshotError } from "../../base/errors.ts";
import { attempt, type Result } from "../../base/result.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { SampleSeries } from "../../view/sample-series.ts";
import { pointText, SeriesField } from "../../view/series-field.ts";
import type { Verdict, VerdictWord } from "../../view/verdict.ts";
import type {
  Assertion,
  AssertionFile,
  ExpressionAssertion,
  Literal,
  PatternAssertion,
  ValueAssertion,
  ValueSelector,
  When,
} from "./assertions.ts";
import { type AssertionResult, type CheckReport, reportOf } from "./check-report.ts";
import { type CheckedSnapshot, inTimeOrder } from "./checked-snapshot.ts";
import { conditionText, holds, literalText } from "./conditions.ts";
import { evaluateExpression } from "./expression.ts";
import { judgePattern } from "./patterns.ts";
import { selectValue } from "./select.ts";

/**
 * Judges snapshots by a file of assertions. Several snapshots are a series: in the order of their elapsed time where all
 * have one, else in the order given.
 */
export function checkSnapshots(file: AssertionFile, snapshots: readonly Snapshot[]): CheckReport {
  const series = inTimeOrder(snapshots);
  return reportOf(
    file.name,
    file.assertions.map((assertion) => judge(assertion, series)),
  );
}

function judge(assertion: Assertion, series: readonly CheckedSnapshot[]): AssertionResult {
  if (series.length === 0) return result(assertion, "Inconclusive", ["there is no snapshot to look at"], 0);
  switch (assertion.kind) {
    case "value":
      return judgeSnapshots(assertion, series, (one) => judgeValue(assertion, one));
    case "expression":
      return judgeSnapshots(assertion, series, (one) => judgeExpression(assertion, one));
    case "pattern":
      return judgeSeries(assertion, series);
    default:
      return assertion satisfies never;
  }
}

function result(
  { name }: { readonly name: string },
  verdict: VerdictWord,
  messages: readonly string[],
  snapshots: number,
  notes: readonly string[] = [],
): AssertionResult {
  return { name, verdict, messages, notes, snapshots };
}

// -- one snapshot at a time ------------------------------------------------------------------------------------------

interface Judgement {
  readonly verdict: VerdictWord;
  readonly message: string;
}

const PASS: Judgement = { verdict: "Pass", message: "" };

function judgeSnapshots(
  assertion: ValueAssertion | ExpressionAssertion,
  series: readonly CheckedSnapshot[],
  judgeOne: (one: CheckedSnapshot) => Judgement,
): AssertionResult {
  const looked = chosen(assertion.when, series);
  const judged = looked.map((one) => ({ ...judgeOne(one), at: placeOf(one) }));
  const bad = judged.filter(({ verdict }) => verdict !== "Pass");
  const messages = bad.map(({ message, at }) => `${at}: ${message}`);
  if (assertion.when === "any" && bad.length < judged.length) return result(assertion, "Pass", [], looked.length);
  const failed = bad.some(({ verdict }) => verdict === "Fail");
  const verdict = failed ? "Fail" : bad.length > 0 ? "Inconclusive" : "Pass";
  return result(assertion, verdict, messages, looked.length);
}

function placeOf({ sample }: CheckedSnapshot): string {
  return sample.elapsedMs === undefined ? sample.tag : pointText(sample);
}

function chosen(when: When, series: readonly CheckedSnapshot[]): readonly CheckedSnapshot[] {
  if (when === "first") return series.slice(0, 1);
  return when === "last" ? series.slice(-1) : series;
}

function judgeValue({ value: selector, as, conditions }: ValueAssertion, one: CheckedSnapshot): Judgement {
  const read = attempt(() => selectValue(one, selector, as));
  for (const condition of conditions) {
    const judgement = read.ok ? judgeRead(condition, read.value) : judgeMiss(condition, read.error);
    if (judgement.verdict !== "Pass") return judgement;
  }
  return PASS;
}

function judgeRead(condition: Parameters<typeof holds>[0], value: Literal): Judgement {
  if (holds(condition, value)) return PASS;
  return { verdict: "Fail", message: `found ${literalText(value)}, expected ${conditionText(condition)}` };
}

function judgeMiss(condition: Parameters<typeof holds>[0], error: SnapshotError): Judgement {
  if (condition.kind === "fails" && error.code === condition.code) return PASS;
  if (condition.kind === "present" && !condition.wanted && !NOT_CAPTURED.has(error.code)) return PASS;
  const verdict = NOT_CAPTURED.has(error.code) ? "Inconclusive" : "Fail";
  return { verdict, message: `${error.code}: ${error.message}` };
}

/** Failures that say nothing about the system: the capture lacks what the assertion is about. */
const NOT_CAPTURED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "PlaceholderSample",
  "PlaceholderSnapshot",
  "MissingStats",
  "HostFieldUnavailable",
  "MapRenderIncomplete",
  "NoActiveScheduler",
  "WalkerDriftedWithinPhase",
]);

function judgeExpression({ expression, select }: ExpressionAssertion, { snapshot }: CheckedSnapshot): Judgement {
  const outcome = attempt(() => evaluateExpression(expression, select, snapshot));
  if (!outcome.ok) return { verdict: "Fail", message: `${outcome.error.code}: ${outcome.error.message}` };
  const { verdict, message } = outcome.value;
  return { verdict, message };
}

// -- the series as a whole -------------------------------------------------------------------------------------------

function judgeSeries(assertion: PatternAssertion, series: readonly CheckedSnapshot[]): AssertionResult {
  const { pattern, as } = assertion;
  const field = follow(assertion.series, as, series);
  const other = pattern.kind === "ratioWithin" ? follow(pattern.other, as, series) : undefined;
  const verdict = attempt(() => judgePattern(pattern, field, other));
  if (!verdict.ok) return result(assertion, "Fail", [verdict.error.message], series.length);
  const { outcomes, notes } = verdict.value satisfies Verdict;
  const messages = outcomes.map(({ message }) => message);
  return result(assertion, verdict.value.verdict, messages, series.length, notes);
}

function follow(
  selector: ValueSelector,
  as: PatternAssertion["as"],
  series: readonly CheckedSnapshot[],
): SeriesField<Literal> {
  // The running scheduler may change within a phase; its own projection guards against that.
  if (selector.kind === "liveVar" && selector.get === "" && selector.picker === undefined && as !== "bool") {
    return new SampleSeries(series.map(({ sample }) => sample)).bpfLive(selector.name, as);
  }
  const points = series.map((one) => ({
    tag: one.sample.tag,
    elapsedMs: one.sample.elapsedMs,
    phase: one.sample.stepIndex,
    value: attempt(() => selectValue(one, selector, as)) satisfies Result<Literal>,
  }));
  return new SeriesField(selectorText(selector), points);
}

function selectorText(selector: ValueSelector): string {
  switch (selector.kind) {
    case "path":
    case "stats":
      return selector.path;
    case "fact":
      return selector.key;
    case "var":
    case "liveVar":
      return selector.get === "" ? selector.name : `${selector.name}.${selector.get}`;
    case "map":
      return `${selector.map.name}: ${selector.map.side} ${selector.map.path}`.trimEnd();
    case "host":
      return `${selector.field} of CPU ${selector.cpu}`;
    case "count":
      return `count of ${selector.of.kind}`;
    default:
      return selector satisfies never;
  }
}
