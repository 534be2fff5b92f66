import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { runStories, storyRows, USUAL_STORIES } from "../../bench/run-stories.ts";
import type { Meters } from "../../bench/timing.ts";
import { WORKLOADS } from "../../bench/workloads.ts";
import { embeddedCore, loadCore, renderTable, SnapshotError } from "../../js/index.ts";
import { findChoice } from "../args.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";

const ROUNDS = 7;
const MAX_ROUNDS = 1000;

export async function runBench(call: Call): Promise<ExitStatus> {
  const { options, out } = call;
  const page = options.last("page");
  if (page !== undefined) {
    await writeFile(resolve(call.host.cwd, page), await readFile(new URL("./bench.html", pageFolder())));
    out.note(`wrote ${page}: open it in a browser`);
    return EXIT.ok;
  }
  const stories = (options.last("stories")?.split(",") ?? USUAL_STORIES).map((name) =>
    findChoice("story", name.trim(), Object.keys(WORKLOADS)),
  );
  const rounds = readRounds(options.last("rounds"));
  const bar = call.progress("timing");
  const core = await loadCore(await embeddedCore());
  const done = await runStories(core, {
    stories,
    rounds,
    meters: METERS,
    onStory(name, count, total) {
      if (call.signal.aborted) throw new SnapshotError("Cancelled", "the benchmark was stopped");
      bar.update(count, total, name);
    },
  });
  bar.end();
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  if (out.json) await out.jsonLine({ machine, stories: done });
  else {
    const { heads, rows } = storyRows(done);
    const columns = heads.map((title, ix) => ({ title, align: ix === 0 ? ("left" as const) : ("right" as const) }));
    await out.line(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; medians of ${rounds} runs`);
    await out.line(renderTable(columns, rows).trimEnd());
  }
  return EXIT.ok;
}

/** Heap and array buffers; without `node --expose-gc` garbage of earlier runs counts, too. */
const METERS: Meters = {
  usedBytes() {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  },
};

function readRounds(text: string | undefined): number {
  if (text === undefined) return ROUNDS;
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= MAX_ROUNDS) return rounds;
  throw new SnapshotError("UsageError", `--rounds ${text}: a number from 1 to ${MAX_ROUNDS} expected`);
}

/** Chunks of the command lie one folder below the page. */
function pageFolder(): URL {
  const here = new URL(".", import.meta.url);
  return here.pathname.endsWith("/chunks/") ? new URL("..", here) : here;
}
