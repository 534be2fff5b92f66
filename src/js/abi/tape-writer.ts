import { decodeBase64 } from "../base/base64.ts";
import { encodeUtf8 } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";
import { limitExceeded } from "../base/limits.ts";
import { suggestNames } from "../base/text.ts";
import type { ProtoField, ProtoSchema } from "../proto/descriptor.ts";
import type { Core } from "./core.ts";
import * as L from "./layout.ts";
import { type CompiledSchema, coreKind, type FieldLayout, getMessageLayout, type MessageLayout } from "./schema.ts";

/** The member that holds what the schema does not know: base64 of the fields, keys included. */
export const UNKNOWN_MEMBER = "@unknown";

/** A message as plain data: what lossless JSON gives (`Map`, `bigint`), or ordinary objects. */
export type MessageData = ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

const MAX_DEPTH = 100;

/**
 * Writes a message from plain data: the inverse of `messageToData`.
 *
 * Members are named as in the `.proto` file or in lowerCamelCase. Integers are numbers, bigints or decimal text; bytes
 * are `Uint8Array` or base64; enums are names or numbers; maps are objects; `null` leaves a field out.
 * @throws SnapshotError `PathNotFound` (no such field), `ValueOutOfRange`, `LimitExceeded` (depth over 100).
 */
export function encodeMessage(
  core: Core,
  proto: ProtoSchema,
  schema: CompiledSchema,
  name: string,
  data: MessageData,
): Uint8Array<ArrayBuffer> {
  const layout = getMessageLayout(schema, name);
  const writer = new TapeWriter(proto);
  writer.writeRow(layout, data, name, 0);
  return core.encode(schema, layout.ix, writer.tape(), writer.heap());
}

/** Builds the tape that `pb_encode` reads: rows and runs of words, and a heap of strings and bytes. */
class TapeWriter {
  private words: Uint32Array = new Uint32Array(256);
  private top = 0;
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  private used = 0;
  /** "row oneof" of what is set, to refuse two members of one. */
  private readonly oneofs = new Set<string>();
  private readonly proto: ProtoSchema;

  constructor(proto: ProtoSchema) {
    this.proto = proto;
  }

  tape(): Uint32Array {
    return this.words.subarray(0, this.top);
  }

