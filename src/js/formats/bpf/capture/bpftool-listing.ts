import { SnapshotError } from "../../../base/errors.ts";
import type { JsonObject, JsonValue } from "../../../base/json.ts";
import { CHUNK_BYTES, type EntryBatch, entryStride } from "./encoder.ts";
import { cpuStride, isPerCpu, mapTypeNumber } from "./map-types.ts";
import { type MapInfo, NO_MAP, type ProgramRecord } from "./records.ts";

/** Readers of what `bpftool -j` prints. Every listing is JSON as `parseJson` reads it. */

/** One element of `bpftool -j map show`. @throws SnapshotError `MalformedCapture` */
export function readMapShow(value: JsonValue): MapInfo {
  const map = asObject(value, "a map");
  const typeName = text(map, "type");
  const type = mapTypeNumber(typeName);
  if (type === undefined) throw malformed(`map type ${JSON.stringify(typeName)} is unknown`);
  return {
    ...NO_MAP,
    id: number(map, "id"),
    type,
    name: text(map, "name"),
    flags: number(map, "flags"),
    keySize: number(map, "bytes_key"),
    valueSize: number(map, "bytes_value"),
    maxEntries: number(map, "max_entries"),
    bytesMemlock: big(map, "bytes_memlock"),
    frozen: number(map, "frozen") !== 0,
    btfId: number(map, "btf_id"),
    extra: big(map, "map_extra"),
    pinned: texts(map, "pinned"),
  };
}

/** One element of `bpftool -j prog show`. @throws SnapshotError `MalformedCapture` */
export function readProgramShow(value: JsonValue): ProgramRecord {
  const program = asObject(value, "a program");
  const holders = list(program, "pids").map((holder) => {
    const record = asObject(holder, "a process");
    return { pid: number(record, "pid"), comm: text(record, "comm") };
  });
  return {
    id: number(program, "id"),
    type: 0,
    typeName: text(program, "type"),
    name: text(program, "name"),
    tag: text(program, "tag"),
    gplCompatible: program.get("gpl_compatible") === true,
    loadedAt: big(program, "loaded_at"),
    uid: number(program, "uid"),
    orphaned: program.get("orphaned") === true,
    bytesXlated: big(program, "bytes_xlated"),
    bytesJited: big(program, "bytes_jited"),
    bytesMemlock: big(program, "bytes_memlock"),
    mapIds: list(program, "map_ids").map(Number),
    btfId: number(program, "btf_id"),
    runTimeNs: big(program, "run_time_ns"),
    runCount: big(program, "run_cnt"),
    recursionMisses: big(program, "recursion_misses"),
    pinned: texts(program, "pinned"),
    holders,
  };
}

/** Start of an entry: its raw key. The formatted part may hold a key, too, but not one of hex pairs. */
const ENTRY = /\{"key":(null|\[(?:"0x[0-9a-f]{2}",?)*\]),"value(s?)":/g;
const ENTRY_START = '{"key":["0x';

/**
 * Entries of a map out of the text of `bpftool -j map dump`, as it comes. The text is scanned for raw keys and values
 * rather than parsed: its formatted part is not always JSON, and a large map should not become objects.
 */
export class MapDumpReader {
  private readonly map: MapInfo;
  private readonly stride: number;
  private readonly room: number;
  private batch: BatchBuilder;
  private rest = "";

  /** @param cpus possible CPUs: the slots of a per-CPU value. */
  constructor(map: MapInfo, cpus: number) {
    this.map = map;
    this.stride = entryStride(map, cpus);
    this.room = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(1, map.keySize + this.stride)));
    this.batch = this.newBatch();
  }

  /** Takes a piece of the text. @returns the batches that became full. */
  push(piece: string): EntryBatch[] {
    const text = this.rest + piece;
    // The last entry may go on in the next piece.
    const whole = Math.max(0, text.lastIndexOf(ENTRY_START));
    this.rest = text.slice(whole);
    return this.read(text.slice(0, whole));
  }

  /** What is left when the text has ended. */
  end(): EntryBatch[] {
    const batches = this.read(this.rest);
    this.rest = "";
    return this.batch.count > 0 ? [...batches, this.batch.finish()] : batches;
  }

  private read(text: string): EntryBatch[] {
    const batches: EntryBatch[] = [];
    for (const match of text.matchAll(ENTRY)) {
      this.batch.add(match[1]!, text, match.index + match[0].length, match[2] === "s");
      if (!this.batch.isFull) continue;
      batches.push(this.batch.finish());
      this.batch = this.newBatch();
    }
    return batches;
  }

  private newBatch(): BatchBuilder {
    return new BatchBuilder(this.map, this.stride, Math.min(this.room, Math.max(1, this.map.maxEntries)));
  }
}

