import type { Message } from "../../abi/rows.ts";
import type { ReadContext } from "./context.ts";
import { type CpuReport, readCpu } from "./cpu.ts";
import { type MetadataReport, readMetadata, readTags, type Tag } from "./metadata.ts";
import { CPU_ARCHITECTURES, EPOCHS, THREAD_STATES } from "./schema.ts";
import { readThreads, type ThreadsReport } from "./threads.ts";
import { readTimestamps, type TimestampReport } from "./timestamps.ts";

/** What a report says about one snapshot of a file, but for its logs. Plain data. */
export interface SnapshotReport {
  /** Path of the snapshot in the file: empty, or `related_snapshots[0]` and so on. */
  readonly path: string;
  readonly metadata?: MetadataReport;
  readonly tags: readonly Tag[];
  readonly cpu?: CpuReport;
  readonly threads: ThreadsReport;
  readonly timestamps: readonly TimestampReport[];
  /** Other cores of the device. */
  readonly related: readonly SnapshotReport[];
}

/** Makes the context of the snapshot at `path`. */
export type ContextOf = (snapshot: Message, path: string) => ReadContext;

/** Reads a snapshot and its related ones. Nesting is bounded by the decoder's depth limit. */
export function readSnapshot(snapshot: Message, path: string, contextOf: ContextOf): SnapshotReport {
  const context = contextOf(snapshot, path);
  const metadataMessage = snapshot.message("metadata");
  const metadata =
    metadataMessage === undefined ? undefined : readMetadata(metadataMessage, CPU_ARCHITECTURES, context);
  const state = snapshot.message("armv7m_cpu_state");
  const related = snapshot.messages("related_snapshots");
  return {
    path,
    ...(metadata !== undefined && { metadata }),
    tags: readTags(snapshot, context),
    ...(state !== undefined && { cpu: readCpu(state, metadata, context) }),
    threads: readThreads(snapshot, THREAD_STATES, context),
    timestamps: readTimestamps(snapshot, EPOCHS, context),
    related: Array.from(
      { length: context.budget.take(related.length, `${context.path}related_snapshots`, context) },
      (_, ix) => readSnapshot(related.at(ix), relatedPath(path, ix), contextOf),
    ),
  };
}

/** A snapshot and those inside it, in the order of the report. */
export function* walkReports(report: SnapshotReport): Generator<SnapshotReport> {
  yield report;
  for (const related of report.related) yield* walkReports(related);
}

function relatedPath(path: string, ix: number): string {
  return `${path === "" ? "" : `${path}.`}related_snapshots[${ix}]`;
}
