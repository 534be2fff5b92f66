import { encodeUtf8 } from "../../../base/bytes.ts";
import { ERROR_CODES, type ErrorCode } from "../../../base/error-codes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import { renderJson } from "../../../base/json.ts";
import { type Limits, withLimits } from "../../../base/limits.ts";
import type { MapCapture } from "../../../model/maps.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import type { ValueSource } from "../../../model/values.ts";
import { type DumpDocument, KNOWN_MEMBERS, readAnyDocuments, readerLimits } from "../document.ts";
import { DumpFile } from "../dump-file.ts";
import type { EntryParts } from "../entries.ts";
import type { Rendered } from "../rendered.ts";
import type { DumpMap, DumpReport } from "../report.ts";
import { KernelTextWriter } from "./kernel-text-writer.ts";
import { MapRedactor } from "./redact-maps.ts";
import { type RedactOptions, Relabelling } from "./relabelling.ts";
import { ValueRedactor } from "./value-redactor.ts";

/** Members whose texts are words of the format itself. */
const WORDS: ReadonlySet<string> = new Set([
  ...["schema", "origin", "source", "sched_class", "lock_slowpath_match", "bss_latch_state", "cast_annotation"],
]);
const NAMES: ReadonlySet<string> = new Set([
  ...["comm", "curr_comm", "real_parent_comm", "name", "allocator_name", "instance_name", "active_obj_name", "tag"],
]);
/** Members that hold addresses; `user_addr` of an allocation is the low half only. */
const ADDRESS = /(?:_kvas?|_vm_start|_pointer|_table_root|^pcs)$/;
const LOW_ADDRESS = /^(?:start_low32|user_addr)$/;
/** Bytes that repeat a value. */
const BYTES: ReadonlySet<string> = new Set(["key_hex", "value_hex", "data_hex"]);
const LISTS = ["entries", "array_entries", "percpu_entries", "percpu_hash_entries"] as const;
const PERIODIC = /^periodic_\d{3}$/;

/**
 * A failure dump, a series of them, or a kernel's text, that can be given away: names become keyed hashes, addresses are
 * renumbered, kept bytes and arena pages are left out, free text becomes a hash with its length. Numbers, times, pids and
 * the structure stay. Members that this version does not know are left out. A file that could be read in part only
 * says so in the member `redaction`.
 * @throws SnapshotError `UsageError` for a short key; what reading it throws.
 */
export function* redactFailureDump(
  content: Uint8Array | string,
  options: RedactOptions & { readonly limits?: Partial<Limits> | undefined },
): Generator<string> {
  const bytes = typeof content === "string" ? encodeUtf8(content) : content;
  const { depth, issues } = withLimits(options.limits);
  const limits = readerLimits(depth, issues);
  const { documents, issues: found } = readAnyDocuments(bytes, limits);
  const [first] = documents;
  if (first === undefined) {
    const { code, message, offset } = found[0] ?? { code: "UnknownSchema" as const, message: "no dump", offset: 0 };
    throw new SnapshotError(code, `redacting: ${message}`, { format: "sched-ext", offset });
  }
  const labels = new Relabelling(options);
  const problems = [...new Set(found.map(({ code }) => code))];
  const redactor = new DumpRedactor(new DumpFile(bytes, limits), labels, options, problems);
  // Addresses first, so that half addresses find their page whatever comes first in the file.
  for (const document of documents) for (const _ of redactor.document(document));
  const isSeries = first.kind === "sample";
  for (const [ix, document] of documents.entries()) {
    if (isSeries) yield ix === 0 ? "[" : ",";
    yield* redactor.document(document);
  }
  if (isSeries) yield "]";
  if (!isText(first)) yield "\n";
}

function isText({ kind }: DumpDocument): boolean {
  return kind === "kernel-text" || kind === "events";
}

/**
 * The file that an opened failure dump or kernel text was read from, redacted: of a series all samples. Captures of maps
 * in other formats become a failure dump of their maps.
 * @throws SnapshotError `UsageError` for a short key; `Unsupported` for a snapshot without maps.
 */
export function redactSnapshot(
  snapshot: Pick<Snapshot, "format" | "native" | "values" | "maps">,
  options: RedactOptions & { readonly limits?: Partial<Limits> | undefined },
): Generator<string> {
  const native =
    snapshot.format === "sched-ext" ? (snapshot.native as { readonly bytes?: unknown } | undefined) : undefined;
  if (native?.bytes instanceof Uint8Array) return redactFailureDump(native.bytes, options);
  const { maps, values } = snapshot;
  if (maps !== undefined && maps.maps.length > 0) return redactMaps(values, maps, options);
  const feature = `redacting a ${snapshot.format} snapshot`;
  throw new SnapshotError("Unsupported", `${feature}: only captures of maps and kernel texts are redacted`, {
    fields: { feature },
  });
}

function* redactMaps(values: ValueSource, capture: MapCapture, options: RedactOptions): Generator<string> {
  const labels = new Relabelling(options);
  const redactor = new MapRedactor(values, labels, new ValueRedactor(labels, options));
  yield* redactor.report(capture);
  yield "\n";
}

class DumpRedactor {
  private readonly file: DumpFile;
  private readonly labels: Relabelling;
  private readonly values: ValueRedactor;
  private readonly text: KernelTextWriter;

  /** Codes of what could not be read of the file. */
  private readonly problems: readonly ErrorCode[];

  constructor(file: DumpFile, labels: Relabelling, options: RedactOptions, problems: readonly ErrorCode[]) {
    this.problems = problems;
    this.text = new KernelTextWriter(labels);
    this.file = file;
    this.labels = labels;
    this.values = new ValueRedactor(labels, options);
  }

