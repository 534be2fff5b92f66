import { encodeUtf8 } from "../../base/bytes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { MapCapture } from "../../model/maps.ts";
import type { ValueSource } from "../../model/values.ts";
import { coverageIssues } from "./coverage.ts";
import { classifyDump, type DumpDocument, type DumpKind, readAnyDocuments, readerLimits } from "./document.ts";
import { DumpFile } from "./dump-file.ts";
import type { ReaderLimits } from "./json-reader.ts";
import { kernelTextCapture } from "./kernel-text/capture.ts";
import { captureOf } from "./map-capture.ts";
import type { DumpReport } from "./report.ts";
import type { Retyping } from "./retyping.ts";
import { dumpValues } from "./value-source.ts";

/** One dump with its lazy shapes, without the rest of a snapshot. */
export interface FailureDump {
  readonly document: DumpDocument;
  /** As the file has it: `single`, `dual`, `degraded`; of text `kernel-text`, `events`. */
  readonly schema: string;
  /** The capture failed and left an empty stand-in. */
  readonly isPlaceholder: boolean;
  readonly values: ValueSource;
  /** Of a dual dump the late capture's. */
  readonly maps: MapCapture;
  /** The early capture of a dual dump. */
  readonly early?: MapCapture;
}

export interface ReadDumps {
  readonly dumps: readonly FailureDump[];
  /** What could not be read, then what the captures lack (`CaptureIncomplete`). */
  readonly issues: readonly Issue[];
}

/**
 * Reads a failure dump, or the array of samples that a bridge drained, at once and without the format registry.
 * Bad bytes are issues; what could be read is there.
 */
export function readFailureDumps(content: Uint8Array | string, limits: Partial<Limits> = {}): ReadDumps {
  const bytes = typeof content === "string" ? encodeUtf8(content) : content;
  const reading = limitsOf(limits);
  const { documents, issues } = readAnyDocuments(bytes, reading);
  const dumps = documents.map((document) => openDocument(document, bytes, reading));
  return { dumps, issues: [...issues, ...documents.flatMap(coverageIssues)] };
}

/**
 * The kind of document as the format's own tools tell it: undefined for anything they refuse. Unknown members are no
 * reason to refuse.
 */
export function failureDumpKind(content: Uint8Array | string, limits: Partial<Limits> = {}): DumpKind | undefined {
  return classifyDump(typeof content === "string" ? encodeUtf8(content) : content, limitsOf(limits));
}

/** The one dump of a text. @throws SnapshotError with the first issue, if there is nothing to show. */
export function readFailureDump(content: Uint8Array | string, limits: Partial<Limits> = {}): FailureDump {
  const { dumps, issues } = readFailureDumps(content, limits);
  const [first] = dumps;
  if (first !== undefined) return first;
  const { code, message, offset } = issues[0] ?? { code: "UnknownSchema", message: "there is no dump", offset: 0 };
  throw new SnapshotError(code, `reading a failure dump: ${message}`, { format: "sched-ext", offset });
}

/** The lazy shapes of a document over the bytes it was read from. */
export function openDocument(
  document: DumpDocument,
  bytes: Uint8Array,
  limits: ReaderLimits,
  retyping?: Retyping,
): FailureDump {
  const file = new DumpFile(bytes, limits, retyping);
  const values = dumpValues(file, document);
  const report = reportOf(document);
  const early = document.kind === "dual" ? document.dual.early : undefined;
  const earlier = early && captureOf(file, early, "early");
  const maps =
    report === undefined ? kernelTextCapture(document) : captureOf(file, report, reportPath(document), earlier);
  const schema = schemaOf(document);
  return { document, schema, isPlaceholder: maps.isPlaceholder, values, maps, ...(earlier && { early: earlier }) };
}

/** Where the report whose maps are shown stands in the value tree. */
const REPORT_PATHS: Readonly<Partial<Record<DumpDocument["kind"], string>>> = { dual: "late", sample: "report" };

/** Path of that report in the value tree. */
export function reportPath(document: DumpDocument): string {
  return REPORT_PATHS[document.kind] ?? "";
}

function schemaOf(document: DumpDocument): string {
  if (document.kind === "degraded") return document.degraded.schema;
  if (document.kind === "dual") return document.dual.schema;
  return reportOf(document)?.schema ?? document.kind;
}

/** The report whose maps are shown: of a dual dump the late one. */
export function reportOf(document: DumpDocument): DumpReport | undefined {
  switch (document.kind) {
    case "single":
      return document.report;
    case "sample":
      return document.sample.report;
    case "dual":
      return document.dual.late;
    default:
      return undefined;
  }
}

function limitsOf(overrides: Partial<Limits>): ReaderLimits {
  const { depth, issues } = withLimits(overrides);
  return readerLimits(depth, issues);
}
