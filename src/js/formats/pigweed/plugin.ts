import type { Core } from "../../abi/core.ts";
import type { Message } from "../../abi/rows.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { SnapshotParts, SnapshotSources } from "../../model/snapshot.ts";
import { SNAPSHOT_SCHEMA as PARTS_SCHEMA } from "../../model/snapshot.ts";
import type { ProtoSchema } from "../../proto/descriptor.ts";
import type { DecodeContext, FormatPlugin, Input, TextOptions } from "../plugin.ts";
import type { FieldDecoder } from "./context.ts";
import { analyseCrash } from "./crash-analysis.ts";
import { type DecodedSnapshot, decodeSnapshot, rootMessage } from "./decode.ts";
import { snapshotFacts } from "./facts.ts";
import { snapshotLogs } from "./log-source.ts";
import { LogCursor } from "./logs.ts";
import { openTokens, readOptions, readTextOptions } from "./options.ts";
import { probePigweed } from "./probe.ts";
import { extendSchema } from "./project.ts";
import { prepareSchema, SNAPSHOT_SCHEMA, type SnapshotSchema } from "./schema.ts";
import { snapshotStacks } from "./stacks.ts";
import { renderProjectFields } from "./text/project.ts";
import { renderReport } from "./text/report.ts";
import { snapshotTimelines, traceIssues } from "./timelines.ts";
import { Detokenizer } from "./tokens/detokenizer.ts";
import { NO_TOKENS, type TokenDatabase } from "./tokens/token-database.ts";
import { snapshotValues } from "./values.ts";

/** What a Pigweed snapshot keeps beyond the common shapes. */
export interface PigweedNative extends DecodedSnapshot {
  readonly tokens: TokenDatabase;
  /** Upstream's schema with a project's fields in it; absent without a project. */
  readonly project?: ProtoSchema;
  /** Of the times in trace data; absent where it was not said. */
  readonly traceTicksPerSecond?: number;
}

/** Options: `PigweedOptions`; for the text `PigweedTextOptions`. */
export const pigweed: FormatPlugin = {
  id: "pigweed",
  title: "Pigweed device snapshots",
  severalFiles: "each",
  symbolizes: true,
  probe: probePigweed,
  async decode(core, inputs, context): Promise<readonly SnapshotParts[]> {
    return inputs.map((input) => {
      if (context.signal?.aborted) throw new SnapshotError("Cancelled", "reading a Pigweed snapshot was stopped");
      return decodePigweed(core, input, context);
    });
  },
  attach: attachPigweed,
  text: renderPigweed,
};

/**
 * Reads one snapshot file into plain parts.
 * @throws SnapshotError in strict mode what upstream gives up on; `UsageError`, `MessageNotFound` for wrong options
 */
export function decodePigweed(
  core: Core,
  input: Input,
  context: Pick<DecodeContext, "options" | "limits" | "progress">,
): SnapshotParts {
  const options = readOptions(context.options);
  const strict = options.strict === true;
  const tokens = openTokens(options.tokens, strict) ?? NO_TOKENS;
  const project = options.project && extendSchema(options.project);
  const schema = schemaOf(project);
  const tokenIssues: Issue[] = [];
  const { snapshot, symbolizerOf } = decodeSnapshot(core, input.bytes, {
    fields: detokenizerOf(tokens, strict, (issue) => tokenIssues.push(issue)),
    schema,
    strict,
    symbols: options.symbols,
    symbolizer: options.symbolizer,
    limits: context.limits,
    progress: (doneBytes, totalBytes) => context.progress?.({ doneBytes, totalBytes, stage: "decoding" }),
  });
  const { traceTicksPerSecond: ticksPerSecond } = options;
  const native: PigweedNative = {
    ...snapshot,
    tokens,
    ...(project !== undefined && { project }),
    ...(ticksPerSecond !== undefined && { traceTicksPerSecond: ticksPerSecond }),
  };
  const root = rootMessage(snapshot, schema);
  const traceDoubts = traceIssues(root, snapshot.report, { tokens, ticksPerSecond });
  const depth = options.analysis ?? "full";
  return {
    schema: PARTS_SCHEMA,
    format: "pigweed",
    inputs: [{ name: input.name, byteLength: input.bytes.length }],
    facts: snapshotFacts(snapshot.report, root.count("logs")),
    stacks: snapshotStacks(snapshot.report),
    issues: [...snapshot.damage, ...snapshot.doubts, ...tokens.issues, ...tokenIssues, ...traceDoubts],
    ...(depth !== "none" && {
      analysis: analyseCrash(snapshot.report, { symbolizerOf, scanStacks: depth === "full" }),
    }),
    native,
  };
}

/** The lazy shapes over the plain parts of a Pigweed snapshot. */
export function attachPigweed(parts: SnapshotParts): SnapshotSources {
  const { native, schema, fields, root } = openNative(parts, false);
  const cursor = new LogCursor(schema.logEntry, native.bytes, fields);
  const timelines = snapshotTimelines(root, native.report, {
    tokens: native.tokens,
    ticksPerSecond: native.traceTicksPerSecond,
  });
  return {
    values: snapshotValues(root, schema.proto, fields),
    logs: snapshotLogs(root, native.report, cursor),
    ...(timelines.length > 0 && { timelines }),
  };
}

/**
 * The report of Pigweed's processor, byte for byte, in pieces.
 * @throws SnapshotError in strict mode what upstream gives up on in a log; `UsageError`
 */
export function renderPigweed(parts: SnapshotParts, options: TextOptions): readonly Uint8Array[] {
  const notes: Issue[] = [];
  const { native, schema, fields, root } = openNative(parts, options.strict, (issue) => notes.push(issue));
  const projectText = (message: Message) => renderProjectFields(message, schema.proto, fields);
  return renderReport(
    {
      report: native.report,
      message: root,
      logs: new LogCursor(schema.logEntry, native.bytes, fields),
      damage: [...native.damage, ...native.doubts.filter(({ code }) => code === "LimitExceeded")],
      notes,
    },
    {
      ...readTextOptions(options),
      ...(native.project !== undefined && { snapshotText: projectText, threadText: projectText }),
    },
  );
}

/**
 * What only Pigweed snapshots have: registers and cause, threads with their stacks, times, tags, related snapshots.
 * @throws SnapshotError `WrongFormat`
 */
export function asPigweed(parts: SnapshotParts): PigweedNative {
  if (parts.format === "pigweed") return parts.native as PigweedNative;
  throw new SnapshotError("WrongFormat", `a ${parts.format} snapshot was taken for a Pigweed one`, {
    fields: { expected: "pigweed", actual: parts.format },
  });
}

interface OpenedNative {
  readonly native: PigweedNative;
  readonly schema: SnapshotSchema;
  readonly fields: FieldDecoder;
  readonly root: Message;
}

function openNative(parts: SnapshotParts, strict: boolean, onIssue?: (issue: Issue) => void): OpenedNative {
  const native = asPigweed(parts);
  const schema = schemaOf(native.project);
  const fields = detokenizerOf(native.tokens, strict, onIssue);
  return { native, schema, fields, root: rootMessage(native, schema) };
}

function schemaOf(project: ProtoSchema | undefined): SnapshotSchema {
  return project === undefined ? SNAPSHOT_SCHEMA : prepareSchema(project);
}

function detokenizerOf(tokens: TokenDatabase, strict: boolean, onIssue?: (issue: Issue) => void): FieldDecoder {
  return new Detokenizer(tokens, { strict, onIssue });
}
