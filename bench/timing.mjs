// Times one story: every contestant must give the same checksum before any is timed.

/** What is timed of each workload. `one` reads a field of every record, `every` all fields, from JavaScript. */
export const TASKS_OF = {
  logs1: ["decode", "one", "every"],
  logs16: ["decode", "one", "every"],
  logs128: ["decode"],
  threads16: ["decode", "every"],
  pprof: ["decode", "one", "every"],
  fleet: ["decode"],
};
const KIND_OF = {
  logs1: "logs",
  logs16: "logs",
  logs128: "logs",
  threads16: "threads",
  pprof: "profile",
  fleet: "fleet",
};
const TITLES = { decode: "decode", one: "decode + one field", every: "decode + every field" };

export function timeStory({ name, task, bytes, contestants, rounds }) {
  const kind = KIND_OF[name];
  const checksums = contestants.map((contestant) => checksumOf(contestant, kind, bytes));
  for (const [ix, checksum] of checksums.entries()) {
    if (checksum !== checksums[0])
      throw new Error(
        `${name}: ${contestants[ix].name} gives ${checksum}, ${contestants[0].name} gives ${checksums[0]}`,
      );
  }
  const times = contestants.map(() => []);
  const peaks = contestants.map(() => 0);
  const retained = contestants.map(() => 0);
  for (let round = 0; round <= rounds; round++) {
    contestants.forEach((contestant, ix) => {
      const sample = timeOnce(contestant, kind, task, bytes);
      if (round === 0) return; // warm-up
      times[ix].push(sample.ms);
      peaks[ix] = Math.max(peaks[ix], sample.peakBytes);
      retained[ix] = Math.max(retained[ix], sample.retainedBytes);
    });
  }
  return {
    name: `${name} ${TITLES[task]}`,
    bytes: bytes.length,
    contestants: contestants.map((contestant, ix) => {
      const sorted = times[ix].sort((a, b) => a - b);
      return {
        name: contestant.name,
        median_ms: round(sorted[sorted.length >> 1]),
        min_ms: round(sorted[0]),
        max_ms: round(sorted.at(-1)),
        mb_per_s: Math.round(bytes.length / 1000 / sorted[sorted.length >> 1]),
        peak_bytes: peaks[ix],
        retained_bytes: retained[ix],
        checksum: checksums[ix],
      };
    }),
  };
}

function checksumOf(contestant, kind, bytes) {
  contestant.prepare?.();
  if (contestant.fusedEvery) return contestant.fusedEvery(kind, bytes);
  return contestant.every(kind, contestant.decode(kind, bytes));
}

/** One timed run. Garbage of earlier runs is collected before, outside the timing: this favours the object builders. */
function timeOnce(contestant, kind, task, bytes) {
  contestant.prepare?.();
  globalThis.gc();
  const before = usedBytes(contestant);
  const start = performance.now();
  const held = run(contestant, kind, task, bytes);
  const ms = performance.now() - start;
  const peakBytes = Math.max(0, usedBytes(contestant) - before);
  globalThis.gc();
  const retainedBytes = Math.max(0, usedBytes(contestant) - before);
  if (held === undefined) throw new Error(`${contestant.name} gave nothing`);
  return { ms, peakBytes, retainedBytes };
}

function run(contestant, kind, task, bytes) {
  if (task === "one" && contestant.fusedOne) return contestant.fusedOne(kind, bytes);
  if (task === "every" && contestant.fusedEvery) return contestant.fusedEvery(kind, bytes);
  const decoded = contestant.decode(kind, bytes);
  return task === "decode" ? decoded : [decoded, contestant[task](kind, decoded)];
}

function usedBytes(contestant) {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers + (contestant.memoryBytes?.() ?? 0);
}

function round(ms) {
  return Math.round(ms * 1000) / 1000;
}
