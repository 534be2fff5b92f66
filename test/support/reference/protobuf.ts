import { decodeUtf8, decodeUtf8Lossy } from "../../../src/js/base/bytes.ts";
import type { ErrorCode } from "../../../src/js/base/error-codes.ts";
import { SnapshotError } from "../../../src/js/base/errors.ts";
import type { Message, MessageList } from "./message.ts";
import type { ReferenceField, ReferenceSchema } from "./schema.ts";

/**
 * A protobuf decoder written to be obviously right, not fast: an oracle for the Wasm scanner and a stand-in where no
 * core is at hand. Strict: the first fault throws. Rules: docs/formats/pigweed.md, "Wire rules".
 *
 * `offset` of an error is the key of the field at fault, `fields.at` the byte at fault.
 * @throws SnapshotError with a code of the protobuf wire section, or `LimitExceeded` (depth).
 */
export function decodeReference(schema: ReferenceSchema, name: string, bytes: Uint8Array, depth = 100): Message {
  const message = new ReferenceMessage(schema, name, bytes, 0);
  new Reader(bytes, depth).fields(message, 0, bytes.length, 0, undefined);
  return message;
}

const MAX_FIELD = 0x1fff_ffff;
const VARINTS = new Set(["int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool", "enum"]);
const FIXED: Readonly<Record<string, 1 | 5>> = {
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  fixed32: 5,
  sfixed32: 5,
  float: 5,
};

type Value = bigint | number | Uint8Array | ReferenceMessage;