  *document(document: DumpDocument): Generator<string> {
    switch (document.kind) {
      case "single":
        return yield* this.report(document.report);
      case "dual":
        return yield* this.members(document.kind, document.dual);
      case "degraded":
        return yield* this.members(document.kind, document.degraded);
      case "sample":
        return yield* this.members(document.kind, document.sample);
      case "kernel-text":
        return yield* this.text.dump(document.dump);
      case "events":
        return yield this.text.events(document.events);
      default:
        return document satisfies never;
    }
  }

  /** The members of a document; reports in it are written map by map. A damaged schema is what it was taken for. */
  private *members(kind: DumpDocument["kind"], document: object): Generator<string> {
    let comma = "{";
    let hasReport = false;
    for (const [name, value] of knownMembers(document)) {
      yield `${comma}${JSON.stringify(name)}:`;
      comma = ",";
      if (isReport(value)) {
        hasReport = true;
        yield* this.report(value);
      } else if (name === "schema") yield JSON.stringify(kind);
      else if (name === "stats") yield renderJson(this.stats(value));
      else yield renderJson(this.plain(name, value));
    }
    yield hasReport ? "}" : `${this.note(comma)}}`;
  }

  private *report(report: DumpReport): Generator<string> {
    const { maps, ...tables } = report;
    yield '{"schema":"single","maps":[';
    for (const [ix, map] of maps.entries()) yield `${ix === 0 ? "" : ","}${renderJson(this.map(map))}`;
    yield "]";
    for (const [name, value] of knownMembers(tables)) {
      if (name === "schema" || isDefault(value)) continue;
      yield `,${JSON.stringify(name)}:${renderJson(this.plain(name, value))}`;
    }
    yield `${this.note(",")}}`;
  }

  /** A file that was read in part must not look whole to those who get it. */
  private note(comma: string): string {
    return this.problems.length === 0 ? "" : `${comma}"redaction":${JSON.stringify({ input_issues: this.problems })}`;
  }

  private map(map: DumpMap): object {
    const { name, value, arena, entries, array_entries, percpu_entries, percpu_hash_entries, ...rest } = map;
    const lists = LISTS.filter((list) => map[list].length > 0).map((list) => {
      return [list, map[list].map((_, ix) => this.entry(this.file.entry(map, list, ix)))] as const;
    });
    return {
      name: this.labels.mapName(name),
      ...Object.fromEntries(knownMembers(rest).map(([member, one]) => [member, this.plain(member, one)])),
      ...(value !== undefined && { value: this.values.value(this.file.value(value)) }),
      ...Object.fromEntries(lists),
      ...(arena !== undefined && { arena: this.plain("arena", { ...arena, pages: [], truncated: true }) }),
    };
  }

  private entry({ key, value, payload, per_cpu, ...rest }: EntryParts): object {
    return {
      ...(typeof key === "number" && { key }),
      ...(typeof key === "object" && { key: this.values.value(key) }),
      ...Object.fromEntries(Object.keys(rest).flatMap((name) => (BYTES.has(name) ? [[name, ""]] : []))),
      ...(value !== undefined && { value: this.values.value(value) }),
      ...(payload !== undefined && { payload: this.values.value(payload) }),
      ...(per_cpu !== undefined && {
        per_cpu: per_cpu.map((slot) => (slot === null ? null : this.values.value(slot))),
      }),
    };
  }

  /** A row, a list of rows, or a scalar of one. */
  private plain(name: string, value: unknown): unknown {
    if (typeof value === "string") return this.string(name, value);
    if (typeof value === "bigint") return this.integer(name, value);
    if (typeof value === "number") return LOW_ADDRESS.test(name) ? this.labels.lowAddress(BigInt(value)) : value;
    if (Array.isArray(value)) return value.map((one) => this.plain(name, one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      knownMembers(value).map(([member, one]) => [
        member,
        member === "payload" && isRendered(one) ? this.values.value(one) : this.plain(member, one),
      ]),
    );
  }

  private string(name: string, text: string): string {
    if (WORDS.has(name)) return this.labels.word(text);
    if (name === "input_issues" && Object.hasOwn(ERROR_CODES, text)) return text;
    if (name === "tag" && PERIODIC.test(text)) return text;
    if (BYTES.has(name)) return "";
    return NAMES.has(name) ? this.labels.name("name", text) : this.labels.text(text);
  }

  private integer(name: string, value: bigint): bigint {
    if (LOW_ADDRESS.test(name)) return this.labels.lowAddress(value);
    return ADDRESS.test(name) ? this.labels.address(value) : this.labels.integer(value);
  }

  /** Documents of a scheduler's own: keys are its words, strings anybody's. */
  private stats(value: unknown): unknown {
    if (typeof value === "string") return this.labels.text(value);
    if (typeof value === "bigint") return this.labels.integer(value);
    if (Array.isArray(value)) return value.map((one) => this.stats(one));
    return value instanceof Map ? new Map([...value].map(([key, one]) => [key, this.stats(one)])) : value;
  }
}

/** Members that have a value, without those of another version: nobody knows what is in them. */
function knownMembers(record: object): [string, unknown][] {
  return Object.entries(record).filter(([name, value]) => value !== undefined && KNOWN_MEMBERS.has(name));
}

/** What a member of another version holds is a `Map`, as JSON is read. */
function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Map) && !Array.isArray(value);
}

function isReport(value: unknown): value is DumpReport {
  return isRecord(value) && "maps" in value;
}

function isRendered(value: unknown): value is Rendered {
  return isRecord(value) && "kind" in value;
}

function isDefault(value: unknown): boolean {
  return value === undefined || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
