// One first decode, in a process of its own: cold-child.mjs CONTESTANT WORKLOAD
import { readFileSync } from "node:fs";
import { contestantContext, importPrepared } from "./rival-modules.mjs";

const [who, name] = process.argv.slice(2);
const library = await import("../build/bench-library.mjs");
const FILES = { pbf: "pbf", "protobufjs static, no Long": "protobufjs", "@bufbuild/protobuf": "protobuf-es" };
const { kind } = library.WORKLOADS[name];
const bytes = await library.makeWorkload(name);
const wasm = readFileSync("build/core.wasm");
let contestant;
if (FILES[who] !== undefined) {
  const context = contestantContext({
    library,
    protoFile: "bench/out/bench.proto",
    importRival: importPrepared(),
    wasm,
  });
  const loaded = await (await import(`./contestants/${FILES[who]}.mjs`)).load(context);
  contestant = loaded.find((one) => one.name === who);
  contestant.prepare?.();
}
const start = performance.now();
contestant ??= library.rowContestants(await library.loadCore(wasm)).find((one) => one.name === who);
const { held } = contestant.run("decode", kind, bytes);
const ms = performance.now() - start;
contestant.release?.(held);
console.log(JSON.stringify({ ms, checksum: contestant.run("every", kind, bytes).sum }));
