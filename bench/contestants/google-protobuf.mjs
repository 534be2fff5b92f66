import { objectContestant } from "../objects.mjs";

/** google-protobuf's BinaryReader with readers built from the schema (its code generator needs a protoc plug-in). */
export async function load({ schema, importRival }) {
  const { BinaryReader } = (await importRival("google-protobuf")).default;
  const readers = new Map();
  for (const message of Object.values(schema.messages)) readers.set(message.name, makeReader(message, schema, readers));
  const decode = (type, bytes) => readers.get(type)(new BinaryReader(bytes));
  return [objectContestant("google-protobuf", decode, (value) => value % 4294967296)];
}

const READ = {
  bytes: "readBytes",
  string: "readString",
  uint32: "readUint32",
  uint64: "readUint64",
  int64: "readInt64",
  bool: "readBool",
};
const EMPTY = { bytes: new Uint8Array(0), string: "", bool: false };

function makeReader(message, schema, readers) {
  const fields = new Map();
  const defaults = {};
  for (const field of message.fields) {
    const { name, kind } = field;
    const child = schema.messages[field.typeName];
    defaults[name] = field.repeated ? undefined : (EMPTY[kind] ?? (child ? undefined : 0));
    fields.set(field.number, readerOf(field, child, readers));
  }
  const repeated = message.fields.filter((field) => field.repeated).map((field) => field.name);
  return (reader) => {
    const out = { ...defaults };
    for (const name of repeated) out[name] = [];
    while (reader.nextField() && !reader.isEndGroup()) {
      const read = fields.get(reader.getFieldNumber());
      if (read === undefined) reader.skipField();
      else read(out, reader);
    }
    return out;
  };
}

function readerOf({ name, kind, repeated, packed }, child, readers) {
  if (child) {
    return (out, reader) => {
      let value;
      reader.readMessage(undefined, () => {
        value = readers.get(child.name)(reader);
      });
      if (repeated) out[name].push(value);
      else out[name] = value;
    };
  }
  if (packed) {
    const method = `readPackable${READ[kind].slice(4)}Into`;
    return (out, reader) => reader[method](out[name]);
  }
  const method = READ[kind];
  if (repeated) return (out, reader) => out[name].push(reader[method]());
  return (out, reader) => {
    out[name] = reader[method]();
  };
}
