import type { Core } from "../../abi/core.ts";
import { decodeMessage, rootOf } from "../../abi/decode.ts";
import type { Message, RowWindow } from "../../abi/rows.ts";
import { toHexString } from "../../base/bytes.ts";
import type { Issue } from "../../base/issue.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import { artifactNotFound, compareBuildIds } from "../../model/build-ids.ts";
import { isSymbolImage, type Symbolizer, type SymbolSource } from "../../model/symbols.ts";
import { type FieldDecoder, ItemBudget, reporter } from "./context.ts";
import { readSnapshot, type SnapshotReport } from "./report.ts";
import { SNAPSHOT, SNAPSHOT_SCHEMA, type SnapshotSchema } from "./schema.ts";

export interface ReadOptions {
  readonly fields: FieldDecoder;
  /** Upstream's schema, or that with a project's fields in it. */
  readonly schema?: SnapshotSchema | undefined;
  /** Throw where upstream gives up; otherwise read on and list what could not be read. */
  readonly strict?: boolean | undefined;
  /** Chosen for each snapshot by its build ID. */
  readonly symbols?: SymbolSource | undefined;
  /** One symbolizer for all, whatever their build IDs. */
  readonly symbolizer?: Symbolizer | undefined;
  readonly limits?: Partial<Limits>;
  readonly progress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** A decoded snapshot file. Plain and cloneable; `rootMessage` rebuilds the message over it. */
export interface DecodedSnapshot {
  readonly bytes: Uint8Array;
  readonly windows: readonly RowWindow[];
  readonly report: SnapshotReport;
  /** What the decoder could not read. */
  readonly damage: readonly Issue[];
  /** Values that were read but make no sense. */
  readonly doubts: readonly Issue[];
}

/** What decoding found and does not keep: it may not be cloneable. */
export interface Decoding {
  readonly snapshot: DecodedSnapshot;
  /** The symbolizer of the snapshot at that path in the file. */
  symbolizerOf(path: string): Symbolizer | undefined;
}

/**
 * Decodes a snapshot file and reads everything in it but the texts of logs.
 * @throws SnapshotError in strict mode the first thing that upstream gives up on.
 */
export function decodeSnapshot(core: Core, bytes: Uint8Array, options: ReadOptions): Decoding {
  const strict = options.strict === true;
  const schema = options.schema ?? SNAPSHOT_SCHEMA;
  const { root, windows, issues } = decodeMessage(core, schema.compiled, SNAPSHOT, bytes, {
    lenient: !strict,
    progress: options.progress,
    ...(options.limits !== undefined && { limits: options.limits }),
  });
  const doubts: Issue[] = [];
  const limits = withLimits(options.limits);
  const budget = new ItemBudget(limits.reportItems);
  const reportIssue = reporter(strict, doubts, limits.issues);
  const symbolizers = new Map<string, Symbolizer | undefined>();
  const report = readSnapshot(root, "", (snapshot, path) => {
    const symbolizer = chooseSymbolizer(snapshot, path, options, reportIssue);
    symbolizers.set(path, symbolizer);
    return { fields: options.fields, symbolizer, path: path === "" ? "" : `${path}.`, budget, report: reportIssue };
  });
  return {
    snapshot: { bytes, windows, report, damage: issues, doubts },
    symbolizerOf: (path) => symbolizers.get(path),
  };
}

/** @param schema the one that `snapshot` was decoded with */
export function rootMessage(snapshot: DecodedSnapshot, schema: SnapshotSchema = SNAPSHOT_SCHEMA): Message {
  return rootOf(schema.snapshot, snapshot.bytes, snapshot.windows);
}

function chooseSymbolizer(
  snapshot: Message,
  path: string,
  { symbols, symbolizer }: ReadOptions,
  report: (issue: Issue) => void,
): Symbolizer | undefined {
  const wanted = snapshot.message("metadata")?.bytes("software_build_uuid") ?? new Uint8Array(0);
  const at = path === "" ? {} : { path };
  if (symbolizer !== undefined) {
    const mismatch = isSymbolImage(symbolizer) ? compareBuildIds(toHexString(wanted), symbolizer) : undefined;
    if (mismatch !== undefined) report({ ...mismatch, ...at });
    return symbolizer;
  }
  if (symbols === undefined) return undefined;
  const found = wanted.length === 0 ? undefined : symbols.forBuildId(wanted);
  if (found === undefined) report({ ...artifactNotFound(toHexString(wanted), symbols), ...at });
  return found;
}
