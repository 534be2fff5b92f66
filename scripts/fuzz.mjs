// Fuzzes every reader: npm run -s fuzz -- --seconds N [--target WORD] [--seed N] [--runs N]
//
// 1. core.wasm as shipped, coverage-guided: wasm2c (Debian wabt) + libFuzzer (Debian clang). NOT RUN without them.
// 2. every target of test/fuzz/targets in plain Node, by mutation of the goldens and of test/fuzz/corpus/<target>.
// With --runs, libFuzzer ends after so many executions instead. The corpus is replayed first. A finding is saved there; the exit status is then 1. Executions are counted and printed.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { mutate, Random } from "../test/fuzz/mutate.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    target: { type: "string" },
    seed: { type: "string", default: "1" },
    runs: { type: "string" },
  },
});
const CORPUS = "test/fuzz/corpus";
/** An execution that takes more processor time is a hang. */
const HANG_MS = 10_000;
let findings = 0;
const causes = new Set();

await build({
  entryPoints: ["test/fuzz/library.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/fuzz-library.mjs",
  logLevel: "warning",
});
const internals = await import("../build/fuzz-library.mjs");
const library = existsSync("dist/index.js") ? await import("../dist/index.js") : undefined;

if (wanted("core.wasm")) fuzzCore(Number(options.seconds));
if (library === undefined) console.log("NOT RUN: format targets need dist/ (npm run build)");
else
  for (const target of await loadTargets()) if (wanted(target.name)) await fuzzTarget(target, Number(options.seconds));
console.log(findings === 0 ? "no findings" : `${findings} findings, saved in ${CORPUS}`);
process.exit(findings === 0 ? 0 : 1);

function wanted(name) {
  return options.target === undefined || name.includes(options.target);
}

async function loadTargets() {
  const targets = [];
  for (const file of readdirSync("test/fuzz/targets").sort()) {
    const module = await import(pathToFileURL(resolve("test/fuzz/targets", file)).href);
    targets.push(...(await module.targets({ library, internals })));
  }
  return targets;
}

function fuzzCore(seconds) {
  const runtime = "/usr/share/wabt/wasm2c";
  if (!hasCommand("wasm2c") || !hasCommand("clang") || !existsSync(runtime)) {
    console.log("NOT RUN: core.wasm under libFuzzer needs Debian's wabt, clang and libclang-rt-14-dev");
    return;
  }
  const out = "build/fuzz";
  const corpus = join(CORPUS, "core.wasm");
  mkdirSync(out, { recursive: true });
  mkdirSync(corpus, { recursive: true });
  const { words } = internals.everyKeeping;
  writeFileSync(
    join(out, "schema.h"),
    `static const unsigned int SCHEMA[${words.length}] = {${[...words].join(",")}};\n`,
  );
  execFileSync("wasm2c", ["build/core.wasm", "-n", "core", "-o", join(out, "core.c")], { stdio: "inherit" });
  const sources = ["test/fuzz/core-harness.c", join(out, "core.c"), join(runtime, "wasm-rt-impl.c")];
  const flags = ["-O1", "-g", "-fsanitize=fuzzer", "-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0", `-I${runtime}`, `-I${out}`];
  execFileSync("clang", [...flags, ...sources, "-o", join(out, "fuzz-core"), "-lm"], { stdio: "inherit" });
  mkdirSync(join(out, "corpus"), { recursive: true });
  const until = options.runs === undefined ? `-max_total_time=${seconds}` : `-runs=${options.runs}`;
  const limits = [until, "-max_len=4096", `-seed=${options.seed}`, "-print_final_stats=1"];
  const run = spawnSync(
    join(out, "fuzz-core"),
    [...limits, `-artifact_prefix=${corpus}/`, join(out, "corpus"), corpus],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  const executions = /number_of_executed_units: (\d+)/.exec(run.stderr)?.[1] ?? "?";
  console.log(`core.wasm (wasm2c + libFuzzer): ${executions} executions, seed ${options.seed}`);
  if (run.status !== 0) {
    findings++;
    console.log(run.stderr.slice(-2000));
  }
}

function hasCommand(name) {
  return spawnSync("which", [name]).status === 0;
}

async function fuzzTarget(target, seconds) {
  const folder = join(CORPUS, target.name.replace(/\W+/g, "-"));
  const kept = existsSync(folder)
    ? readdirSync(folder).map((name) => Uint8Array.from(readFileSync(join(folder, name))))
    : [];
  const seeds = [...kept, ...target.seeds()];
  const random = new Random(Number(options.seed));
  let executions = 0;
  for (const bytes of kept) executions += await execute(target, bytes, folder);
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && seeds.length > 0) {
    const bytes = mutate(random, seeds[random.below(seeds.length)], seeds[random.below(seeds.length)]);
    executions += await execute(target, bytes, folder);
  }
  console.log(`${target.name}: ${executions} executions, seed ${options.seed}`);
}

async function execute(target, bytes, folder) {
  const start = process.cpuUsage();
  try {
    await target.run(bytes);
  } catch (error) {
    if (!internals.isSnapshotError(error) || error.code === "InternalError") save(target, bytes, folder, error);
  }
  const ms = process.cpuUsage(start).user / 1000;
  if (ms > HANG_MS) save(target, bytes, folder, new Error(`took ${Math.round(ms)} ms`));
  return 1;
}

/** Findings of one cause are kept once. */
function save(target, bytes, folder, error) {
  const cause = `${target.name} ${String(error.stack ?? error)
    .split("\n")
    .slice(0, 3)
    .join("|")}`;
  if (causes.has(cause)) return;
  causes.add(cause);
  findings++;
  mkdirSync(folder, { recursive: true });
  const name = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  writeFileSync(join(folder, name), bytes);
  console.log(`FINDING in ${target.name}: ${join(folder, name)}: ${error.stack ?? error}`);
}
