import { objectContestant } from "../objects.mjs";

/** Numbers of FieldDescriptorProto.Type. */
const TYPES = { int64: 3, uint64: 4, bool: 8, string: 9, message: 11, bytes: 12, uint32: 13 };

/** @bufbuild/protobuf over a descriptor registry, which is what its generated code is too. */
export async function load({ library, schema, wasm, importRival }) {
  const { createFileRegistry, fromBinary } = await importRival("@bufbuild/protobuf");
  const { FileDescriptorSetSchema } = await importRival("@bufbuild/protobuf/wkt");
  const core = await library.loadCore(wasm);
  const name = "google.protobuf.FileDescriptorSet";
  const compiled = library.compileSchema(library.GOOGLE_SCHEMA, [name]);
  const set = library.encodeMessage(core, library.GOOGLE_SCHEMA, compiled, name, toDescriptorSet(schema));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  const types = new Map(["bench.Snapshot", "bench.Profile"].map((type) => [type, registry.getMessage(type)]));
  const low = (value) => Number(BigInt.asUintN(32, value));
  return [objectContestant("@bufbuild/protobuf", (type, bytes) => fromBinary(types.get(type), bytes), low)];
}

function toDescriptorSet(schema) {
  const messages = Object.values(schema.messages);
  const top = messages.filter((message) => message.name.split(".").length === 2);
  const nestedIn = (message) => messages.filter((other) => other.name.startsWith(`${message.name}.`));
  const file = { name: "bench.proto", package: "bench", syntax: "proto3" };
  return { file: [{ ...file, message_type: top.map((message) => toDescriptor(message, nestedIn(message))) }] };
}

function toDescriptor(message, nested) {
  return {
    name: message.name.split(".").at(-1),
    field: message.fields.map((field) => ({
      name: field.name,
      number: field.number,
      label: field.repeated ? 3 : 1,
      type: TYPES[field.kind],
      ...(field.typeName && { type_name: `.${field.typeName}` }),
    })),
    nested_type: nested.map((inner) => toDescriptor(inner, [])),
    ...(message.mapEntry && { options: { map_entry: true } }),
  };
}
