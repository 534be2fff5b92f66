// In the page: the contestants and one story at a time. Bundled by browser.mjs.
import * as bufbuild from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import * as protobufTs from "@protobuf-ts/runtime";
import * as pbfReaders from "bench-pbf";
import statics from "bench-static";
import googleProtobuf from "google-protobuf";
import * as pbf from "pbf";
import protobuf from "protobufjs";
import * as asProto from "./contestants/as-proto.mjs";
import * as google from "./contestants/google-protobuf.mjs";
import * as pbfContestant from "./contestants/pbf.mjs";
import * as es from "./contestants/protobuf-es.mjs";
import * as ts from "./contestants/protobuf-ts.mjs";
import * as pbjs from "./contestants/protobufjs.mjs";
import * as library from "./library.ts";

const RIVALS = {
  "@bufbuild/protobuf": bufbuild,
  "@bufbuild/protobuf/wkt": wkt,
  "@protobuf-ts/runtime": protobufTs,
  "bench-pbf": pbfReaders,
  "bench-static": { default: statics },
  "google-protobuf": { default: googleProtobuf },
  pbf,
  protobufjs: { default: protobuf },
};

/** Chromium does not tell how much memory array buffers hold. */
const meters = { collect: globalThis.gc };

globalThis.runStory = async ({ name, task, rounds, hasAsProto, checksum }) => {
  const wasm = await fetchBytes("/core.wasm");
  const schema = library.parseProtoFiles(new Map([["bench.proto", library.BENCH_PROTO]]), ["bench.proto"]);
  const importRival = async (rival) => RIVALS[rival];
  const context = { library, schema, protoText: library.BENCH_PROTO, wasm, importRival };
  const contestants = library.rowContestants(await library.loadCore(wasm));
  for (const rival of [pbjs, es, pbfContestant, ts, google]) contestants.push(...(await rival.load(context)));
  if (hasAsProto) contestants.push(...(await asProto.load({ asProto: await fetchBytes("/as-proto.wasm") })));
  const { kind } = library.WORKLOADS[name];
  const bytes = await library.makeWorkload(name);
  return library.timeStory({ name, task, kind, bytes, contestants, rounds, meters, checksum });
};

async function fetchBytes(url) {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