class BatchBuilder {
  count = 0;
  private readonly map: MapInfo;
  private readonly stride: number;
  private readonly room: number;
  private readonly keys: Uint8Array;
  private readonly values: Uint8Array;
  private readonly unread: number[] = [];
  private readonly unreadErrno: number[] = [];

  constructor(map: MapInfo, stride: number, room: number) {
    this.map = map;
    this.stride = stride;
    this.room = room;
    this.keys = new Uint8Array(map.keySize * room);
    this.values = new Uint8Array(stride * room);
  }

  get isFull(): boolean {
    return this.count === this.room;
  }

  /** An entry that is cut in the text is left out. */
  add(key: string, dump: string, at: number, perCpu: boolean): void {
    const start = this.count * this.stride;
    if (perCpu) {
      if (!this.addSlots(dump, at, start)) return;
    } else if (dump[at] === "[") {
      const end = dump.indexOf("]", at);
      if (end < 0) return;
      fillBytes(this.values, start, this.stride, dump, at + 1, end);
    } else this.addError(dump.slice(at, at + 200));
    fillBytes(this.keys, this.count * this.map.keySize, this.map.keySize, key, 1, key.length - 1);
    this.count++;
  }

  finish(): EntryBatch {
    return {
      count: this.count,
      keys: this.keys.subarray(0, this.count * this.map.keySize),
      values: this.values.subarray(0, this.count * this.stride),
      unread: this.unread,
      unreadErrno: this.unreadErrno,
    };
  }

  private addSlots(dump: string, at: number, start: number): boolean {
    const slot = /\[?,?\{"cpu":\d+,"value":\[([^\]]*)\]\}/y;
    const bytes = cpuStride(this.map.valueSize);
    let next = at;
    for (let to = start; to + bytes <= start + this.stride; to += bytes) {
      slot.lastIndex = next;
      const match = slot.exec(dump);
      if (match === null) return false;
      fillBytes(this.values, to, this.map.valueSize, match[1]!, 0, match[1]!.length);
      next = slot.lastIndex;
    }
    return true;
  }

  /** `{"error":"No such file or directory"}` in place of a value. */
  private addError(textAt: string): void {
    const message = /^\{"error":"([^"]*)"/.exec(textAt)?.[1] ?? "";
    this.unread.push(this.count);
    this.unreadErrno.push(ERRNO_OF[message] ?? 0);
  }
}

/** `"0x2a",`: characters of one byte in a listing. */
const BYTE_CHARS = 7;

/** Bytes [from, end) of a list of hex bytes; at most `size`. Characters are read as they stand: lists are long. */
function fillBytes(to: Uint8Array, at: number, size: number, text: string, from: number, end: number): void {
  for (let ix = 0, digit = from + 3; ix < size && digit + 1 < end; ix++, digit += BYTE_CHARS) {
    to[at + ix] = (hexDigit(text.charCodeAt(digit)) << 4) | hexDigit(text.charCodeAt(digit + 1));
  }
}

function hexDigit(code: number): number {
  return code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57;
}

/** Sentences of the C library that bpftool prints for failed look-ups. */
const ERRNO_OF: Readonly<Record<string, number>> = {
  "Operation not permitted": 1,
  "No such file or directory": 2,
  "Permission denied": 13,
  "Invalid argument": 22,
  "Operation not supported": 95,
};

/** True for per-CPU maps, whose dump has a value for each CPU: their number is seen in the dump itself. */
export function countCpus(dump: string, map: MapInfo): number {
  if (!isPerCpu(map.type)) return 0;
  const first = dump.indexOf('"values":[');
  if (first < 0) return 0;
  const slots = /\[?,?\{"cpu":\d+,"value":\[[^\]]*\]\}/y;
  let count = 0;
  for (slots.lastIndex = first + 9; slots.test(dump); ) count++;
  return count;
}

function asObject(value: JsonValue, what: string): JsonObject {
  if (value instanceof Map) return value;
  throw malformed(`${what} is no object`);
}

function number(object: JsonObject, key: string): number {
  return Number(big(object, key));
}

/** Absent numbers are 0: bpftool leaves out what it does not know. */
function big(object: JsonObject, key: string): bigint {
  const value = object.get(key);
  if (typeof value === "bigint") return value;
  if (value === undefined) return 0n;
  throw malformed(`${key} is no integer`);
}

function text(object: JsonObject, key: string): string {
  const value = object.get(key);
  return typeof value === "string" ? value : typeof value === "bigint" ? String(value) : "";
}

function list(object: JsonObject, key: string): readonly JsonValue[] {
  const value = object.get(key);
  return Array.isArray(value) ? value : [];
}

function texts(object: JsonObject, key: string): string[] {
  return list(object, key).filter((value) => typeof value === "string");
}

function malformed(reason: string): SnapshotError {
  return new SnapshotError("MalformedCapture", `reading bpftool's output: ${reason}`, { fields: { reason } });
}
