import type { Command } from "../command.ts";
import { FILTER_OPTIONS, FORM_OPTION, GROUP_OPTIONS, PROFILE_OPTIONS, REPORTS } from "../goroutines/option-specs.ts";
import { FILTER_OPTION, OPEN_OPTIONS } from "../option-specs.ts";

export const goroutines: Command = {
  name: "goroutines",
  summary: "goroutines of one or many Go processes: groups, waits, convoys, leaks, changes",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    report: { value: "WHAT", summary: "what to print; default groups", choices: REPORTS },
    top: { value: "N", summary: "groups or rows shown; 0 is all; default 20" },
    frames: { value: "N", summary: "frames shown per stack; 0 is all; default 0" },
    key: { value: "LABEL", summary: "the label of --report labels and links" },
    link: {
      value: "PAIR",
      summary: "--report links: `FUNC@KEYS <-> FUNC@KEYS`; a key is label:NAME, arg0, arg1.2, id or creator",
    },
    since: {
      value: "FILE",
      summary: "compare with an earlier snapshot: groups and goroutines gone, new, stuck, moved",
      completes: "file",
    },
    base: { value: "FILE", summary: "profile reports: subtract this profile", completes: "file" },
    "diff-base": {
      value: "FILE",
      summary: "profile reports: subtract, with percentages of this profile",
      completes: "file",
    },
    ...FORM_OPTION,
    ...GROUP_OPTIONS,
    ...FILTER_OPTIONS,
    ...FILTER_OPTION,
    ...PROFILE_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "All files are read together: dumps and profiles of many processes, a capture directory or zip. Forms that were captured one after another (debug=2, debug=0) are different instants and stay apart.",
    "A wait is a lower bound: it counts from the first garbage collection that saw the goroutine blocked. No wait does not mean fresh.",
    "Filters take whole texts or /expressions/; repeated ones mean any of them, different ones mean all.",
  ],
  examples: [
    ["coldframe goroutines server.txt client.txt", "who waits where, since when, in both processes"],
    ["coldframe goroutines --report convoys capture/", "crowds in front of one lock"],
    ["coldframe goroutines --state 'chan send' --min-wait 5 dump.txt", "stuck senders"],
    ["coldframe goroutines --since before.txt after.txt", "what came, went and stayed"],
    ["coldframe goroutines --report top --cum goroutine.pb.gz", "as go tool pprof -top -cum prints it"],
  ],
  async run(call) {
    const { runGoroutines } = await import("../goroutines/run.ts");
    return runGoroutines(call);
  },
};
