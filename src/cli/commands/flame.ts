import type { Command } from "../command.ts";
import { FILTER_OPTIONS, FLAME_KINDS, FORM_OPTION } from "../goroutines/option-specs.ts";
import { OPEN_OPTIONS } from "../option-specs.ts";

export const flame: Command = {
  name: "flame",
  summary: "flame graph of all stacks: HTML page, SVG, folded stacks, speedscope or pprof file",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    out: { value: "FILE", summary: "write there; its ending chooses the kind; may be repeated", completes: "file" },
    as: {
      value: "KIND",
      summary: "the kind, whatever the name; without --out it goes to stdout; default folded",
      choices: FLAME_KINDS,
    },
    by: {
      value: "WHAT",
      summary: "what makes two frames one; default function",
      choices: ["function", "line", "package"],
    },
    "with-states": { summary: "end every stack in the state of its goroutine" },
    flat: { summary: "no level of processes" },
    order: {
      value: "WHAT",
      summary: "widest first (default), by name, or as in the source",
      choices: ["value", "name", "source"],
    },
    around: { value: "FUNCTION", summary: "one function between its callers and its callees (a sandwich)" },
    since: { value: "FILE", summary: "colour by the difference from an earlier snapshot", completes: "file" },
    gone: { summary: "with --since: widths of before, so that what is gone shows" },
    ...FORM_OPTION,
    ...FILTER_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "Widths are goroutines, there is no time in a snapshot. The HTML page and the SVG load nothing and send nothing.",
  ],
  examples: [
    ["coldframe flame --out shop.html server.txt client.txt", "one page for both processes"],
    ["coldframe flame goroutine.pb.gz | flamegraph.pl > f.svg", "folded stacks for other tools"],
    ["coldframe flame --since before.txt --out diff.svg after.txt", "what grew is red, what shrank is blue"],
  ],
  async run(call) {
    const { runFlame } = await import("../goroutines/flame.ts");
    return runFlame(call);
  },
};
