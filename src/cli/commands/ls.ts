import type { Command } from "../command.ts";
import { FILTER_OPTION, OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const ls: Command = {
  name: "ls",
  summary: "list what is inside a snapshot, or inside one value of it",
  operands: { usage: "FILE [PATH]", min: 1, max: 2, completes: "file" },
  options: {
    find: { value: "TEXT", summary: "instead: where a name, text, number or address occurs, anywhere in the snapshot" },
    sort: {
      value: "COLUMN",
      summary: "entries of a map in order, a column for each member: key, key.pid, value, or a member of the value",
    },
    descending: { summary: "with --sort: the greatest first" },
    columns: { value: "LIST", summary: "entries of a map with these columns, divided by commas; default up to eight" },
    cpu: { value: "N", summary: "entries of a per-CPU map as CPU N has them" },
    rows: { value: "N", summary: "at most so many rows" },
    page: { value: "N", summary: "with --rows: the Nth page, counted from 1" },
    ...FILTER_OPTION,
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: ['PATH is dotted: a.b[2].c; names with dots or brackets are written ["quoted"]. docs/view.md has the rules.'],
  examples: [
    ["coldframe ls crash.pb", "the top of the tree"],
    ["coldframe ls crash.pb threads[0]", "one thread"],
    ["coldframe ls --filter 'state == \"BLOCKED\"' crash.pb threads", "only rows for which something is true"],
    [
      "coldframe ls --sort value.runtime --descending --rows 20 maps.cfbpf maps.tasks",
      "the greatest entries of a map of any size",
    ],
    ["coldframe ls --find 1530 run.failure-dump.json", "every place that mentions a pid"],
    [
      "coldframe ls --find 0xffff88810a3c4000 run.failure-dump.json",
      "who points to an address, captured memory included",
    ],
  ],
  async run(call) {
    const { runLs } = await import("../verbs/ls.ts");
    return runLs(call);
  },
};
