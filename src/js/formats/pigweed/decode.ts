import type { Core } from "../../abi/core.ts";
import { decodeMessage, rootOf } from "../../abi/decode.ts";
import type { Message, RowWindow } from "../../abi/rows.ts";
import type { Issue } from "../../base/issue.ts";
import type { Limits } from "../../base/limits.ts";
import type { Symbolizer, SymbolSource } from "../../model/symbols.ts";
import { type FieldDecoder, reporter } from "./context.ts";
import { readSnapshot, type SnapshotReport } from "./report.ts";
import { SNAPSHOT, snapshotLayout, snapshotSchema } from "./schema.ts";

export interface ReadOptions {
  readonly fields: FieldDecoder;
  /** Throw where upstream gives up; otherwise read on and list what could not be read. */
  readonly strict?: boolean;
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

/**
 * Decodes a snapshot file and reads everything in it but the texts of logs.
 * @throws SnapshotError in strict mode the first thing that upstream gives up on.
 */
export function decodeSnapshot(core: Core, bytes: Uint8Array, options: ReadOptions): DecodedSnapshot {
  const strict = options.strict === true;
  const { root, windows, issues } = decodeMessage(core, snapshotSchema(), SNAPSHOT, bytes, {
    lenient: !strict,
    progress: options.progress,
    ...(options.limits !== undefined && { limits: options.limits }),
  });
  const doubts: Issue[] = [];
  const report = readSnapshot(root, "", (snapshot, path) => ({
    fields: options.fields,
    symbolizer: chooseSymbolizer(snapshot, options),
    path: path === "" ? "" : `${path}.`,
    report: reporter(strict, doubts),
  }));
  return { bytes, windows, report, damage: issues, doubts };
}

export function rootMessage(snapshot: DecodedSnapshot): Message {
  return rootOf(snapshotLayout(), snapshot.bytes, snapshot.windows);
}

function chooseSymbolizer(snapshot: Message, options: ReadOptions): Symbolizer | undefined {
  if (options.symbolizer !== undefined) return options.symbolizer;
  const buildId = snapshot.message("metadata")?.bytes("software_build_uuid");
  return buildId === undefined || buildId.length === 0 ? undefined : options.symbols?.forBuildId(buildId);
}
