/** sched_ext failure dumps and the traversal of captured maps. */

export type { DegradedDump, DualDump, DumpDocument, DumpKind, DumpSample } from "./formats/sched-ext/document.ts";
export type { FailureDump, ReadDumps } from "./formats/sched-ext/failure-dump.ts";
export { failureDumpKind, readFailureDump, readFailureDumps } from "./formats/sched-ext/failure-dump.ts";
export type { DumpMap, DumpReport } from "./formats/sched-ext/report.ts";
export type * from "./model/host-tables.ts";
export type * from "./model/maps.ts";
export type { ActiveChoice, ActiveFilter } from "./view/active.ts";
export { type CaptureTarget, CaptureView, type VarHit, type ViewOptions, viewCapture } from "./view/capture.ts";
export { Entry, type EntryKind } from "./view/entry.ts";
export { type ExcludedMap, toVariant } from "./view/failures.ts";
export { Field } from "./view/field.ts";
export { JsonField, statsPath } from "./view/json-field.ts";
export { type EntryKey, type EntryPredicate, MapView } from "./view/map.ts";
export {
  type MissingStatsReason,
  readMissingStatsReason,
  readSampleStats,
  type SampleStats,
} from "./view/missing-stats.ts";
export { maxByCounterValue, maxBySumU64, type Picker } from "./view/pickers.ts";
export { RawValue } from "./view/raw-value.ts";
