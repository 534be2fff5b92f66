export { renderChromeTrace, renderChromeTraceLines } from "./formats/pigweed/chrome-trace.ts";
export {
  type LogBatch,
  LogStreamDecoder,
  type LogStreamOptions,
  renderStreamedLog,
  type StreamedEntry,
  type StreamedLog,
} from "./formats/pigweed/log-stream.ts";
export {
  buildMetricTree,
  type MetricNode,
  type MetricSample,
  type MetricTree,
  resolveMetricPath,
} from "./formats/pigweed/metrics.ts";
export { nameStatuses, STATUS_NAMES } from "./formats/pigweed/status-names.ts";
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
export { MessageStream, type StreamChunk } from "./formats/pigweed/tokens/message-stream.ts";
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
