// The first decode of a fresh process: reading and compiling our Wasm included, importing a library not.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const RUNS = 5;
const CHILD = fileURLToPath(new URL("./cold-child.mjs", import.meta.url));
/** Files of bench/contestants, or ours; of a file with several contestants the fastest when warm. */
const WHO = ["coldframe", "coldframe, rows in place", "pbf", "protobufjs static, no Long", "@bufbuild/protobuf"];

export async function timeCold(library) {
  const stories = [];
  for (const name of ["logs1", "logs16"]) {
    const times = new Map(WHO.map((who) => [who, []]));
    let checksum;
    for (let run = 0; run < RUNS; run++) {
      for (const who of WHO) {
        const { stdout, stderr, status } = spawnSync(process.execPath, [CHILD, who, name], { encoding: "utf8" });
        if (status !== 0) throw new Error(`${who}: ${stderr.slice(-500)}`);
        const found = JSON.parse(stdout);
        checksum ??= found.checksum;
        if (found.checksum !== checksum) throw new Error(`${who} gives ${found.checksum}`);
        times.get(who).push(found.ms);
      }
    }
    const { byteLength } = library.WORKLOADS[name];
    const contestants = WHO.map((who) => {
      const sorted = times.get(who).sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1];
      const range = { median_ms: median, min_ms: sorted[0], max_ms: sorted.at(-1) };
      return { name: who, ...range, mb_per_s: Math.round(byteLength / 1000 / median), checksum };
    });
    stories.push({ name: `cold ${name} first decode`, bytes: byteLength, contestants });
  }
  return stories;
}
