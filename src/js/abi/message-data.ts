import { encodeBase64 } from "../base/base64.ts";
import { concatBytes } from "../base/bytes.ts";
import { findEnumName, type ProtoField, type ProtoSchema } from "../proto/descriptor.ts";
import type { Message } from "./rows.ts";
import { UNKNOWN_MEMBER } from "./tape-writer.ts";

/**
 * A message as plain data, in order of field number: what `renderJson` writes and `encodeMessage` reads back.
 *
 * Integers of 64 bits are `bigint`, bytes base64 text, enums their name (or the number when it has none), maps
 * objects with text keys; absent fields are left out, present zeros are not. Nesting is bounded by the scanner.
 */
export function messageToData(message: Message, proto: ProtoSchema): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const { field, child } of message.layout.fields) {
    const { name } = field;
    if (field.repeated === true) {
      if (message.count(name) === 0) continue;
      members.set(
        name,
        child?.message.mapEntry === true ? mapToData(message, name, proto) : listToData(message, field, proto),
      );
    } else if (child !== undefined) {
      const inner = message.message(name);
      if (inner !== undefined) members.set(name, messageToData(inner, proto));
    } else if (message.has(name)) members.set(name, scalarToData(message, field, proto));
  }
  const unknown = message.unknownFields();
  if (unknown.length > 0) members.set(UNKNOWN_MEMBER, encodeBase64(concatBytes(unknown)));
  return members;
}

function mapToData(message: Message, name: string, proto: ProtoSchema): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const entry of message.messages(name)) {
    const [key, value] = [entry.layout.byName.get("key")!, entry.layout.byName.get("value")!];
    const text = String(scalarToData(entry, key.field, proto));
    const inner = value.child === undefined ? undefined : entry.message("value");
    const item =
      value.child === undefined ? scalarToData(entry, value.field, proto) : inner && messageToData(inner, proto);
    entries.set(text, item ?? new Map());
  }
  return entries;
}

function listToData(message: Message, field: ProtoField, proto: ProtoSchema): unknown[] {
  const { name } = field;
  if (field.kind === "message" || field.kind === "group") {
    return [...message.messages(name)].map((item) => messageToData(item, proto));
  }
  if (field.kind === "string") return message.texts(name);
  if (field.kind === "bytes") return message.bytesList(name).map(encodeBase64);
  if (field.kind === "double") return message.u64s(name).map(doubleOf);
  if (/^(u|f)\w*64$/.test(field.kind)) return message.u64s(name);
  if (/64$/.test(field.kind)) return message.i64s(name);
  return message.u32s(name).map((word) => wordToData(word, field, proto));
}

/** Value of a singular scalar field, absent ones included. */
function scalarToData(message: Message, field: ProtoField, proto: ProtoSchema): unknown {
  const { name } = field;
  if (field.kind === "string") return message.text(name);
  if (field.kind === "bytes") return encodeBase64(message.bytes(name));
  if (field.kind === "double") return message.f64(name);
  if (field.kind === "uint64" || field.kind === "fixed64") return message.u64(name);
  if (/64$/.test(field.kind)) return message.i64(name);
  return wordToData(message.u32(name), field, proto);
}

function wordToData(word: number, field: ProtoField, proto: ProtoSchema): unknown {
  if (field.kind === "bool") return word !== 0;
  if (field.kind === "float") return floatOf(word);
  if (field.kind === "uint32" || field.kind === "fixed32") return word;
  if (field.kind === "enum") return findEnumName(proto.enums[field.typeName ?? ""], word | 0) ?? word | 0;
  return word | 0;
}

const scratch: DataView = new DataView(new ArrayBuffer(8));

function floatOf(word: number): number {
  scratch.setUint32(0, word);
  return scratch.getFloat32(0);
}

function doubleOf(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}
