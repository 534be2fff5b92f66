import type { Issue } from "../../base/issue.ts";
import type { JsonValue } from "../../base/json.ts";
import type { VcpuRegs } from "../../model/host-tables.ts";
import {
  bool,
  type Decoder,
  defaulted,
  list,
  nullable,
  optional,
  record,
  required,
  string,
  u32,
  u64,
} from "./decoders.ts";
import { JsonReader, type ReaderLimits } from "./json-reader.ts";
import { type KernelTextDocument, readKernelText } from "./kernel-text/documents.ts";
import { VCPU_REGS } from "./records.ts";
import { type DumpReport, REDACTION_NOTE, REPORT, type RedactionNote } from "./report.ts";

/** Early and late captures of one stall. */
export interface DualDump {
  readonly schema: string;
  readonly early?: DumpReport | undefined;
  readonly late: DumpReport;
  readonly early_max_age_jiffies: bigint;
  /** Half of the watchdog's timeout. */
  readonly early_threshold_jiffies: bigint;
  readonly early_skipped_reason?: string | undefined;
}

/** What is left when even the freeze failed. */
export interface DegradedDump {
  readonly schema: string;
  readonly reason: string;
  readonly vcpu_regs: readonly (VcpuRegs | null)[];
  readonly watchpoint_hit: boolean;
  readonly bss_latch_state: string;
  readonly exit_kind?: number | undefined;
  readonly elapsed_ms: bigint;
  readonly redaction?: RedactionNote | undefined;
}

/** One capture of a series, as a bridge drains them. */
export interface DumpSample {
  readonly tag: string;
  readonly report: DumpReport;
  /** `{"Ok": …}` or `{"Err": …}`. */
  readonly stats?: JsonValue | undefined;
  readonly elapsed_ms?: bigint | undefined;
  readonly boundary_offset_ms?: bigint | undefined;
  readonly step_index?: number | undefined;
}

export type DumpDocument =
  | { readonly kind: "single"; readonly report: DumpReport }
  | { readonly kind: "dual"; readonly dual: DualDump }
  | { readonly kind: "degraded"; readonly degraded: DegradedDump }
  | { readonly kind: "sample"; readonly sample: DumpSample }
  | KernelTextDocument;

export interface ReadDocuments {
  readonly documents: readonly DumpDocument[];
  readonly issues: readonly Issue[];
  readonly droppedIssues: number;
}

const DUAL: Decoder<DualDump> = record<DualDump>({
  schema: required(string),
  early: optional(REPORT),
  late: required(REPORT),
  early_max_age_jiffies: defaulted(u64),
  early_threshold_jiffies: defaulted(u64),
  early_skipped_reason: optional(string),
});

const DEGRADED: Decoder<DegradedDump> = record<DegradedDump>({
  schema: required(string),
  reason: required(string),
  vcpu_regs: defaulted(list(nullable(VCPU_REGS))),
  watchpoint_hit: required(bool),
  bss_latch_state: required(string),
  exit_kind: optional(u32),
  elapsed_ms: defaulted(u64),
  redaction: optional(REDACTION_NOTE),
});

const ANY_JSON: Decoder<JsonValue> = { fallback: null, read: (reader) => reader.readValue() };

const SAMPLE: Decoder<DumpSample> = record<DumpSample>({
  tag: required(string),
  report: required(REPORT),
  stats: optional(ANY_JSON),
  elapsed_ms: optional(u64),
  boundary_offset_ms: optional(u64),
  step_index: optional(u32),
});

/** Every member of a document that has a name in the format; values rendered through BTF have their own. */
export const KNOWN_MEMBERS: ReadonlySet<string> = new Set(
  [REPORT, DUAL, DEGRADED, SAMPLE].flatMap(({ names }) => names ?? []),
);

/** Levels of JSON per level of a rendered value, and those around it. */
const JSON_LEVELS = 4;
const OUTER_LEVELS = 32;

/** @param depth levels of values; each takes several of JSON. */
export function readerLimits(depth: number, issues: number): ReaderLimits {
  return { depth: depth * JSON_LEVELS + OUTER_LEVELS, issues };
}