class Reader {
  private readonly bytes: Uint8Array;
  private readonly maxDepth: number;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.bytes = bytes;
    this.maxDepth = maxDepth;
  }

  /** Reads fields into `message` up to `end`, or to the end tag of `group`. @returns the offset after them. */
  fields(message: ReferenceMessage, start: number, end: number, depth: number, group: number | undefined): number {
    let at = start;
    while (at < end) {
      const keyAt = at;
      const { number, wire, next } = this.key(at, end);
      if (wire === 4) {
        if (number !== group) fail("StrayEndGroup", keyAt, keyAt);
        message.byteLength = keyAt - message.offset;
        return next;
      }
      const field = message.schemaFields().find((f) => f.number === number);
      at =
        field !== undefined && fits(field, wire)
          ? this.known(message, field, wire, keyAt, next, end, depth)
          : this.skip(number, wire, keyAt, next, end, depth);
    }
    if (group !== undefined) fail("UnterminatedGroup", end, end);
    return at;
  }

  private key(keyAt: number, end: number): { number: number; wire: number; next: number } {
    const { value, next } = this.varint(keyAt, keyAt, end);
    if (next - keyAt > 5) fail("VarintTooLong", keyAt, keyAt);
    const wire = Number(value & 7n);
    const number = Number(value >> 3n);
    if (number === 0 || number > MAX_FIELD) fail("FieldNumberZero", keyAt, keyAt);
    if (wire > 5) fail("InvalidWireType", keyAt, keyAt);
    return { number, wire, next };
  }

  private known(
    message: ReferenceMessage,
    field: ReferenceField,
    wire: number,
    keyAt: number,
    start: number,
    end: number,
    depth: number,
  ): number {
    if (field.messageName !== undefined) return this.nested(message, field, wire, keyAt, start, end, depth);
    if (wire === 2 && (VARINTS.has(field.type) || FIXED[field.type] !== undefined)) {
      const { from, to } = this.span(keyAt, start, end);
      for (let at = from; at < to; ) {
        const { value, next } = this.packedElement(field, keyAt, at, to);
        message.add(field, value);
        at = next;
      }
      return to;
    }
    const { value, next } = this.scalar(field, wire, keyAt, start, end);
    message.add(field, value);
    return next;
  }

  private packedElement(field: ReferenceField, keyAt: number, at: number, to: number): { value: Value; next: number } {
    const wire = FIXED[field.type] ?? 0;
    const size = wire === 1 ? 8 : wire === 5 ? 4 : 0;
    if (to - at < size) fail("PackedLengthMismatch", keyAt, at);
    return this.scalar(field, wire, keyAt, at, to);
  }

  private nested(
    message: ReferenceMessage,
    field: ReferenceField,
    wire: number,
    keyAt: number,
    start: number,
    end: number,
    depth: number,
  ): number {
    const span = wire === 2 ? this.span(keyAt, start, end) : { from: start, to: end };
    if (depth >= this.maxDepth) this.tooDeep(keyAt);
    const inner = message.enter(field, span.from, span.to - span.from);
    const after = this.fields(inner, span.from, span.to, depth + 1, wire === 3 ? field.number : undefined);
    return wire === 2 ? span.to : after;
  }

  private scalar(
    field: ReferenceField,
    wire: number,
    keyAt: number,
    start: number,
    end: number,
  ): { value: Value; next: number } {
    if (wire === 0) {
      const { value, next } = this.varint(keyAt, start, end);
      return { value: convert(field.type, value), next };
    }
    if (wire === 2) {
      const { from, to } = this.span(keyAt, start, end);
      const value = this.bytes.subarray(from, to);
      if (field.type === "string" && decodeUtf8(value) === undefined) {
        fail("InvalidUtf8", keyAt, from + firstInvalid(value));
      }
      return { value, next: to };
    }
    const size = wire === 1 ? 8 : 4;
    if (end - start < size) fail("TruncatedMessage", keyAt, start);
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + start, size);
    return { value: fixed(field.type, view), next: start + size };
  }

  private skip(number: number, wire: number, keyAt: number, start: number, end: number, depth: number): number {
    if (wire === 0) return this.varint(keyAt, start, end).next;
    if (wire === 2) return this.span(keyAt, start, end).to;
    if (wire === 3) {
      if (depth >= this.maxDepth) this.tooDeep(keyAt);
      return this.fields(new ReferenceMessage(NOTHING, "", this.bytes, start), start, end, depth + 1, number);
    }
    const size = wire === 1 ? 8 : 4;
    if (end - start < size) fail("TruncatedMessage", keyAt, start);
    return start + size;
  }

  private span(keyAt: number, start: number, end: number): { from: number; to: number } {
    const { value, next } = this.varint(keyAt, start, end);
    if (value > BigInt(end - next)) fail("LengthBeyondEnd", keyAt, start);
    return { from: next, to: next + Number(value) };
  }

  private varint(keyAt: number, start: number, end: number): { value: bigint; next: number } {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      if (start + i >= end) fail("TruncatedMessage", keyAt, start);
      const byte = this.bytes[start + i]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: start + i + 1 };
    }
    return fail("VarintTooLong", keyAt, start);
  }

  private tooDeep(keyAt: number): never {
    throw new SnapshotError("LimitExceeded", `message nesting over ${this.maxDepth} levels at byte ${keyAt}`, {
      offset: keyAt,
      fields: { at: keyAt },
      limit: { name: "depth", max: this.maxDepth, actual: this.maxDepth + 1 },
    });
  }
}

function fits(field: ReferenceField, wire: number): boolean {
  if (field.type === "group") return wire === 3;
  if (field.type === "message" || field.type === "string" || field.type === "bytes") return wire === 2;
  const own = FIXED[field.type] ?? 0;
  return wire === own || (field.repeated && wire === 2);
}

function convert(type: string, raw: bigint): bigint {
  switch (type) {
    case "bool":
      return raw === 0n ? 0n : 1n;
    case "uint32":
      return BigInt.asUintN(32, raw);
    case "int32":
    case "enum":
      return BigInt.asIntN(32, raw);
    case "sint32": {
      const low = BigInt.asUintN(32, raw);
      return BigInt.asIntN(32, (low >> 1n) ^ -(low & 1n));
    }
    case "sint64":
      return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
    case "int64":
      return BigInt.asIntN(64, raw);
    default:
      return raw;
  }
}

function fixed(type: string, view: DataView): bigint | number {
  switch (type) {
    case "double":
      return view.getFloat64(0, true);
    case "float":
      return view.getFloat32(0, true);
    case "fixed64":
      return view.getBigUint64(0, true);
    case "sfixed64":
      return view.getBigInt64(0, true);
    case "sfixed32":
      return BigInt(view.getInt32(0, true));
    default:
      return BigInt(view.getUint32(0, true));
  }
}

