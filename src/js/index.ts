export { ERROR_CODES, type ErrorCode, type ErrorFamily } from "./base/error-codes.ts";
export {
  type ErrorReport,
  fromErrorReport,
  isSnapshotError,
  type LimitReport,
  SnapshotError,
  type SnapshotErrorDetails,
  toErrorReport,
} from "./base/errors.ts";
export type { FormatId } from "./base/format-id.ts";
export type { Issue, IssueSeverity } from "./base/issue.ts";
export {
  type JsonObject,
  type JsonReadOptions,
  type JsonValue,
  type JsonWriteOptions,
  parseJson,
  renderJson,
} from "./base/json.ts";
export { DEFAULT_LIMITS, type LimitName, type Limits, withLimits } from "./base/limits.ts";
export { compareText, escapeCsv, escapeHtml, escapeMarkdown, escapeTerminal, suggestNames } from "./base/text.ts";
export { VERSION } from "./base/version.ts";
