export { DEFAULT_CHECK_EVERY, MINIMUM_CHECK_NANOS, parseCheckInterval } from "./analysis/detect/check-interval.ts";
export { type DetectState, NEW_STATE, parseDetectState, renderDetectState } from "./analysis/detect/detect-state.ts";
export {
  type DetectLogLine,
  Detector,
  type DetectorOptions,
  type ScanInput,
  type ScanResult,
} from "./analysis/detect/detector.ts";
export { type Fetch, httpSender, MemoryFiling, type SendReport } from "./analysis/detect/memory-filing.ts";
export { type ProgramConfig, parseProgramConfig } from "./analysis/detect/program-config.ts";
export {
  type CrashReport,
  createReport,
  type Filing,
  MAX_PENDING,
  PendingQueue,
  type PendingReport,
  PRODUCT_NAME,
  tooManyPending,
} from "./analysis/detect/report.ts";
export { type NextScan, planNext } from "./analysis/detect/schedule.ts";
export { type FiledSignature, fileSignature } from "./analysis/detect/signature.ts";
export { DetectStats } from "./analysis/detect/stats.ts";
export { effectiveInterval, MINIMUM_SIGNATURE_NANOS, Throttle } from "./analysis/detect/throttle.ts";
