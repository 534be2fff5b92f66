// Decode throughput against other libraries: same bytes, same process, interleaved rounds, same answer first.
//   npm run -s bench -- [--stories logs1,pprof,…] [--rounds N] [--json FILE] [--markdown FILE] [--compare BASELINE]
//                       [--browser] [--smoke]
// Stories: logs1 logs16 logs128 threads16 pprof fleet cold pool stream. bench/README.md explains them.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { buildAsProto } from "./as-proto/build.mjs";
import { runInChromium } from "./browser.mjs";
import { timeCold } from "./cold.mjs";
import { describeMachine } from "./machine.mjs";
import { nodeMeters } from "./meters.mjs";
import { prepareNative } from "./native.mjs";
import { timePool } from "./pool.mjs";
import { compareReports, renderMarkdown } from "./report.mjs";
import { contestantContext, prepareRivals } from "./rival-modules.mjs";
import { timeStream } from "./stream.mjs";

/** Rounds of the tasks beside decoding and reading everything. */
const SIDE_ROUNDS = 4;
const RIVALS = ["protobufjs", "protobuf-es", "pbf", "protobuf-ts", "google-protobuf"];
const PROTO = "bench/out/bench.proto";

const { values: options } = parseArgs({
  options: {
    stories: { type: "string" },
    rounds: { type: "string", default: "9" },
    json: { type: "string" },
    markdown: { type: "string" },
    compare: { type: "string" },
    browser: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
  },
});
if (globalThis.gc === undefined) {
  const flags = ["--expose-gc", "--max-old-space-size=12000"];
  const { status } = spawnSync(process.execPath, [...flags, ...process.argv.slice(1)], { stdio: "inherit" });
  process.exit(status ?? 1);
}

if (!existsSync("build/core.wasm")) execFileSync("npm", ["run", "-s", "build:wasm"], { stdio: "inherit" });
mkdirSync("bench/out", { recursive: true });
const bundle = { entryPoints: ["bench/library.ts"], bundle: true, format: "esm", outfile: "build/bench-library.mjs" };
await build({ ...bundle, logLevel: "warning" });
const library = await import("../build/bench-library.mjs");
writeFileSync(PROTO, library.BENCH_PROTO);
const importRival = await prepareRivals(PROTO);
const context = contestantContext({ library, protoFile: PROTO, importRival, wasm: readFileSync("build/core.wasm") });
const asProto = attempt("as-proto (needs protoc)", () => buildAsProto(PROTO));
const wanted = options.stories?.split(",") ?? (options.smoke ? ["logs1"] : undefined);
const isWanted = (name) => wanted === undefined || wanted.includes(name);
const plan = Object.keys(library.WORKLOADS)
  .filter(isWanted)
  .flatMap((name) => library.TASKS_OF[name].map((task) => ({ name, task, rounds: roundsOf(task) })));

const stories = options.browser ? await runInChromium({ ...context, asProto, plan }) : await runHere();
const report = { machine: { ...describeMachine(), ...(options.browser && { browser: stories.browser }) }, stories };
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
if (options.markdown) writeFileSync(options.markdown, renderMarkdown(report));
console.log(
  options.compare ? compareReports(JSON.parse(readFileSync(options.compare, "utf8")), report) : renderMarkdown(report),
);

async function runHere() {
  const contestants = library.rowContestants(await library.loadCore(context.wasm));
  for (const file of RIVALS) contestants.push(...(await (await import(`./contestants/${file}.mjs`)).load(context)));
  if (asProto) contestants.push(...(await (await import("./contestants/as-proto.mjs")).load({ asProto })));
  const native = options.smoke ? undefined : prepareNative();
  const done = [];
  let bytes;
  let checksum;
  for (const [ix, { name, task, rounds }] of plan.entries()) {
    if (plan[ix - 1]?.name !== name) {
      bytes = await library.makeWorkload(name);
      checksum = undefined;
    }
    console.error(`${name} ${task}: ${contestants.length} contestants, up to ${rounds} rounds, ${seconds()} s`);
    const { kind } = library.WORKLOADS[name];
    const run = { name, task, kind, bytes, contestants, rounds, checksum };
    const story = await library.timeStory({ ...run, meters: nodeMeters() });
    checksum = story.contestants[0].checksum;
    if (task === "decode" || task === "every") addAnchors(story, { ...run, native });
    done.push(story);
  }
  if (options.smoke) return done;
  for (const [name, time] of [
    ["cold", timeCold],
    ["pool", timePool],
    ["stream", timeStream],
  ]) {
    if (!isWanted(name)) continue;
    console.error(`${name}, ${seconds()} s`);
    try {
      done.push(...(await time(library)));
    } catch (error) {
      console.error(`NOT RUN: ${name}: ${error.stack ?? error}`);
    }
  }
  return done;
}

/** What is no decoder but tells how far one could get: copying the input, and C++. */
function addAnchors(story, { native, contestants, ...run }) {
  const { checksum } = story.contestants[0];
  const anchors = [timeCopy(run, contestants[1]), ...(native?.(run) ?? [])];
  for (const anchor of anchors) {
    if (anchor.checksum !== checksum) throw new Error(`${run.name}: ${anchor.name} gives ${anchor.checksum}`);
    story.contestants.push({ ...anchor, mb_per_s: Math.round(run.bytes.length / 1000 / anchor.median_ms) });
  }
}

function timeCopy({ kind, bytes, rounds }, reader) {
  const times = [];
  let copy;
  for (let round = 0; round <= rounds; round++) {
    globalThis.gc();
    const start = performance.now();
    copy = bytes.slice();
    if (round > 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const { sum } = reader.run("every", kind, copy);
  const range = { median_ms: times[times.length >> 1], min_ms: times[0], max_ms: times.at(-1) };
  return { name: "copy of the input (slice)", ...range, checksum: sum };
}

function roundsOf(task) {
  if (options.smoke) return 1;
  const most = task === "decode" || task === "every" ? 99 : SIDE_ROUNDS;
  return Math.max(1, Math.min(Number(options.rounds), most));
}

/** Since the start. */
function seconds() {
  return Math.round(performance.now() / 1000);
}

function attempt(what, make) {
  try {
    return make();
  } catch (error) {
    console.error(`NOT RUN: ${what}: ${String(error.message).split("\n")[0]}`);
    return undefined;
  }
}
