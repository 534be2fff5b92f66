export { DEFAULT_CHECK_EVERY, MINIMUM_CHECK_NANOS, parseCheckInterval } from "./analysis/detect/check-interval.ts";
export { type DetectClock, type DetectLoopOptions, runDetectLoop } from "./analysis/detect/detect-loop.ts";
export { type DetectState, NEW_STATE, parseDetectState, renderDetectState } from "./analysis/detect/detect-state.ts";
export {
  type DetectLogLine,
  Detector,
  type DetectorOptions,
  type ScanInput,
  type ScanResult,
} from "./analysis/detect/detector.ts";
export { type Fetch, httpSender } from "./analysis/detect/http-sender.ts";
export { MemoryFiling } from "./analysis/detect/memory-filing.ts";
export {
  MAX_OUTBOX,
  OutboxFiling,
  type OutboxOptions,
  type OutboxStore,
  parsePendingReport,
  renderPendingReport,
  type SendReport,
} from "./analysis/detect/outbox-filing.ts";
export { type ProgramConfig, parseProgramConfig, runsFor } from "./analysis/detect/program-config.ts";
export {
  type CrashReport,
  createReport,
  type Filing,
  MAX_PENDING,
  PendingQueue,
  type PendingReport,
  PRODUCT_NAME,
  reportId,
  tooManyPending,
} from "./analysis/detect/report.ts";
export { type NextScan, planNext } from "./analysis/detect/schedule.ts";
export { type FiledSignature, fileSignature } from "./analysis/detect/signature.ts";
export { type DetectCounters, DetectStats } from "./analysis/detect/stats.ts";
export { effectiveInterval, MINIMUM_SIGNATURE_NANOS, Throttle } from "./analysis/detect/throttle.ts";
export {
  type DetectOnceOptions,
  detectOnce,
  loadState,
  type SnapshotSource,
  type StateStore,
  type TickResult,
  type TickTime,
  tick,
} from "./analysis/detect/tick.ts";
