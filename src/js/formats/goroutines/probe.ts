import { decodeUtf8Lossy } from "../../base/bytes.ts";

/** What an input is, by its content. */
export type InputKind = "text" | "profile" | "trace" | "manifest" | "unknown";

const HEADER = /^goroutine \d{1,20}(?: gp=0x[0-9a-f]+ m=[^[\]]+)? \[[^\]]+\].*:\r?$/m;
const WRAPPED_HEADER = /goroutine \d{1,20}(?: gp=0x[0-9a-f]+ m=[^[\]]{1,60})? \[[a-zA-Z][^\]]{0,200}\][^:]{0,2000}:/;
const COUNT_HEADER = /^goroutine(?:leak)? profile: total \d+\r?$/m;
const OTHER_COUNTS = /^(?:threadcreate profile: total \d+|heap profile: \d+: \d+ \[|--- (?:mutex|contention|threadz))/;
const RACE = /^WARNING: DATA RACE\r?$/m;
const CRASH = /^(?:panic: |fatal error: |SIG[A-Z]+: )/m;
const RUNTIME_FILE = /^\t\S*\.go:\d+(?: \+0x[0-9a-f]+)?/m;
/** `go 1.22 trace` and its successors, 16 bytes with NUL padding. */
const TRACE = /^go 1\.\d\d trace\0/;

/**
 * Confidence that leading bytes are ours, 0 … 100. A `panic:` alone is weak: other systems panic too.
 */
export function probeGoroutines(head: Uint8Array, byteLength: number): number {
  if (looksLikeProfile(head, byteLength)) return 90;
  const text = decodeUtf8Lossy(head.subarray(0, 4096));
  if (TRACE.test(text)) return 85;
  if (HEADER.test(text) || COUNT_HEADER.test(text)) return 95;
  if (RACE.test(text) && text.includes("==================")) return 90;
  if (WRAPPED_HEADER.test(text)) return 85;
  if (OTHER_COUNTS.test(text)) return 80;
  if (isManifestText(text)) return 80;
  if (CRASH.test(text)) return RUNTIME_FILE.test(text) ? 80 : 60;
  return 0;
}

/** What a text profile of debug=1 counts, if it is none of goroutines or threads. */
export function otherTextProfile(head: Uint8Array): string | undefined {
  const match = /^(?:(heap) profile: |--- (mutex|contention)\b)/.exec(decodeUtf8Lossy(head));
  const kind = match?.[1] ?? match?.[2];
  return kind === "contention" ? "block" : kind;
}

/** Kind of a whole input that is already taken for ours. */
export function inputKind(bytes: Uint8Array, isManifest: boolean): InputKind {
  if (isManifest) return "manifest";
  if (looksLikeProfile(bytes.subarray(0, 4096), bytes.length)) return "profile";
  const head = decodeUtf8Lossy(bytes.subarray(0, 64));
  if (TRACE.test(head)) return "trace";
  return "text";
}

function isManifestText(text: string): boolean {
  return /^\s*(?:\[|\{)/.test(text) && /"(?:headersUs|firstByteUs)"/.test(text) && /"debug"\s*:\s*\d/.test(text);
}

const WIRE_VARINT = 0;
const WIRE_LENGTH = 2;
/** Wire types of the fields of Profile by number; 0xff: no such field. */
const FIELD_WIRES: readonly number[] = [0xff, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 2, 0, -1, 0, 0];

/**
 * A pprof profile has no magic: its leading fields must be those of Profile, the first message a ValueType, and what
 * is inside the first records must fit them too.
 */
function looksLikeProfile(head: Uint8Array, byteLength: number): boolean {
  let fields = 0;
  let valueTypes = 0;
  for (let at = 0; at < head.length; ) {
    const key = head[at]!;
    const field = key >> 3;
    const wire = FIELD_WIRES[field];
    if (key >= 0x80 || wire === undefined || wire === 0xff) return false;
    if (wire >= 0 && wire !== (key & 7)) return false;
    if ((key & 7) === WIRE_VARINT) {
      at = skipVarint(head, at + 1);
    } else if ((key & 7) === WIRE_LENGTH) {
      const { value, next } = readVarint(head, at + 1);
      if (next < 0 || value > byteLength - next) return next < 0 && fields > 2 && valueTypes > 0;
      if (field === 1 && !isValueType(head, next, value)) return false;
      if (field === 1) valueTypes++;
      at = next + value;
    } else return false;
    if (at < 0) return false;
    fields++;
  }
  return valueTypes > 0 && fields >= 2;
}

/** A message of fields 1 and 2, both varints, of at most 12 bytes. */
function isValueType(head: Uint8Array, from: number, length: number): boolean {
  if (length > 12 || length < 2) return false;
  const end = Math.min(head.length, from + length);
  for (let at = from; at < end; ) {
    if (head[at] !== 0x08 && head[at] !== 0x10) return false;
    at = skipVarint(head, at + 1);
    if (at < 0 || at > end) return end === head.length;
  }
  return true;
}

function skipVarint(bytes: Uint8Array, from: number): number {
  return readVarint(bytes, from).next;
}

/** Up to five bytes; `next` is -1 when it does not end. */
function readVarint(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 10 && from + i < bytes.length; i++) {
    const byte = bytes[from + i]!;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: from + i + 1 };
  }
  return { value, next: -1 };
}
