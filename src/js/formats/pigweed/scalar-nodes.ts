import type { BytePlace, FieldPlaces } from "../../abi/field-places.ts";
import type { Message } from "../../abi/rows.ts";
import { decodeUtf8Lossy } from "../../base/bytes.ts";
import type { Scalar, ValueKind, ValueNode, ValueOrigin } from "../../model/values.ts";
import { findEnumName, type ProtoField, type ProtoSchema } from "../../proto/descriptor.ts";
import type { FieldDecoder } from "./context.ts";

/** What turns raw values into scalars. */
export interface Reading {
  readonly proto: ProtoSchema;
  readonly fields: FieldDecoder;
}

/** Option that marks a field as optionally tokenized. */
const TOKENIZED = "(pw.tokenizer.format)";

/** A value as the rows hold it: 32 bits, 64 bits (unsigned), or bytes. */
export type RawValue = number | bigint | Uint8Array;

/** A scalar as it was read. */
export class Leaf {
  private readonly field: ProtoField;
  private readonly raw: RawValue;

  constructor(field: ProtoField, raw: RawValue) {
    this.field = field;
    this.raw = raw;
  }

  scalar(reading: Reading): Scalar {
    const { raw, field } = this;
    if (raw instanceof Uint8Array) {
      if (isTokenized(field)) return reading.fields.decodeField(raw);
      return field.kind === "string" ? decodeUtf8Lossy(raw) : raw;
    }
    if (field.kind === "bool") return raw !== 0;
    if (field.kind === "float" || field.kind === "double") return floatOf(raw);
    const integer = this.integer() ?? 0n;
    if (field.kind !== "enum") return integer;
    return findEnumName(reading.proto.enums[field.typeName ?? ""], Number(integer)) ?? integer;
  }

  integer(): bigint | undefined {
    const { raw, field } = this;
    if (raw instanceof Uint8Array || field.kind === "float" || field.kind === "double") return undefined;
    const isSigned = /^(?:s|int|enum)/.test(field.kind);
    const bits = typeof raw === "bigint" ? 64 : 32;
    return isSigned ? BigInt.asIntN(bits, BigInt(raw)) : BigInt(raw);
  }
}

export function leafNode(
  name: string,
  field: ProtoField,
  raw: RawValue,
  place: () => BytePlace | undefined,
): ValueNode {
  return {
    kind: kindOf(field),
    name,
    typeName: typeNameOf(field),
    get origin() {
      return toOrigin(place());
    },
    handle: new Leaf(field, raw),
  };
}

function kindOf(field: ProtoField): ValueKind {
  switch (field.kind) {
    case "string":
      return "string";
    case "bytes":
      return isTokenized(field) ? "string" : "bytes";
    case "enum":
      return "enum";
    case "bool":
      return "bool";
    case "float":
    case "double":
      return "float";
    default:
      return /^(?:u|f)/.test(field.kind) ? "uint" : "int";
  }
}

export function typeNameOf(field: ProtoField): string {
  return field.typeName ?? field.kind;
}

function isTokenized(field: ProtoField): boolean {
  return field.options?.[TOKENIZED] !== undefined;
}

const LENGTH_KINDS: ReadonlySet<string> = new Set(["string", "bytes"]);

export function rawOf(message: Message, field: ProtoField): RawValue {
  if (LENGTH_KINDS.has(field.kind)) return message.bytes(field.name);
  return is64(field) ? message.u64(field.name) : message.u32(field.name);
}

export function rawElements(message: Message, field: ProtoField): readonly RawValue[] {
  if (LENGTH_KINDS.has(field.kind)) return message.bytesList(field.name);
  return is64(field) ? message.u64s(field.name) : message.u32s(field.name);
}

function is64(field: ProtoField): boolean {
  return field.kind === "double" || field.kind.endsWith("64");
}

function floatOf(raw: number | bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof raw === "bigint") {
    view.setBigUint64(0, raw);
    return view.getFloat64(0);
  }
  view.setUint32(0, raw);
  return view.getFloat32(0);
}

/** The places of a message's fields, found when somebody asks for one of them. */
export type Places = () => FieldPlaces;

export function toOrigin(place: BytePlace | undefined): ValueOrigin | undefined {
  return place && { input: 0, offset: place.offset, length: place.length };
}

export function viewPlace(message: Message, view: Uint8Array): BytePlace {
  return { offset: view.byteOffset - message.input.byteOffset, length: view.length };
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
