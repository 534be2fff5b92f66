import { objectContestant } from "../objects.mjs";

const SCALARS = { bytes: 12, string: 9, uint32: 13, uint64: 4, int64: 3, bool: 8 };
const REPEAT_PACKED = 1;
const REPEAT_UNPACKED = 2;

/** @protobuf-ts/runtime with the reflection types its generator would write; 64-bit values are bigint. */
export async function load({ schema, importRival }) {
  const { MessageType } = await importRival("@protobuf-ts/runtime");
  const types = new Map();
  for (const message of Object.values(schema.messages)) {
    const fields = message.fields.map((field) => toFieldInfo(field, schema, types));
    types.set(message.name, new MessageType(message.name, fields));
  }
  const low = (value) => Number(BigInt.asUintN(32, value));
  return [objectContestant("protobuf-ts", (type, bytes) => types.get(type).fromBinary(bytes), low)];
}

function toFieldInfo(field, schema, types) {
  const { name, number: no, kind } = field;
  const child = schema.messages[field.typeName];
  if (child?.mapEntry) return { no, name, kind: "map", K: SCALARS.string, V: { kind: "scalar", T: SCALARS.string } };
  if (child)
    return { no, name, kind: "message", repeat: field.repeated ? REPEAT_PACKED : 0, T: () => types.get(child.name) };
  const repeat = field.repeated ? (field.packed ? REPEAT_PACKED : REPEAT_UNPACKED) : 0;
  const wide = kind.endsWith("64");
  return { no, name, kind: "scalar", T: SCALARS[kind], repeat, ...(wide && { L: 0 }) };
}
