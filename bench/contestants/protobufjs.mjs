import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { objectContestant } from "../objects.mjs";

const require = createRequire(new URL("../rivals/package.json", import.meta.url));

/** protobufjs as static code and by reflection, each with 64-bit values as Long and as (lossy) numbers. */
export async function load({ protoFile }) {
  const protobuf = require("protobufjs");
  const { Long } = protobuf.util;
  mkdirSync("bench/out", { recursive: true });
  const out = resolve("bench/rivals/node_modules/.bench-static.cjs");
  execFileSync(process.execPath, [
    require.resolve("protobufjs-cli/bin/pbjs"),
    "-t",
    "static-module",
    "-w",
    "commonjs",
    "-o",
    out,
    protoFile,
  ]);
  const statics = (await import(pathToFileURL(out).href)).default;
  const root = protobuf.loadSync(protoFile);
  const decodeStatic = (type, bytes) => statics.bench[type.slice(6)].decode(bytes);
  const decodeReflected = (type, bytes) => root.lookupType(type).decode(bytes);
  const withLong = (on) => () => {
    protobuf.util.Long = on ? Long : null;
    protobuf.configure();
  };
  const lowOfLong = (value) => (typeof value === "number" ? value >>> 0 : value.low >>> 0);
  const lowOfNumber = (value) => value % 4294967296;
  return [
    objectContestant("protobufjs static", decodeStatic, lowOfLong, withLong(true)),
    objectContestant(
      "protobufjs static, no Long",
      decodeStatic,
      (v) => (typeof v === "number" ? lowOfNumber(v) : v.low >>> 0),
      withLong(false),
    ),
    objectContestant(
      "protobufjs reflection, no Long",
      decodeReflected,
      (v) => (typeof v === "number" ? lowOfNumber(v) : v.low >>> 0),
      withLong(false),
    ),
  ];
}
