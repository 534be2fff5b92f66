export { renderChromeTrace, renderChromeTraceLines } from "./formats/pigweed/chrome-trace.ts";
export { renderLogClockMs, renderLogClockNs } from "./formats/pigweed/clock.ts";
export { type CortexMReport, readCortexM } from "./formats/pigweed/cortex-m.ts";
export type { CpuReport } from "./formats/pigweed/cpu.ts";
export { analyseCrash, type CrashAnalysisOptions } from "./formats/pigweed/crash-analysis.ts";
export {
  encodeSnapshot,
  readSnapshotData,
  type SnapshotData,
  type SnapshotDataOptions,
} from "./formats/pigweed/encode.ts";
export {
  type LogBatch,
  LogStreamDecoder,
  type LogStreamOptions,
  renderStreamedLog,
  type StreamedEntry,
  type StreamedLog,
} from "./formats/pigweed/log-stream.ts";
export type { MetadataReport, Tag } from "./formats/pigweed/metadata.ts";
export {
  buildMetricTree,
  type MetricNode,
  type MetricSample,
  type MetricTree,
  resolveMetricPath,
} from "./formats/pigweed/metrics.ts";
export type { PigweedOptions, PigweedTextOptions } from "./formats/pigweed/options.ts";
export { asPigweed, type PigweedNative } from "./formats/pigweed/plugin.ts";
export { type ProjectFiles, type ProjectSchema, parseProject } from "./formats/pigweed/project.ts";
export type { CapturedRegister } from "./formats/pigweed/registers.ts";
export { type SnapshotReport, walkReports } from "./formats/pigweed/report.ts";
export type { RiscvReport } from "./formats/pigweed/riscv.ts";
export { nameStatuses, STATUS_NAMES } from "./formats/pigweed/status-names.ts";
export { renderCortexM, renderLongCause } from "./formats/pigweed/text/cpu.ts";
export { renderPlace, renderSymbol } from "./formats/pigweed/text/symbol.ts";
export { renderBacktrace } from "./formats/pigweed/text/threads.ts";
export type { BacktraceFrame, StackReport, ThreadReport, ThreadsReport } from "./formats/pigweed/threads.ts";
export type { TimestampReport } from "./formats/pigweed/timestamps.ts";
export { ARGUMENT_STATUS } from "./formats/pigweed/tokens/argument-reader.ts";
export { encodeBinaryTokens, readBinaryTokens } from "./formats/pigweed/tokens/binary-tokens.ts";
export {
  encodeCsvTokens,
  parseCsvTokens,
  readCsvTokens,
  renderCsvTokens,
} from "./formats/pigweed/tokens/csv-tokens.ts";
export {
  type DetokenizeResult,
  detokenizeBytes,
  detokenizeText,
  type FormattedText,
  formatMessage,
  type MessageEncoding,
  parseMessage,
} from "./formats/pigweed/tokens/detokenize.ts";
export {
  type DetokenizedMessage,
  Detokenizer,
  type DetokenizerOptions,
  type TokenMatch,
} from "./formats/pigweed/tokens/detokenizer.ts";
export { readElfTokens, readEntriesSection, readTokenizerSettings } from "./formats/pigweed/tokens/elf-tokens.ts";
export type { TokenEntry } from "./formats/pigweed/tokens/entry.ts";
export { readJsonTokens, tokenize } from "./formats/pigweed/tokens/json-tokens.ts";
export { MessageStream, type StreamChunk, StreamDetokenizer } from "./formats/pigweed/tokens/message-stream.ts";
export {
  mergeTokens,
  NO_TOKENS,
  type TokenDatabase,
  type TokenFile,
  type TokenReadOptions,
} from "./formats/pigweed/tokens/token-database.ts";
export {
  detectTokenFile,
  isDirectoryTokenFile,
  loadTokens,
  readTokenFile,
  type TokenFileKind,
  type TokenInput,
} from "./formats/pigweed/tokens/token-files.ts";
export { DEFAULT_C_HASH_LENGTH, hashTokenBytes, hashTokenText } from "./formats/pigweed/tokens/token-hash.ts";
export {
  decodeTrace,
  TRACE_EVENT_TYPES,
  type Trace,
  type TraceEvent,
  type TraceEventType,
  type TraceOptions,
} from "./formats/pigweed/trace.ts";
export type {
  CorrectedStack,
  CrashAnalysis,
  CrashFinding,
  StackCandidate,
  StackFinding,
} from "./model/crash-analysis.ts";
