// Decode throughput against other libraries: same bytes, same process, interleaved rounds, same answer first.
//   node --expose-gc bench/run.mjs [--stories logs1,logs16,…] [--rounds N] [--json FILE] [--markdown FILE] [--compare BASELINE]
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { prepareNative } from "./native.mjs";
import { compareReports, renderMarkdown } from "./report.mjs";
import { TASKS_OF, timeStory } from "./timing.mjs";
import { makeWorkload, WORKLOADS } from "./workloads.mjs";

const { values: options } = parseArgs({
  options: {
    stories: { type: "string" },
    rounds: { type: "string", default: "9" },
    json: { type: "string" },
    markdown: { type: "string" },
    compare: { type: "string" },
    smoke: { type: "boolean", default: false },
  },
});
if (globalThis.gc === undefined) {
  execFileSync(process.execPath, ["--expose-gc", "--max-old-space-size=12000", ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  process.exit(0);
}
if (!existsSync("bench/rivals/node_modules"))
  execFileSync("npm", ["ci", "--prefix", "bench/rivals"], { stdio: "inherit" });

const protoFile = "bench/proto/bench.proto";
await build({
  entryPoints: ["bench/library.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/bench-library.mjs",
  logLevel: "warning",
});
const library = await import("../build/bench-library.mjs");
const schema = library.parseProtoFiles(new Map([[protoFile, readFileSync(protoFile, "utf8")]]), [protoFile]);
const context = { library, schema, protoFile, wasm: readFileSync("build/core.wasm") };

const contestants = [];
for (const file of ["coldframe", "protobufjs", "protobuf-es", "pbf", "protobuf-ts", "google-protobuf"]) {
  contestants.push(...(await (await import(`./contestants/${file}.mjs`)).load(context)));
}
const native = options.smoke ? undefined : prepareNative();
const wanted = options.stories?.split(",") ?? (options.smoke ? ["logs1"] : Object.keys(WORKLOADS));
const stories = [];
for (const name of wanted) {
  const bytes = makeWorkload(name);
  for (const task of TASKS_OF[name]) {
    const rounds = options.smoke ? 1 : Number(options.rounds);
    console.error(`${name} ${task}: ${contestants.length} contestants, ${rounds} rounds`);
    const story = timeStory({ name, task, bytes, contestants, rounds });
    for (const anchor of native?.(name, task, bytes, rounds) ?? []) {
      if (anchor.checksum !== story.contestants[0].checksum)
        throw new Error(`${name}: ${anchor.name} gives ${anchor.checksum}`);
      story.contestants.push({ ...anchor, mb_per_s: Math.round(bytes.length / 1000 / anchor.median_ms) });
    }
    stories.push(story);
  }
}
const report = {
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0],
  },
  stories,
};
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
if (options.markdown) writeFileSync(options.markdown, renderMarkdown(report));
console.log(
  options.compare ? compareReports(JSON.parse(readFileSync(options.compare, "utf8")), report) : renderMarkdown(report),
);