  heap(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  /** @returns word index of the row. */
  writeRow(layout: MessageLayout, data: MessageData, path: string, depth: number): number {
    if (depth > MAX_DEPTH) throw limitExceeded("depth", MAX_DEPTH, depth, `writing ${path}`);
    const row = this.allocate(layout.rowWords);
    for (const [key, value] of entriesOf(data, path)) {
      if (value === null || value === undefined) continue;
      if (key === UNKNOWN_MEMBER) this.writeUnknown(layout, row, value, path);
      else this.writeField(findField(layout, key, path), row, value, `${path}.${key}`, depth);
    }
    return row;
  }

  private writeField(field: FieldLayout, row: number, value: unknown, path: string, depth: number): void {
    const { child } = field;
    if (child?.message.mapEntry === true && !Array.isArray(value)) {
      const entries = entriesOf(value, path).map(
        ([key, item]) =>
          new Map<string, unknown>([
            ["key", keyOf(child, key)],
            ["value", item],
          ]),
      );
      this.writeList(field, row, entries, path, depth);
    } else if (field.field.repeated === true) {
      if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw outOfRange(path, "an array", value);
      this.writeList(field, row, [...(value as Iterable<unknown>)], path, depth);
    } else {
      this.markPresent(field, row, path);
      if (child === undefined) this.writeValue(field.field, value, row + field.slot, path);
      else {
        // Not in one expression: writing the row may replace the array.
        const inner = this.writeRow(child, value as MessageData, path, depth + 1);
        this.words[row + field.slot] = inner;
      }
    }
  }

  private writeList(field: FieldLayout, row: number, items: readonly unknown[], path: string, depth: number): void {
    if (items.length === 0) return;
    this.markPresent(field, row, path);
    const slot = row + field.slot;
    if (field.child !== undefined) this.writeRows(field.child, slot, items, path, depth);
    else
      this.writeRun(slot, items.length, valueWords(field.field), (at, ix) =>
        this.writeValue(field.field, items[ix], at, `${path}[${ix}]`),
      );
    this.words[slot + L.LIST_COUNT] = items.length;
  }

  private writeRows(child: MessageLayout, slot: number, items: readonly unknown[], path: string, depth: number): void {
    let last = 0;
    items.forEach((item, ix) => {
      const at = this.writeRow(child, item as MessageData, `${path}[${ix}]`, depth + 1);
      if (ix === 0) this.words[slot + L.LIST_FIRST] = at;
      else this.words[last + L.ROW_NEXT] = at;
      last = at;
    });
    this.words[slot + L.LIST_LAST] = last;
  }

  private writeRun(slot: number, count: number, width: number, write: (at: number, ix: number) => void): void {
    const run = this.allocate(L.RUN_WORDS + count * width);
    this.words[run + L.RUN_COUNT] = count;
    for (let i = 0; i < count; i++) write(run + L.RUN_WORDS + i * width, i);
    this.words[slot + L.LIST_FIRST] = run;
    this.words[slot + L.LIST_LAST] = run;
  }

  private writeUnknown(layout: MessageLayout, row: number, value: unknown, path: string): void {
    const raw = toBytes(value, `${path}.${UNKNOWN_MEMBER}`);
    if (layout.unknownSlot === 0 || raw.length === 0) return;
    this.writeRun(row + layout.unknownSlot, 1, 2, (at) => this.writeSpan(raw, at));
    this.words[row + layout.unknownSlot + L.LIST_COUNT] = 1;
  }

  private writeValue(field: ProtoField, value: unknown, at: number, path: string): void {
    switch (coreKind(field)) {
      case L.KIND_STRING:
      case L.KIND_BYTES:
        this.writeSpan(field.kind === "string" ? toText(value, path) : toBytes(value, path), at);
        break;
      case L.KIND_V64:
      case L.KIND_S64:
        this.writeWide(toInteger(value, path, field), at);
        break;
      case L.KIND_F64:
        this.writeWide(field.kind === "double" ? doubleBits(toFloat(value, path)) : toInteger(value, path, field), at);
        break;
      case L.KIND_BOOL:
        if (typeof value !== "boolean") throw outOfRange(path, "true or false", value);
        this.words[at] = value ? 1 : 0;
        break;
      default:
        this.words[at] = this.word(field, value, path);
    }
  }

  private word(field: ProtoField, value: unknown, path: string): number {
    if (field.kind === "float") return floatBits(toFloat(value, path));
    if (field.kind === "enum" && typeof value === "string") return this.enumNumber(field, value, path);
    return Number(BigInt.asUintN(32, toInteger(value, path, field)));
  }

  private enumNumber(field: ProtoField, name: string, path: string): number {
    const type = this.proto.enums[field.typeName ?? ""];
    const found = type?.values.find(([known]) => known === name)?.[1];
    if (found !== undefined) return found >>> 0;
    if (/^-?\d+$/.test(name)) return Number(BigInt.asUintN(32, toInteger(name, path, field)));
    throw outOfRange(path, `one of ${type?.values.map(([known]) => known).join(", ")}`, name);
  }

  private writeWide(value: bigint, at: number): void {
    this.words[at] = Number(BigInt.asUintN(32, value));
    this.words[at + 1] = Number(BigInt.asUintN(32, value >> 32n));
  }

  private writeSpan(bytes: Uint8Array, at: number): void {
    if (this.used + bytes.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + bytes.length));
      larger.set(this.heap());
      this.bytes = larger;
    }
    this.bytes.set(bytes, this.used);
    this.words[at] = this.used;
    this.words[at + 1] = bytes.length;
    this.used += bytes.length;
  }

  private markPresent(field: FieldLayout, row: number, path: string): void {
    const at = row + field.hasWord;
    const { oneof } = field.field;
    if (oneof !== undefined && this.oneofs.has(`${row} ${oneof}`)) {
      throw outOfRange(path, `at most one member of oneof ${oneof}`, "several");
    }
    if (oneof !== undefined) this.oneofs.add(`${row} ${oneof}`);
    this.words[at] = this.words[at]! | field.hasMask;
  }

  private allocate(words: number): number {
    if (this.top + words > this.words.length) {
      const larger = new Uint32Array(Math.max(this.words.length * 2, this.top + words));
      larger.set(this.tape());
      this.words = larger;
    }
    const at = this.top;
    this.top += words;
    return at;
  }
}

