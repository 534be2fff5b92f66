import type { ModuleName } from "./abi/core.ts";
import { SnapshotError } from "./base/errors.ts";
import { FORMATS } from "./formats/registry.ts";
import { createOpener, type Opener } from "./open.ts";
import { compileResponse } from "./platform/browser.ts";

export type { Core, ModuleName, ModuleSource } from "./abi/core.ts";
export { loadCore } from "./abi/core.ts";
export { type Content, type ReadingContext, readContent } from "./archive/content.ts";
export { type PackedFile, type Unpacked, unpack } from "./archive/unpack.ts";
export type { ErrorCode, ErrorFamily } from "./base/error-codes.ts";
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
export type { Result } from "./base/result.ts";
export { compareText, escapeCsv, escapeHtml, escapeMarkdown, escapeTerminal, suggestNames } from "./base/text.ts";
export { VERSION } from "./base/version.ts";
export { type DumpOptions, dump, dumpPieces, toHtml, toHtmlChunks } from "./dump.ts";
export { type FormatCandidate, HEAD_BYTES } from "./formats/detect.ts";
export type { DecodeProgress, Format, FormatEntry, FormatPlugin, Input } from "./formats/plugin.ts";
export { FORMATS } from "./formats/registry.ts";
export { fromJson } from "./model/document.ts";
export { type Fact, type FactKey, type FactValue, findFact } from "./model/facts.ts";
export type { LogLevel, LogRecord, LogSource } from "./model/logs.ts";
export { type InputSummary, SNAPSHOT_SCHEMA, type Snapshot, type SnapshotParts } from "./model/snapshot.ts";
export {
  type Frame,
  framesOf,
  type Register,
  type StackContext,
  type StackIx,
  type StackTable,
} from "./model/stacks.ts";
export type { Timeline, TimelineEvent, TimelinePhase } from "./model/timelines.ts";
export type { Scalar, ValueKind, ValueNode, ValueOrigin, ValueSource } from "./model/values.ts";
export {
  createOpener,
  type DetectedFile,
  type FileGroups,
  type FileHead,
  type NamedContent,
  type OpenEnvironment,
  type Opener,
  type OpenOptions,
  type OpenSource,
} from "./open.ts";
export type { HtmlOptions } from "./render/html.ts";
export { jsonChunks, toJson, valueChunks } from "./render/json.ts";
export { renderCell, renderLine, renderTime, renderValue } from "./render/scalar.ts";
export { type Column, renderTable } from "./render/table.ts";
export { renderFacts, renderIssues, renderMembers, renderText, renderTree, type TextLimits } from "./render/text.ts";
export type { OpenedSnapshot, SnapshotAccess } from "./view/access.ts";
export type { Entry } from "./view/entry.ts";
export type { Field } from "./view/field.ts";
export type { MapView } from "./view/map.ts";
export {
  type ChildPage,
  type ChildRange,
  canonicalPath,
  getPath,
  listChildren,
  type PathChild,
  tryGetPath,
} from "./view/path.ts";

/** What `init` takes: a compiled module, its bytes, or the response of a request for core.wasm. */
export type CoreSource = WebAssembly.Module | BufferSource | Response;

/**
 * The library with a core of the caller's choice: for hosts that refuse to compile, strict content policies, streaming
 * compilation and hosting of one's own.
 * @param modules the modules beside the core that some formats need: `btf` for BPF captures.
 * @throws SnapshotError `WasmUnavailable`; `AbiMismatch` when a snapshot is opened.
 */
export async function init(
  source: CoreSource | Promise<CoreSource>,
  modules: Partial<Readonly<Record<ModuleName, CoreSource | Promise<CoreSource>>>> = {},
): Promise<Opener> {
  const core = await toModule(source);
  return createOpener({
    formats: FORMATS,
    coreSource: () => Promise.resolve(core),
    async moduleSource(name) {
      const given = modules[name];
      if (given !== undefined) return toModule(given);
      const reason = `none was given to init; formats that need ${name}.wasm cannot be read without it`;
      throw new SnapshotError("WasmUnavailable", `loading the module ${name}: ${reason}`, { fields: { reason } });
    },
  });
}

async function toModule(source: CoreSource | Promise<CoreSource>): Promise<WebAssembly.Module | BufferSource> {
  const given = await source;
  return given instanceof Response ? compileResponse(given) : given;
}
