import { objectContestant } from "../objects.mjs";

/** protobufjs as static code and by reflection, each with 64-bit values as Long and as (lossy) numbers. */
export async function load({ importRival, protoText }) {
  const protobuf = (await importRival("protobufjs")).default;
  const { Long } = protobuf.util;
  const statics = (await importRival("bench-static")).default;
  const root = protobuf.parse(protoText).root.resolveAll();
  const decodeStatic = (type, bytes) => statics.bench[type.slice(6)].decode(bytes);
  const decodeReflected = (type, bytes) => root.lookupType(type).decode(bytes);
  const withLong = (on) => () => {
    protobuf.util.Long = on ? Long : null;
    protobuf.configure();
  };
  const low = (value) => (typeof value === "number" ? value % 4294967296 : value.low >>> 0);
  return [
    objectContestant("protobufjs static", decodeStatic, low, withLong(true)),
    objectContestant("protobufjs static, no Long", decodeStatic, low, withLong(false)),
    objectContestant("protobufjs reflection, no Long", decodeReflected, low, withLong(false)),
  ];
}
