import { SnapshotError } from "../base/errors.ts";
import type { FieldKind, ProtoEnum, ProtoField, ProtoMessage, ProtoSchema } from "../proto/descriptor.ts";
import { SCHEMA as GOOGLE } from "../proto/schema.generated.ts";
import type { Core } from "./core.ts";
import { decodeMessage } from "./decode.ts";
import type { Message } from "./rows.ts";
import { compileSchema } from "./schema.ts";

const ROOT = "google.protobuf.FileDescriptorSet";
/** FieldDescriptorProto.Type, from 1. Source: google/protobuf/descriptor.proto. */
const KINDS: readonly (FieldKind | undefined)[] = [
  undefined,
  ...(["double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group"] as const),
  ...(["message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64"] as const),
];
const LABEL_REPEATED = 3;
const PACKABLE: ReadonlySet<FieldKind> = new Set(
  KINDS.filter((kind) => kind !== undefined && !["string", "bytes", "message", "group"].includes(kind)) as FieldKind[],
);
/** TokenizationFormat of `pw.tokenizer.format`, from 0. */
const PW_TOKENIZER_FORMATS = ["TOKENIZATION_OPTIONAL"];

/**
 * Reads a compiled descriptor set (`protoc --descriptor_set_out=F --include_imports`).
 * @throws SnapshotError the code of the first fault in the bytes; `MalformedProto` for a field without a known type.
 */
export function decodeDescriptorSet(core: Core, bytes: Uint8Array): ProtoSchema {
  const { root } = decodeMessage(core, compileSchema(GOOGLE, [ROOT]), ROOT, bytes);
  const messages: Record<string, ProtoMessage> = Object.create(null);
  const enums: Record<string, ProtoEnum> = Object.create(null);
  const extensions: { extendee: string; field: ProtoField }[] = [];
  for (const file of root.messages("file")) {
    const proto3 = file.text("syntax") === "proto3";
    const scope = file.text("package");
    const open: { message: Message; scope: string }[] = [...file.messages("message_type")].map((message) => ({
      message,
      scope,
    }));
    readExtensions(file, scope, proto3, extensions);
    readEnums(file, scope, enums);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { message } = next;
      const name = join(next.scope, message.text("name"));
      messages[name] = readMessage(message, name, proto3);
      readExtensions(message, name, proto3, extensions);
      readEnums(message, name, enums);
      for (const nested of message.messages("nested_type")) open.push({ message: nested, scope: name });
    }
  }
  for (const { extendee, field } of extensions) {
    const message = messages[extendee];
    if (message !== undefined) messages[extendee] = { ...message, fields: [...message.fields, field] };
  }
  return { messages, enums };
}

function readMessage(message: Message, name: string, proto3: boolean): ProtoMessage {
  const oneofs = [...message.messages("oneof_decl")].map((oneof) => oneof.text("name"));
  const mapEntry = message.message("options")?.bool("map_entry") === true;
  return {
    name,
    fields: [...message.messages("field")].map((field) => readField(field, oneofs, proto3)),
    ...(mapEntry && { mapEntry: true }),
  };
}

function readField(field: Message, oneofs: readonly string[], proto3: boolean): ProtoField {
  const name = field.text("name");
  const kind = KINDS[field.u32("type")];
  const number = field.i32("number");
  if (kind === undefined || number < 1 || number > 0x1fffffff) {
    throw new SnapshotError("MalformedProto", `reading a descriptor set: field ${name} has no known type or number`, {
      offset: field.offset,
      fields: { file: "", line: 0, column: 0 },
    });
  }
  const repeated = field.u32("label") === LABEL_REPEATED;
  const options = field.message("options");
  const packed = repeated && PACKABLE.has(kind) && (options?.has("packed") === true ? options.bool("packed") : proto3);
  const isMessage = kind === "message" || kind === "group";
  const optional = field.bool("proto3_optional");
  const oneof = field.has("oneof_index") && !optional ? oneofs[field.u32("oneof_index")] : undefined;
  const presence = !repeated && (!proto3 || isMessage || optional || oneof !== undefined);
  const typeName = field.text("type_name").replace(/^\./, "");
  const tokenized = options?.has("pw_tokenizer_format") === true;
  return {
    name,
    number,
    kind,
    ...(typeName !== "" && { typeName }),
    ...(repeated && { repeated }),
    ...(packed && { packed }),
    ...(presence && { presence }),
    ...(oneof !== undefined && { oneof }),
    ...(kind === "string" && proto3 && { utf8: true }),
    ...(tokenized && {
      options: { "(pw.tokenizer.format)": PW_TOKENIZER_FORMATS[options.u32("pw_tokenizer_format")] ?? "" },
    }),
  };
}

function readExtensions(
  scope: Message,
  name: string,
  proto3: boolean,
  extensions: { extendee: string; field: ProtoField }[],
): void {
  for (const extension of scope.messages("extension")) {
    const field = readField(extension, [], proto3);
    const extendee = extension.text("extendee").replace(/^\./, "");
    extensions.push({ extendee, field: { ...field, name: `[${join(name, field.name)}]` } });
  }
}

function readEnums(scope: Message, name: string, enums: Record<string, ProtoEnum>): void {
  for (const type of scope.messages("enum_type")) {
    const full = join(name, type.text("name"));
    const values = [...type.messages("value")].map((value) => [value.text("name"), value.i32("number")] as const);
    enums[full] = { name: full, values };
  }
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
