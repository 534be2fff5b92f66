export {
  type Argument,
  type ArgumentMatch,
  looksLikePointer,
  parseArguments,
} from "./analysis/argument-shape.ts";
export {
  type ContextChange,
  type ContextComparison,
  compareContexts,
  compareGroups,
  type GroupChange,
  matchProcesses,
} from "./analysis/compare-contexts.ts";
export { type ContextFilter, type ContextPredicate, compileFilter, type Texts } from "./analysis/context-filter.ts";
export { type Convoy, type ConvoyOptions, findConvoys } from "./analysis/convoys.ts";
export {
  buildCreationTree,
  type CreationRow,
  type CreationSite,
  type CreationTree,
  creationSites,
} from "./analysis/creation-tree.ts";
export { type FlameTree, FlameTreeBuilder } from "./analysis/flame-builder.ts";
export { diffFlameTrees, invertDiff } from "./analysis/flame-diff.ts";
export {
  buildFlameTree,
  type FlameChildren,
  type FlameOptions,
  type FlameOrder,
  flamePath,
  orderChildren,
  pruneFlameTree,
} from "./analysis/flame-tree.ts";
export { type ContextGroup, type GroupLevel, type GroupOptions, groupContexts } from "./analysis/group-contexts.ts";
export { type LabelKey, labelKeys, type PivotRow, pivotByLabel } from "./analysis/label-pivot.ts";
export {
  findLinks,
  type Link,
  type LinkEnd,
  type LinkKey,
  type LinkResult,
  type LinkRule,
  labelRule,
} from "./analysis/links.ts";
export { namePointers } from "./analysis/pointer-names.ts";
export { buildCallGraph, type CallEdge, type CallNode, type TrimOptions } from "./analysis/profile/call-graph.ts";
export type { SampleFilters } from "./analysis/profile/filters.ts";
export { type Location, mergeSamples, type Sample, type SampleSource, totalOf } from "./analysis/profile/samples.ts";
export { buildSandwich, type FunctionTotal, functionTotals, type Sandwich, sandwichTree } from "./analysis/sandwich.ts";
export { selectContexts } from "./analysis/select-contexts.ts";
export { findSuspicions, type Suspicion, type SuspicionKind, type SuspicionOptions } from "./analysis/suspicions.ts";
export { countStates, type LongWait, longestWaits, type StateRow } from "./analysis/waits.ts";
export { displayGoName, isStandardPackage, packageOf } from "./base/go-symbol.ts";
export {
  type CaptureBatch,
  type CaptureManifest,
  type CaptureTarget,
  captureSkew,
  renderManifest,
} from "./formats/goroutines/capture-manifest.ts";
export type { CountTables, CrashRecord, DumpForm, DumpRecord, GoroutinesNative } from "./formats/goroutines/native.ts";
export { asGoroutines } from "./formats/goroutines/plugin.ts";
export { type ProfileHeader, profileHeader } from "./formats/goroutines/profile-header.ts";
export type * from "./formats/goroutines/profile-tables.ts";
export { renderRaw } from "./formats/goroutines/profile-text.ts";
export type { DumpStatistics } from "./formats/goroutines/statistics.ts";
export { argumentTextOf, type CallTable, callCount, codeOffsetOf, registerOf } from "./model/calls.ts";
export { renderChanges } from "./render/contexts/changes.ts";
export { contextName, frameText, waitText } from "./render/contexts/context-text.ts";
export {
  renderContextList,
  renderConvoys,
  renderCreation,
  renderLinks,
  renderPivot,
  renderSuspicions,
  renderWaits,
} from "./render/contexts/findings.ts";
export { type GroupTextOptions, renderGroups } from "./render/contexts/groups.ts";
export { renderOverview, renderStates } from "./render/contexts/overview.ts";
export { plainChange, plainContext, plainFrame, plainGroup } from "./render/contexts/plain.ts";
export {
  plainChanges,
  plainConvoys,
  plainCreation,
  plainLinks,
  plainPivot,
  plainReference,
  plainSuspicions,
  plainWaits,
} from "./render/contexts/plain-findings.ts";
export { parseFolded, renderFolded } from "./render/flame/folded.ts";
export { type FlamePageOptions, renderFlamePage } from "./render/flame/page.ts";
export { renderSpeedscope } from "./render/flame/speedscope.ts";
export { type FlameSvgOptions, renderFlameSvg } from "./render/flame/svg.ts";
export { encodeProfile } from "./render/profile/encode-profile.ts";
export { type PlainReport, plainReport } from "./render/profile/plain.ts";
export {
  type ReportHeader,
  type ReportOptions,
  renderPeek,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
} from "./render/profile/report.ts";
