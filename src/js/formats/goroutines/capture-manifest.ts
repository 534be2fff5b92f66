import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { isSnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../base/json.ts";

const MANIFEST_SCHEMA = 1;

/** What a capture says about its requests. */
export interface CaptureManifest {
  readonly batches: readonly CaptureBatch[];
}

/** Requests that were sent together. Batches follow one another. */
export interface CaptureBatch {
  readonly debug: number;
  readonly profile: string;
  /** Wall time on the capturing host. */
  readonly startNs?: bigint;
  readonly targets: readonly CaptureTarget[];
}

/** One request. Times in microseconds since the batch began; the capture instant lies between `sentUs` and `firstByteUs`. */
export interface CaptureTarget {
  readonly name: string;
  readonly target?: string;
  readonly file?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly sentUs?: number;
  readonly firstByteUs?: number;
  readonly doneUs?: number;
  readonly serverDate?: string;
  readonly pid?: bigint;
  readonly labels?: Readonly<Record<string, string>>;
  readonly error?: { readonly kind: string; readonly message: string };
}

const FILE_NAMES: ReadonlySet<string> = new Set(["manifest.json", "capture.json"]);

export function isManifestName(name: string): boolean {
  return FILE_NAMES.has(name);
}

/** Bounds of how far apart the processes were captured, in microseconds. Source: specification 8.2. */
export function captureSkew(batch: CaptureBatch): { lowerUs: number; upperUs: number } | undefined {
  let maxSent = Number.NEGATIVE_INFINITY;
  let minSent = Number.POSITIVE_INFINITY;
  let maxFirst = Number.NEGATIVE_INFINITY;
  let minFirst = Number.POSITIVE_INFINITY;
  for (const { sentUs, firstByteUs, error } of batch.targets) {
    if (sentUs === undefined || firstByteUs === undefined || error !== undefined) continue;
    maxSent = Math.max(maxSent, sentUs);
    minSent = Math.min(minSent, sentUs);
    maxFirst = Math.max(maxFirst, firstByteUs);
    minFirst = Math.min(minFirst, firstByteUs);
  }
  if (maxSent === Number.NEGATIVE_INFINITY) return undefined;
  return { lowerUs: Math.max(0, maxSent - minFirst), upperUs: maxFirst - minSent };
}

/** Reads `manifest.json` (ours) or the older `capture.json`. @returns an issue when it is neither */
export function readManifest(bytes: Uint8Array, input: string): CaptureManifest | Issue {
  try {
    const json = parseJson(decodeUtf8Lossy(bytes));
    const manifest = Array.isArray(json) ? fromRecords(json) : json instanceof Map ? fromManifest(json) : undefined;
    if (manifest !== undefined) return manifest;
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return malformed(input, error.message);
  }
  return malformed(input, "it has neither batches nor records");
}

/** The manifest as it is written: docs/json-schema/capture.json. No credentials are in it, as none are in the type. */
export function renderManifest({ batches }: CaptureManifest): object {
  return {
    schema: MANIFEST_SCHEMA,
    batches: batches.map((batch) => {
      const { debug, profile, startNs, targets } = batch;
      return {
        profile,
        debug,
        ...(startNs !== undefined && { start: rfc3339(startNs) }),
        skewUs: captureSkew(batch),
        targets: targets.map(renderTarget),
      };
    }),
  };
}

function renderTarget({ labels, ...request }: CaptureTarget): object {
  return { ...request, ...(labels !== undefined && { labels: new Map(Object.entries(labels)) }) };
}

function rfc3339(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n)).toISOString();
  const fraction = (ns % 1_000_000_000n)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,6}$/, "");
  return date.replace(/\.\d+Z$/, `.${fraction}Z`);
}

function malformed(input: string, why: string): Issue {
  return {
    code: "MalformedManifest",
    severity: "warning",
    message: `reading ${input}: not a capture manifest, ${why}`,
    input,
  };
}

/** The older form: a list of requests, each with the process, the form and the start of its batch. */
function fromRecords(json: readonly JsonValue[]): CaptureManifest | undefined {
  const batches = new Map<string, { debug: number; profile: string; startNs?: bigint; targets: CaptureTarget[] }>();
  for (const record of json) {
    if (!(record instanceof Map)) continue;
    const name = text(record, "process");
    if (name === undefined) continue;
    const debug = number(record, "debug") ?? 0;
    const profile = text(record, "profile") ?? "goroutine";
    const start = text(record, "batchStart");
    const key = `${start}\0${debug}\0${profile}`;
    const batch = batches.get(key) ?? { debug, profile, targets: [], ...wallTime(start) };
    batches.set(key, batch);
    batch.targets.push({ name, ...requestOf(record), ...rename(record, "headersUs") });
  }
  return batches.size === 0 ? undefined : { batches: [...batches.values()] };
}

function rename(record: JsonObject, key: string): { firstByteUs?: number } {
  const value = number(record, key);
  return value === undefined ? {} : { firstByteUs: value };
}

function fromManifest(json: JsonObject): CaptureManifest | undefined {
  const list = json.get("batches");
  if (!Array.isArray(list)) return undefined;
  const batches = list.filter((batch): batch is JsonObject => batch instanceof Map);
  return {
    batches: batches.map((batch) => {
      const targets = batch.get("targets");
      return {
        debug: number(batch, "debug") ?? 0,
        profile: text(batch, "profile") ?? "goroutine",
        ...wallTime(text(batch, "start")),
        targets: (Array.isArray(targets) ? targets : [])
          .filter((target): target is JsonObject => target instanceof Map)
          .map((target) => ({ name: text(target, "name") ?? "", ...requestOf(target) })),
      };
    }),
  };
}

function requestOf(record: JsonObject): Omit<CaptureTarget, "name"> {
  const error = record.get("error");
  const pid = record.get("pid");
  const labels = record.get("labels");
  return {
    ...texts(record, ["target", "file", "serverDate"]),
    ...numbers(record, ["status", "bytes", "sentUs", "firstByteUs", "doneUs"]),
    ...(typeof pid === "bigint" && { pid }),
    ...(labels instanceof Map && { labels: stringsOf(labels) }),
    ...(error instanceof Map && {
      error: { kind: text(error, "kind") ?? "UNKNOWN", message: text(error, "message") ?? "" },
    }),
  };
}

function stringsOf(object: JsonObject): Readonly<Record<string, string>> {
  const out: Record<string, string> = Object.create(null);
  for (const [key, value] of object) if (typeof value === "string") out[key] = value;
  return out;
}

function texts<Key extends string>(record: JsonObject, keys: readonly Key[]): { [K in Key]?: string } {
  const out: { [K in Key]?: string } = {};
  for (const key of keys) {
    const value = text(record, key);
    if (value !== undefined) out[key] = value;
  }
  return out;
}

function numbers<Key extends string>(record: JsonObject, keys: readonly Key[]): { [K in Key]?: number } {
  const out: { [K in Key]?: number } = {};
  for (const key of keys) {
    const value = number(record, key);
    if (value !== undefined) out[key] = value;
  }
  return out;
}

function text(record: JsonObject, key: string): string | undefined {
  const value = record.get(key);
  return typeof value === "string" ? value : undefined;
}

function number(record: JsonObject, key: string): number | undefined {
  const value = record.get(key);
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
}

/** RFC 3339 in UTC, as both writers use it. */
function wallTime(start: string | undefined): { startNs?: bigint } {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(start ?? "");
  if (match === null) return {};
  const seconds = Date.parse(`${match[1]}Z`);
  if (Number.isNaN(seconds)) return {};
  return { startNs: BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? "").padEnd(9, "0")) };
}
