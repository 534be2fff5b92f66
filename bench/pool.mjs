// The 100,000 snapshots of the fleet through the built package: facts and signature of each, by one worker and by two.
// Beside it what the machine allows: the same work in plain processes, one alone and two side by side.
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { spread } from "./machine.mjs";
import { splitDelimited } from "./objects.mjs";

const ROUNDS = 3;
const COUNT = 100_000;
/** Files of each of the plain processes. */
const PLAIN_COUNT = 25_000;
const CHILD = fileURLToPath(new URL("./pool-child.mjs", import.meta.url));

export async function timePool(library) {
  if (!existsSync("dist/worker.node.js")) throw new Error("needs dist/ (npm run build)");
  const { createWorkerPool } = await import(pathToFileURL("dist/worker.node.js").href);
  const bytes = await library.makeWorkload("fleet");
  const sources = [...splitDelimited(bytes)].slice(0, COUNT);
  const pools = [1, 2].map((workers) => ({ workers, pool: createWorkerPool({ workers }), times: [] }));
  let checksum;
  try {
    for (const { pool } of pools) await digest(pool, sources.slice(0, 2_000));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { pool, times, workers } of pools) {
        const start = performance.now();
        const sum = await digest(pool, sources);
        times.push(performance.now() - start);
        checksum ??= sum;
        if (sum !== checksum) throw new Error(`${workers} workers give ${sum}, expected ${checksum}`);
      }
    }
  } finally {
    for (const { pool } of pools) pool.close();
  }
  const total = sources.reduce((sum, source) => sum + source.length, 0);
  const contestants = pools.reverse().map(({ workers, times }) => ({
    name: `coldframe, pool of ${workers}`,
    ...spread(times),
    mb_per_s: Math.round(total / 1000 / spread(times).median_ms),
    checksum,
  }));
  const story = { name: "fleet pool: open, facts and signature of 100,000 files", bytes: total, contestants };
  return [story, await timePlain(bytes)];
}

/** Twice the work by two processes, and once by one: the most that two workers could gain over one. */
async function timePlain(bytes) {
  if (!existsSync("bench/out/fleet.bin")) writeFileSync("bench/out/fleet.bin", bytes);
  const times = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [ix, list] of times.entries()) {
      const runs = await Promise.all(Array.from({ length: ix + 1 }, () => runChild()));
      if (round > 0) list.push(Math.max(...runs) / (ix + 1));
    }
  }
  const [alone, together] = times.map((list) => spread(list));
  const contestants = [
    { name: "two processes side by side, per half", ...together, checksum: 0 },
    { name: "one process", ...alone, checksum: 0 },
  ].map((one) => ({ ...one, mb_per_s: Math.round(((bytes.length / COUNT) * PLAIN_COUNT) / 1000 / one.median_ms) }));
  const name = "fleet pool, what the machine allows: the same work in plain processes, 25,000 files each";
  return { name, bytes: Math.round((bytes.length / COUNT) * PLAIN_COUNT), contestants };
}

async function runChild() {
  return Number((await promisify(execFile)(process.execPath, [CHILD, String(PLAIN_COUNT)])).stdout);
}

/** Sum of the first words of all signatures, in order. */
async function digest(pool, sources) {
  let sum = 0;
  for await (const result of pool.digestMany(sources, { format: "pigweed" })) {
    if (!result.ok) throw result.error;
    sum = (sum * 31 + Number.parseInt(result.value[0].signature.id.slice(0, 8), 16)) % 4294967296;
  }
  return sum;
}
