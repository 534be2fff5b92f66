export {
  type Argument,
  type ArgumentMatch,
  looksLikePointer,
  parseArguments,
} from "./analysis/argument-shape.ts";
export { type ContextGroup, type GroupLevel, type GroupOptions, groupContexts } from "./analysis/group-contexts.ts";
export { buildCallGraph, type CallEdge, type CallNode, type TrimOptions } from "./analysis/profile/call-graph.ts";
export type { SampleFilters } from "./analysis/profile/filters.ts";
export { type Location, mergeSamples, type Sample, type SampleSource, totalOf } from "./analysis/profile/samples.ts";
export { displayGoName, isStandardPackage, packageOf } from "./base/go-symbol.ts";
export {
  type CaptureBatch,
  type CaptureManifest,
  type CaptureTarget,
  captureSkew,
} from "./formats/goroutines/capture-manifest.ts";
export type { CountTables, CrashRecord, DumpForm, DumpRecord, GoroutinesNative } from "./formats/goroutines/native.ts";
export { asGoroutines } from "./formats/goroutines/plugin.ts";
export type * from "./formats/goroutines/profile-tables.ts";
export { renderRaw } from "./formats/goroutines/profile-text.ts";
export type { DumpStatistics } from "./formats/goroutines/statistics.ts";
export { argumentTextOf, type CallTable, callCount, codeOffsetOf, registerOf } from "./model/calls.ts";
export {
  type ReportHeader,
  type ReportOptions,
  renderPeek,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
} from "./render/profile/report.ts";
