import type { Command } from "../command.ts";
import { ARTIFACT_OPTIONS, OPEN_OPTIONS, PROJECT_OPTIONS, RAW_OPTION, TOKENS_OPTION } from "../option-specs.ts";

export const dump: Command = {
  name: "dump",
  summary: "print the human-readable report of a snapshot",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
    ...ARTIFACT_OPTIONS,
    html: { value: "OUT", summary: "write a self-contained page to OUT (a file, a directory or -)", completes: "file" },
    all: { summary: "everything: of maps zero members, format strings and every entry, else the whole tree of values" },
    pid: { value: "N", summary: "instead: where task N is, over all tables of a kernel capture" },
    analysis: { summary: "add registers explained, corrected frames and return addresses found in raw stacks" },
    ...RAW_OPTION,
  },
  notes: [
    "Where a format's own tool prints a report, this one is the same, byte for byte; --json and --html have everything.",
  ],
  examples: [
    ["coldframe dump crash.pb", "what killed the device"],
    ["coldframe dump --html crash.html crash.pb", "one page to send to a colleague"],
    ["coldframe dump --tokens tokens.csv crash.pb", "with tokens in words"],
    ["coldframe dump --analysis --artifacts build crash.pb", "what the report leaves unexplained, inlined calls shown"],
    [
      "coldframe dump --pid 1530 run.failure-dump.json",
      "where a task is: run queues, dispatch queues, maps, allocations",
    ],
    ["cat crash.pb.gz | coldframe dump -", "from a pipe, packed or not"],
  ],
  async run(call) {
    const { runDump } = await import("../verbs/dump.ts");
    return runDump(call);
  },
};
