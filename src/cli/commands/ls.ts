import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const ls: Command = {
  name: "ls",
  summary: "list what is inside a snapshot, or inside one value of it",
  operands: { usage: "FILE [PATH]", min: 1, max: 2, completes: "file" },
  options: { ...TOKENS_OPTION, ...PROJECT_OPTIONS, ...OPEN_OPTIONS },
  notes: ['PATH is dotted: a.b[2].c; names with dots or brackets are written ["quoted"]. docs/view.md has the rules.'],
  examples: [
    ["coldframe ls crash.pb", "the top of the tree"],
    ["coldframe ls crash.pb threads[0]", "one thread"],
  ],
  async run(call) {
    const { runLs } = await import("../verbs/ls.ts");
    return runLs(call);
  },
};