function valueWords(field: ProtoField): number {
  const kind = coreKind(field);
  return kind === L.KIND_V64 ||
    kind === L.KIND_S64 ||
    kind === L.KIND_F64 ||
    kind === L.KIND_STRING ||
    kind === L.KIND_BYTES
    ? 2
    : 1;
}

function entriesOf(data: unknown, path: string): (readonly [string, unknown])[] {
  if (data instanceof Map) return [...data].map(([key, value]) => [String(key), value] as const);
  if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) {
    throw outOfRange(path, "an object", data);
  }
  return Object.entries(data);
}

function findField(layout: MessageLayout, name: string, path: string): FieldLayout {
  const field = layout.byName.get(name) ?? layout.fields.find((f) => lowerCamel(f.field.name) === name);
  if (field !== undefined) return field;
  const names = layout.fields.map((f) => f.field.name);
  const near = suggestNames(name, names);
  throw new SnapshotError("PathNotFound", `writing ${path}: ${layout.name} has no field ${JSON.stringify(name)}`, {
    fields: { component: name },
    path: `${path}.${name}`,
    available: near.length > 0 ? near : names,
  });
}

function lowerCamel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** A map's key is text in JSON; the schema says what it is. */
function keyOf(entry: MessageLayout, text: string): unknown {
  return entry.byName.get("key")?.field.kind === "bool" ? text === "true" : text;
}

function toText(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") throw outOfRange(path, "text", value);
  return encodeUtf8(value);
}

function toBytes(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const bytes = typeof value === "string" ? decodeBase64(value) : undefined;
  if (bytes === undefined) throw outOfRange(path, "base64 text", value);
  return bytes;
}

function toInteger(value: unknown, path: string, field: ProtoField): bigint {
  const integer =
    typeof value === "bigint"
      ? value
      : typeof value === "number" && Number.isInteger(value)
        ? BigInt(value)
        : typeof value === "string" && /^-?\d{1,20}$/.test(value)
          ? BigInt(value)
          : undefined;
  const wide = /64$/.test(field.kind);
  const signed = !/^(uint|fixed)/.test(field.kind);
  const bits = wide ? 64n : 32n;
  const min = signed ? -(1n << (bits - 1n)) : 0n;
  const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  if (integer === undefined || integer < min || integer > max)
    throw outOfRange(path, `an integer from ${min} to ${max}`, value);
  return integer;
}

function toFloat(value: unknown, path: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw outOfRange(path, "a number", value);
}

const scratch: DataView = new DataView(new ArrayBuffer(8));

function floatBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function doubleBits(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function outOfRange(path: string, expected: string, value: unknown): SnapshotError {
  const found =
    typeof value === "object" && value !== null ? (Array.isArray(value) ? "an array" : "an object") : String(value);
  return new SnapshotError("ValueOutOfRange", `writing ${path}: found ${found.slice(0, 60)}, expected ${expected}`, {
    path,
    fields: { expected, found: found.slice(0, 60) },
  });
}
