// Opens a 60 MB failure dump (4,096 random arena pages) and asks it what people ask.
//   npm run -s bench:sched-ext [-- --json FILE --pages N --entries N --rounds N]
// Needs a built package (npm run build). Each figure is of a process of its own, because memory is: the parent writes the
// dump, a child opens it and reports the time and the peak of its resident memory above what it had with the bytes loaded.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";
import { makeDump, pageBytes } from "./sched-ext-dump.mjs";

const options = readOptions({ pages: "4096", entries: "4096", rounds: "3", child: undefined, task: undefined });
const TASKS = ["open", "open and search", "JSON.parse"];

if (options.child !== undefined) await runChild(options.child, options.task);
else runParent();

function runParent() {
  const shape = { pages: Number(options.pages), entries: Number(options.entries) };
  mkdirSync("bench/data", { recursive: true });
  const path = join("bench/data", `sched-ext-${shape.pages}.json`);
  writeFileSync(path, makeDump(shape));
  const { size } = statSync(path);
  const contestants = TASKS.map((task) => measure(path, task, size));
  writeReport(options.json, [{ name: "open a failure dump", bytes: size, contestants }]);
  console.log(machineLine());
  console.log(`a failure dump of ${(size / 1e6).toFixed(1)} MB, ${shape.pages} arena pages, ${shape.entries} entries`);
  for (const { name, median_ms, min_ms, max_ms, peak_bytes, checksum } of contestants) {
    const times = `${median_ms.toFixed(0)} ms (${min_ms.toFixed(0)}–${max_ms.toFixed(0)})`;
    console.log(
      `  ${name.padEnd(28)} ${times.padEnd(24)} peak ${(peak_bytes / size).toFixed(2)} × the file  ${checksum}`,
    );
  }
  console.log("JSON.parse is no equal: it loses 64-bit integers; it stands here as a measure of the machine.");
}

function measure(path, task, size) {
  const runs = Array.from({ length: Number(options.rounds) }, () => {
    const args = ["--expose-gc", fileURLToPath(import.meta.url), "--child", path, "--task", task];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 24 }));
  });
  const checksums = new Set(runs.map(({ checksum }) => checksum));
  if (checksums.size !== 1) throw new Error(`${task} answers differently: ${[...checksums]}`);
  const name = task === "JSON.parse" ? task : `coldframe ${task}`;
  const peak_bytes = Math.max(...runs.map(({ peak }) => peak));
  if (size === 0) throw new Error("the dump is empty");
  return { name, ...spread(runs.map(({ ms }) => ms)), peak_bytes, checksum: runs[0].checksum };
}

async function runChild(path, task) {
  const { open } = await import("../../dist/index.js");
  const { search } = await import("../../dist/search.js");
  // What loads once is loaded before.
  await open(new TextEncoder().encode('{"schema":"single","maps":[]}'));
  const bytes = new Uint8Array(readFileSync(path));
  globalThis.gc();
  const before = process.memoryUsage.rss() - bytes.length;
  const start = performance.now();
  const checksum = await answer(task, bytes, open, search);
  const ms = performance.now() - start;
  // maxRSS is in KiB.
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  console.log(JSON.stringify({ ms, peak, checksum }));
}

async function answer(task, bytes, open, search) {
  if (task === "JSON.parse") {
    const { maps } = JSON.parse(new TextDecoder().decode(bytes));
    return `${maps[0].arena.pages.length} pages, ${maps[1].entries.length} entries`;
  }
  let steps = 0;
  const snapshot = await open(bytes, { progress: () => steps++ });
  const [arena, tasks] = snapshot.maps.maps;
  const pages = arena.arena.pages;
  const last = pages.at(-1)?.bytes() ?? new Uint8Array();
  const expected = pageBytes(pages.length - 1, 1);
  if (last.some((byte, at) => byte !== expected[at])) throw new Error("the last page is wrong");
  if (steps < bytes.length / (4 << 20)) throw new Error(`progress was told ${steps} times only`);
  const found = task === "open" ? "" : `, ${search(snapshot, "runnable_at", { limit: 100_000 }).matches.length} found`;
  return `${pages.length} pages, ${tasks.stores[0].length} entries${found}`;
}
