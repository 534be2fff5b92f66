/** sched_ext failure dumps and the traversal of captured maps. */

export type { DegradedDump, DualDump, DumpDocument, DumpKind, DumpSample } from "./formats/sched-ext/document.ts";
export { type DumpSampleOf, dumpSamples } from "./formats/sched-ext/dump-samples.ts";
export type { FailureDump, ReadDumps } from "./formats/sched-ext/failure-dump.ts";
export { failureDumpKind, readFailureDump, readFailureDumps } from "./formats/sched-ext/failure-dump.ts";
export { redactFailureDump, redactSnapshot } from "./formats/sched-ext/redaction/redact-dump.ts";
export type { RedactOptions } from "./formats/sched-ext/redaction/relabelling.ts";
export type { DumpMap, DumpReport } from "./formats/sched-ext/report.ts";
export {
  type ByteDuplex,
  FrameConnection,
  HostClient,
  type HostService,
  type RequestOutcome,
  serveHost,
} from "./formats/sched-ext/wire/connection.ts";
export {
  DEFAULT_MAX_PAYLOAD,
  decodeFrames,
  encodeFrame,
  type Frame,
  FrameDecoder,
} from "./formats/sched-ext/wire/frame.ts";
export {
  decodeKernelOpReply,
  decodeKernelOpRequest,
  encodeKernelOpReply,
  encodeKernelOpRequest,
  MAX_REPLY_BYTES,
} from "./formats/sched-ext/wire/kernel-ops.ts";
export { MESSAGE_TYPES, type MessageTag, messageTag } from "./formats/sched-ext/wire/message-types.ts";
export * from "./formats/sched-ext/wire/messages.ts";
export type * from "./model/host-tables.ts";
export { EVENT_COUNTERS } from "./model/host-tables.ts";
export type {
  KernelOpEntry,
  KernelOpReply,
  KernelOpRequest,
  KernelOpTarget,
  KernelOpValue,
} from "./model/kernel-op.ts";
export type * from "./model/maps.ts";
export {
  type MissingStatsReason,
  readMissingStatsReason,
  readSampleStats,
  type SampleStats,
} from "./model/sample-stats.ts";
export type { ActiveChoice, ActiveFilter } from "./view/active.ts";
export {
  type AccessorState,
  type BridgeCallbacks,
  type CgroupProcs,
  type DrainedEntry,
  MAX_STORED_SNAPSHOTS,
  MAX_WATCH_SNAPSHOTS,
  SnapshotBridge,
  type StoredReport,
  type StoreOptions,
} from "./view/bridge.ts";
export { type BridgeEvent, MAX_STORED_EVENTS } from "./view/bridge-events.ts";
export { BridgeScope, type ScopeGuard } from "./view/bridge-scope.ts";
export { type CaptureTarget, CaptureView, type VarHit, type ViewOptions, viewCapture } from "./view/capture.ts";
export { Entry, type EntryKind } from "./view/entry.ts";
export { type ExcludedMap, toVariant } from "./view/failures.ts";
export { Field } from "./view/field.ts";
export { JsonField, statsPath } from "./view/json-field.ts";
export { type EntryKey, type EntryPredicate, MapView } from "./view/map.ts";
export { EntrySeries, MapSeries } from "./view/map-series.ts";
export {
  type Comparison,
  compareMetric,
  fracPair,
  type PhaseRatio,
  PhaseValues,
  type Polarity,
  ratioAcrossPhases,
  zipPerPhase,
} from "./view/phase-values.ts";
export { maxByCounterValue, maxBySumU64, type Picker } from "./view/pickers.ts";
export { RawValue } from "./view/raw-value.ts";
export { LiveVarsSeries, type NumberType, type Sample, SampleSeries } from "./view/sample-series.ts";
export { counterDeltaPerPhase, SeriesField, type SeriesPoint, sumByPhase } from "./view/series-field.ts";
export {
  alwaysTrue,
  convergesTo,
  type EachSample,
  each,
  nondecreasing,
  rateWithin,
  ratioWithin,
  steadyWithin,
  strictlyIncreasing,
} from "./view/temporal.ts";
export { mergeVerdicts, type Outcome, type Verdict, type VerdictWord } from "./view/verdict.ts";
