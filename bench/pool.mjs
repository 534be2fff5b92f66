// The 100,000 snapshots of the fleet through the built package: facts and signature of each, by one worker and by two.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { splitDelimited } from "./objects.mjs";

const ROUNDS = 2;
const COUNT = 100_000;

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
    median_ms: Math.min(...times),
    min_ms: Math.min(...times),
    max_ms: Math.max(...times),
    mb_per_s: Math.round(total / 1000 / Math.min(...times)),
    checksum,
  }));
  return [{ name: "fleet pool: open, facts and signature of 100,000 files", bytes: total, contestants }];
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