/** Offset of the first sequence that is not UTF-8: the longest valid prefix, character by character. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const size = [1, 2, 3, 4].find(
      (n) => at + n <= bytes.length && decodeUtf8(bytes.subarray(at, at + n)) !== undefined,
    );
    if (size === undefined) return at;
    at += size;
  }
  return at;
}

function fail(code: ErrorCode, offset: number, at: number): never {
  throw new SnapshotError(code, `reading protobuf: ${code} in the field at byte ${offset}, at byte ${at}`, {
    offset,
    fields: { at },
  });
}

const NOTHING: ReferenceSchema = new Map();

class ReferenceMessage implements Message {
  offset: number;
  byteLength: number;
  private readonly schema: ReferenceSchema;
  private readonly name: string;
  private readonly input: Uint8Array;
  private readonly values = new Map<string, Value[]>();

  constructor(schema: ReferenceSchema, name: string, input: Uint8Array, offset: number, byteLength = input.length) {
    this.schema = schema;
    this.name = name;
    this.input = input;
    this.offset = offset;
    this.byteLength = byteLength;
  }

  schemaFields(): readonly ReferenceField[] {
    return this.schema.get(this.name) ?? [];
  }

  add(field: ReferenceField, value: Value): void {
    this.clearOneof(field);
    const present = this.values.get(field.name);
    if (field.repeated && present !== undefined) present.push(value);
    else this.values.set(field.name, [value]);
  }

  /** The message that a nested field's bytes go to: merged into the present one when it is singular. */
  enter(field: ReferenceField, offset: number, byteLength: number): ReferenceMessage {
    const present = field.repeated ? undefined : this.values.get(field.name)?.[0];
    if (present instanceof ReferenceMessage) {
      present.offset = offset;
      present.byteLength = byteLength;
      return present;
    }
    const inner = new ReferenceMessage(this.schema, field.messageName ?? "", this.input, offset, byteLength);
    this.add(field, inner);
    return inner;
  }

  has(field: string): boolean {
    this.field(field);
    return this.values.has(field);
  }

  u32(field: string): number {
    return Number(BigInt.asUintN(32, this.integer(field)));
  }

  i32(field: string): number {
    return Number(BigInt.asIntN(32, this.integer(field)));
  }

  u64(field: string): bigint {
    return BigInt.asUintN(64, this.integer(field));
  }

  i64(field: string): bigint {
    return BigInt.asIntN(64, this.integer(field));
  }

  bool(field: string): boolean {
    return this.integer(field) !== 0n;
  }

  f32(field: string): number {
    const value = this.single(field);
    return typeof value === "number" ? value : 0;
  }

  f64(field: string): number {
    return this.f32(field);
  }

  bytes(field: string): Uint8Array {
    const value = this.single(field);
    return value instanceof Uint8Array ? value : new Uint8Array(0);
  }

  text(field: string): string {
    return decodeUtf8Lossy(this.bytes(field));
  }

  message(field: string): Message | undefined {
    const value = this.single(field);
    return value instanceof ReferenceMessage ? value : undefined;
  }

  messages(field: string): MessageList {
    this.field(field);
    const list = (this.values.get(field) ?? []).filter((value) => value instanceof ReferenceMessage);
    return { length: list.length, at: (ix) => list[ix]! };
  }

  u64s(field: string): bigint[] {
    this.field(field);
    return (this.values.get(field) ?? []).filter((value) => typeof value === "bigint");
  }

  texts(field: string): string[] {
    this.field(field);
    const values = (this.values.get(field) ?? []).filter((value) => value instanceof Uint8Array);
    return values.map(decodeUtf8Lossy);
  }

  private integer(field: string): bigint {
    const value = this.single(field);
    return typeof value === "bigint" ? value : 0n;
  }

  private single(field: string): Value | undefined {
    this.field(field);
    return this.values.get(field)?.[0];
  }

  private clearOneof(field: ReferenceField): void {
    if (field.oneof === undefined) return;
    for (const other of this.schemaFields()) {
      if (other.oneof === field.oneof && other.name !== field.name) this.values.delete(other.name);
    }
  }

  private field(name: string): ReferenceField {
    const field = this.schemaFields().find((f) => f.name === name);
    if (field === undefined) throw new RangeError(`${this.name} has no field ${name}`);
    return field;
  }
}
