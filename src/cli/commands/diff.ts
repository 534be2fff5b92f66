import type { Command } from "../command.ts";
import { ARTIFACT_OPTIONS, OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const diff: Command = {
  name: "diff",
  summary: "what differs between two snapshots",
  operands: { usage: "A B", min: 2, max: 2, completes: "file" },
  options: {
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...ARTIFACT_OPTIONS,
    ...OPEN_OPTIONS,
    html: { value: "OUT", summary: "write a self-contained page to OUT, or to stdout for -", completes: "file" },
    addresses: { summary: "compare addresses too where they are left out: in captures of kernels" },
    most: { value: "N", summary: "differences shown per section (default 1000)" },
  },
  notes: [
    "Threads are matched by name and frames by function, so that captures of different builds compare. Exit status 1 if anything differs.",
    "Goroutines are compared by group and, where they have ids, one by one: gone, new, at the same place, moved. `coldframe goroutines --since A B` does the same with filters; --html draws a flame graph of the change.",
  ],
  examples: [
    ["coldframe diff good.pb bad.pb", "threads, registers, logs, tags, facts and values that changed"],
    ["coldframe diff early.json late.json", "two failure dumps; addresses do not count"],
  ],
  async run(call) {
    const { runDiff } = await import("../verbs/diff.ts");
    return runDiff(call);
  },
};