/**
 * Reads whatever a file of this format may hold: JSON, or the kernel's own text. Never throws for bad bytes.
 * @param onStep as for `readDocuments`.
 */
export function readAnyDocuments(
  bytes: Uint8Array,
  limits: ReaderLimits,
  onStep?: (at: number) => void,
): ReadDocuments {
  if (!isJson(bytes)) {
    const text = readKernelText(bytes, onStep);
    if (text.documents.length > 0) return { ...text, droppedIssues: 0 };
  }
  return readDocuments(bytes, limits, onStep);
}

/** An object, or an array of them: the times of a kernel log stand in brackets too. */
function isJson(bytes: Uint8Array): boolean {
  const solid = bytes.subarray(startOf(bytes)).findIndex((byte) => byte > 0x20) + startOf(bytes);
  if (bytes[solid] !== 0x5b) return bytes[solid] === 0x7b;
  const inner = bytes.subarray(solid + 1).find((byte) => byte > 0x20);
  return inner === undefined || inner === 0x7b || inner === 0x5d;
}

/**
 * Reads a dump, or the array of samples of a series. Never throws for bad bytes: what was readable is returned.
 * @param onStep called about once per MiB with the bytes read so far; what it throws ends the reading.
 */
function readDocuments(bytes: Uint8Array, limits: ReaderLimits, onStep?: (at: number) => void): ReadDocuments {
  const reader = new JsonReader(bytes, limits, startOf(bytes));
  reader.onStep = onStep;
  const documents = reader.kind() === "array" ? readSeries(reader) : readDocument(reader);
  if (!reader.failed && reader.kind() !== "end") reader.fail("the end of the file");
  return { documents, issues: reader.issues, droppedIssues: reader.droppedIssues };
}

/** A byte order mark is not JSON, but editors add it. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function readSeries(reader: JsonReader): DumpDocument[] {
  return list(SAMPLE, true)
    .read(reader)
    .map((sample) => ({ kind: "sample", sample }));
}

function readDocument(reader: JsonReader): DumpDocument[] {
  if (reader.kind() !== "object") {
    reader.fail("an object or an array");
    return [];
  }
  const { schema, names } = lookAhead(reader);
  switch (schema ?? guessSchema(reader, names)) {
    case "dual":
      return [{ kind: "dual", dual: DUAL.read(reader) }];
    case "degraded":
      return [{ kind: "degraded", degraded: DEGRADED.read(reader) }];
    default:
      return [{ kind: "single", report: REPORT.read(reader) }];
  }
}

const SCHEMAS: ReadonlySet<string> = new Set(["single", "dual", "degraded"]);

/** The value of `schema`, which usually comes first, and the names met until then. */
function lookAhead(reader: JsonReader): { schema: string | undefined; names: ReadonlySet<string> } {
  const mark = reader.mark();
  const names = new Set<string>();
  let schema: string | undefined;
  reader.openObject();
  for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey()) {
    names.add(key);
    if (key === "schema" && reader.kind() === "string") {
      const value = reader.readString();
      schema = SCHEMAS.has(value) ? value : undefined;
      break;
    }
    reader.skip();
  }
  reader.rewind(mark);
  return { schema, names };
}

/** There is no default: without a schema the members decide, and the lack of it is an issue. */
function guessSchema(reader: JsonReader, names: ReadonlySet<string>): string {
  reader.problem("UnknownSchema", 'the member "schema" is not one of "single", "dual", "degraded"');
  if (names.has("late")) return "dual";
  return names.has("bss_latch_state") && !names.has("maps") ? "degraded" : "single";
}

export type DumpKind = "Single" | "Dual" | "Degraded";

/**
 * What the format's own tools make of a text: the kind of document, or undefined for anything they refuse. Unknown
 * members are no reason to refuse.
 */
export function classifyDump(bytes: Uint8Array, limits: ReaderLimits): DumpKind | undefined {
  const { documents, issues } = readDocuments(bytes, limits);
  if (issues.length > 0) return undefined;
  switch (documents[0]?.kind) {
    case "single":
      return "Single";
    case "dual":
      return "Dual";
    case "degraded":
      return "Degraded";
    default:
      return undefined;
  }
}
