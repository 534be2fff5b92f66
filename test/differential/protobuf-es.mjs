// @bufbuild/protobuf over a descriptor set that our own encoder writes.
import { createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const SET = "google.protobuf.FileDescriptorSet";
/** FieldDescriptorProto.Type. */
const TYPES = [
  "",
  "double",
  "float",
  "int64",
  "uint64",
  "int32",
  "fixed64",
  "fixed32",
  "bool",
  "string",
  "group",
].concat([...["message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64"]]);

/** @returns a function that reads bytes and writes them again. */
export function makeProtobufEs(library, core, proto, name) {
  const message = proto.messages[name];
  const oneofs = [...new Set(message.fields.map((field) => field.oneof).filter((oneof) => oneof !== undefined))];
  const optional = message.fields.filter(
    (field) => field.presence && field.oneof === undefined && field.kind !== "message",
  );
  const descriptor = {
    name: name.split(".").at(-1),
    field: message.fields.map((field) => toDescriptor(field, oneofs, optional)),
    oneof_decl: [...oneofs, ...optional.map((field) => `_${field.name}`)].map((oneof) => ({ name: oneof })),
  };
  const file = { name: "d.proto", package: name.split(".")[0], syntax: "proto3", message_type: [descriptor] };
  const schema = library.compileSchema(library.GOOGLE, [SET]);
  const set = library.encodeMessage(core, library.GOOGLE, schema, SET, { file: [file] });
  const type = createFileRegistry(fromBinary(FileDescriptorSetSchema, set)).getMessage(name);
  return (bytes) => toBinary(type, fromBinary(type, bytes));
}

function toDescriptor(field, oneofs, optional) {
  const synthetic = optional.indexOf(field);
  return {
    name: field.name,
    number: field.number,
    label: field.repeated ? 3 : 1,
    type: TYPES.indexOf(field.kind),
    ...(field.typeName && { type_name: `.${field.typeName}` }),
    ...(field.repeated && field.kind === "float" && { options: { packed: field.packed === true } }),
    ...(field.oneof && { oneof_index: oneofs.indexOf(field.oneof) }),
    ...(synthetic >= 0 && { oneof_index: oneofs.length + synthetic, proto3_optional: true }),
  };
}
