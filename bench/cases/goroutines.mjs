// Goroutine dumps: 64 MiB and 9 MB of debug=2, a debug=0 profile, and a flame graph of 200,000 stacks; next to panicparse,
// `go tool pprof` and plain Maps.
//   npm run -s bench:goroutines [-- --json FILE --rounds N --stories text64,text9,profile,flame]
// Needs a built package (npm run build). A rival that cannot be built here is NOT RUN. Every contestant has to count the
// same goroutines (flame: the same nodes) before its times are shown.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { findGo } from "../../scripts/go.mjs";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";
import { BUDGETS, countNodesWithMaps, generateStacks, writeHerd } from "./goroutine-workloads.mjs";

// `measure`: one measurement in a process of its own, so that memory is its own too.
const options = readOptions({ rounds: "5", stories: "text64,text9,profile,flame", measure: undefined });
const DATA = "bench/data";
const GOLDEN = "test/golden/goroutines/herd-10000";
const rounds = Number(options.rounds);

if (options.measure !== undefined) {
  console.log(JSON.stringify(await measureOpen(options.measure)));
  process.exit(0);
}
mkdirSync(DATA, { recursive: true });
const stories = [];
for (const name of options.stories.split(",")) stories.push(await runStory(name));
writeReport(options.json, stories);
console.log(machineLine());
for (const story of stories) print(story);

async function runStory(name) {
  const story = name === "flame" ? await flameStory() : fileStory(name);
  const [first, ...others] = story.contestants;
  for (const { name: who, checksum } of others) {
    if (checksum !== first.checksum) throw new Error(`${story.name}: ${who} counts ${checksum}, not ${first.checksum}`);
  }
  return story;
}

function fileStory(name) {
  const file = inputOf(name);
  const bytes = readFileSync(file).length;
  const contestants = [openInChild(file)];
  if (name === "profile") addPprof(contestants, file);
  else addPanicparse(contestants, file);
  return { name, bytes, budget: BUDGETS[name], contestants };
}

function inputOf(name) {
  if (name === "profile") return `${GOLDEN}/herd.pb.gz`;
  const file = `${DATA}/herd-${name}.txt`;
  if (!existsSync(file)) {
    const text = gunzipSync(readFileSync(`${GOLDEN}/herd.debug2.txt.gz`));
    writeFileSync(file, name === "text9" ? text : writeHerd(text, 67_108_864));
  }
  return file;
}

// -- coldframe -------------------------------------------------------------------------------------------------------

/** Rounds in a process of their own; memory in another one that opens once, so that its peak is what opening takes. */
function openInChild(file) {
  const measure = (count) => {
    const args = ["--expose-gc", resolve("bench/cases/goroutines.mjs"), "--measure", file, "--rounds", String(count)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 26 }));
  };
  const { peak_bytes } = measure(0);
  return { ...measure(rounds), peak_bytes };
}

async function measureOpen(file) {
  const { openAll } = await import("../../dist/index.js");
  const content = readFileSync(file);
  const name = file.replace(/^.*\//, "");
  const open = async () => {
    const [snapshot] = await openAll([{ name, content }], { limits: { inputBytes: 2 ** 30 } });
    return Number(snapshot.facts.find(({ key }) => key === "goroutines.count").value);
  };
  globalThis.gc();
  const before = process.memoryUsage().rss;
  const times = [];
  let checksum = 0;
  // The first call of a process also loads the reader and compiles its WebAssembly: it is told apart.
  for (let round = -1; round < rounds; round++) {
    globalThis.gc();
    const start = performance.now();
    checksum = await open();
    times.push(performance.now() - start);
  }
  const [first_ms, ...others] = times;
  // Growth beyond the text itself, and the text.
  const peak = process.resourceUsage().maxRSS * 1024 - before + content.length;
  return { name: "coldframe", ...spread(others.length > 0 ? others : times), first_ms, peak_bytes: peak, checksum };
}

async function flameStory() {
  const { FlameTreeBuilder } = await import("../../dist/goroutines.js");
  const stacks = generateStacks();
  const build = () => {
    const builder = new FlameTreeBuilder(0);
    for (let ix = 0; ix + 1 < stacks.offsets.length; ix++) {
      builder.addStack(stacks.frames, stacks.offsets[ix], stacks.offsets[ix + 1], 1);
    }
    return builder.build(stacks.names).name.length - 1;
  };
  const contestants = interleave({ coldframe: build, "plain Maps": () => countNodesWithMaps(stacks) });
  return { name: "flame", bytes: stacks.frames.byteLength, budget: BUDGETS.flame, contestants };
}

/** Contestants by turns, so that load hits them alike. */
function interleave(contestants) {
  const results = Object.keys(contestants).map((name) => ({ name, times: [], checksum: 0 }));
  for (let round = -2; round < rounds; round++) {
    for (const result of results) {
      globalThis.gc?.();
      const start = performance.now();
      result.checksum = contestants[result.name]();
      if (round >= 0) result.times.push(performance.now() - start);
    }
  }
  return results.map(({ times, ...rest }) => ({ ...rest, ...spread(times) }));
}

// -- rivals ----------------------------------------------------------------------------------------------------------

function addPprof(contestants, file) {
  const go = findGo();
  if (go === undefined) return console.log("NOT RUN: go tool pprof (no Go here)");
  const args = ["tool", "pprof", "-symbolize=none", "-top", file];
  const { times, stdout } = timeCommand(go, args);
  const total = Number(/ of (\d+) total/.exec(stdout)?.[1] ?? /(\d+) total/.exec(stdout)?.[1]);
  contestants.push({ name: "go tool pprof -top (with its start)", ...spread(times), checksum: total });
}

/** Debian's package of that name; its pages of buckets go nowhere. */
function addPanicparse(contestants, file) {
  const program = ["panicparse", "pp"].find((name) => spawnSync(name, ["-version"]).error === undefined);
  if (program === undefined) return console.log("NOT RUN: panicparse (neither here nor a package of Debian's)");
  const { times } = timeCommand(program, [file]);
  // It says how many buckets there are, not how many goroutines: no answer to compare.
  contestants.push({ name: "panicparse (with its start)", ...spread(times), checksum: contestants[0].checksum });
}

function timeCommand(command, args) {
  const times = [];
  let stdout = "";
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    stdout = execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });
    times.push(performance.now() - start);
  }
  return { times, stdout };
}

// -- output ----------------------------------------------------------------------------------------------------------

function print({ name, bytes, budget, contestants }) {
  console.log(
    `${name}: ${bytes} bytes; budget ${budget.ms} ms${budget.memory === undefined ? "" : `, memory < ${budget.memory} × its size`}`,
  );
  for (const { name: who, median_ms, min_ms, max_ms, first_ms, peak_bytes, checksum } of contestants) {
    const first = first_ms === undefined ? "" : `; first call ${first_ms.toFixed(1)}`;
    const memory = peak_bytes === undefined ? "" : `  memory ${(peak_bytes / bytes).toFixed(2)} × its size`;
    console.log(
      `  ${who.padEnd(36)} ${median_ms.toFixed(1)} ms (${min_ms.toFixed(1)}–${max_ms.toFixed(1)}${first})${memory}  counts ${checksum}`,
    );
  }
}
