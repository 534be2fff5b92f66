import type { Command } from "../command.ts";

export const bench: Command = {
  name: "bench",
  summary: "measure decode throughput on this machine",
  operands: { usage: "", min: 0, max: 0 },
  options: {
    stories: {
      value: "NAMES",
      summary: "of logs1, logs16, logs128, threads16, pprof, fleet; default logs1,logs16,threads16,pprof",
    },
    rounds: { value: "N", summary: "timed runs of each; default 7" },
    page: { value: "FILE", summary: "write the same benchmark as an HTML page for a browser tab instead" },
  },
  notes: [
    "Inputs are generated, the same on every machine. Compared is the library with rows copied out, rows read in place, and the same design without WebAssembly.",
  ],
  examples: [
    ["coldframe bench", "the usual table, in about a minute"],
    ["coldframe bench --stories logs128 --json", "one story, for a program to read"],
    ["coldframe bench --page bench.html", "a page to open in a browser: no server is needed"],
  ],
  run: async (call) => (await import("../bench/run.ts")).runBench(call),
};
