// What the benchmarks share: their options, the machine, medians, and the report that `--json FILE` asks for.
import { writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";

/** Options of the command line: `--json FILE`, and those of `defaults`, which all take a value. */
export function readOptions(defaults) {
  const named = Object.entries(defaults).map(([name, value]) => [name, { type: "string", default: value }]);
  return parseArgs({ options: { json: { type: "string" }, ...Object.fromEntries(named) } }).values;
}

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0],
  };
}

/** One line for the head of a table. */
export function machineLine({ cpu, cores, node, date, load } = describeMachine()) {
  return `${cpu}, ${cores} cores, Node ${node}, ${date}, load ${load.toFixed(2)}`;
}

/** Median, least and most of milliseconds. */
export function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { median_ms: sorted[sorted.length >> 1], min_ms: sorted[0], max_ms: sorted.at(-1) };
}

/** Writes `{machine, stories, …more}` where a file is asked for. */
export function writeReport(file, stories, more = {}) {
  if (file === undefined) return;
  writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), stories, ...more }, null, 1)}\n`);
}
