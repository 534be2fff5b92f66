/** Views of captures of maps (failure dumps, kernel texts, BPF captures): reports, joins, hints, coverage, counters. */
import type { Snapshot } from "./model/snapshot.ts";
import { captureHtml } from "./render/capture/html-sections.ts";
import { renderCapture } from "./render/capture/report.ts";
import type { HtmlSection } from "./render/html.ts";
import { verdict, verdictText } from "./verdict.ts";

export { type CounterSeries, counterSeries } from "./analysis/scheduler/counters.ts";
export {
  type CapturedCounts,
  type Coverage,
  type CoverageGap,
  coverageOf,
  type ValueGaps,
} from "./analysis/scheduler/coverage.ts";
export { type Confidence, findTask, type TaskSighting, type TaskWhereabouts } from "./analysis/scheduler/find-task.ts";
export { type Hint, hintsOf } from "./analysis/scheduler/hints.ts";
export { type DeadQueue, deadQueues, type SlowConsumer, slowConsumers } from "./analysis/scheduler/standstill.ts";
export { type CaptureTextOptions, renderCapture } from "./render/capture/report.ts";
export { sparkline, sparkSvg } from "./render/capture/sparkline.ts";
export { renderTask } from "./render/capture/task-text.ts";
export { type ValueTextOptions, valueLines } from "./render/capture/value-lines.ts";

/** @param everything with zero members, format strings and all entries. */
export function captureReport(snapshot: Snapshot, everything: boolean): string {
  const headline = verdictText(verdict(snapshot));
  const all = { zeros: true, formats: true, entries: Number.MAX_SAFE_INTEGER };
  return renderCapture(snapshot, { headline, ...(everything && all) });
}

/** Sections of the page, before the general ones. */
export function captureSections(snapshot: Snapshot): readonly HtmlSection[] {
  return captureHtml(snapshot, verdictText(verdict(snapshot)));
}
