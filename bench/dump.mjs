// The report of the 9.3 MB log-heavy Pigweed snapshot with its token database, next to upstream's recorded figure.
//   npm run -s bench:dump        (after npm run build)
// Cold: a fresh process each time, reading files and printing included. Peak memory is the process's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hugeSnapshot } from "../test/support/huge-snapshot.mjs";
import { machineLine } from "./machine.mjs";

const ROUNDS = 7;
const CASES = "test/golden/pigweed/cases";
/** Pigweed's Python tools on a 2.3 GHz Xeon with two shared cores, recorded with the goldens. */
const UPSTREAM = "6.0–10.0 s, 164 MB";

const run = JSON.parse(readFileSync(`${CASES}/huge.json`, "utf8")).runs.at(-1);
const expected = run.outputs.find((output) => output.token_db !== null);
mkdirSync("bench/out", { recursive: true });
writeFileSync("bench/out/huge.pb", hugeSnapshot(...run.args.split(" ").map(Number)));
const samples = [];
for (let round = 0; round <= ROUNDS; round++) {
  const args = ["dump", "--tokens", "test/golden/pigweed/db/main.csv", "bench/out/huge.pb"];
  const started = performance.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(hook())}`, "dist/cli.js", ...args],
    {
      maxBuffer: 1 << 28,
    },
  );
  const ms = performance.now() - started;
  const hash = createHash("sha256").update(stdout).digest("hex");
  if (hash !== expected.out_sha256) throw new Error(`the report differs: ${hash}`);
  if (round > 0) samples.push({ ms, kb: Number(/maxRSS=(\d+)/.exec(stderr.toString())?.[1] ?? 0) });
}
const sorted = samples.map((sample) => sample.ms).sort((a, b) => a - b);
const peak = Math.max(...samples.map((sample) => sample.kb)) / 1000;
console.log(machineLine());
console.log("| report of 180,000 logs, 9.3 MB, with database | whole command | peak memory |");
console.log("|---|---|---|");
console.log(
  `| coldframe | ${seconds(sorted[sorted.length >> 1])} [${seconds(sorted[0])}–${seconds(sorted.at(-1))}] | ${peak.toFixed(0)} MB |`,
);
console.log(`| upstream, recorded | ${UPSTREAM} | |`);

/** Prints the peak memory of the child at its end. */
function hook() {
  return 'process.on("exit", () => process.stderr.write("maxRSS=" + process.resourceUsage().maxRSS + "\\n"));';
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}
