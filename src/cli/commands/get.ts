import type { Command } from "../command.ts";
import { FILTER_OPTION, OPEN_OPTIONS, PROJECT_OPTIONS, RAW_OPTION, TOKENS_OPTION } from "../option-specs.ts";

export const get: Command = {
  name: "get",
  summary: "print the value at a path",
  operands: { usage: "FILE PATH", min: 2, max: 2, completes: "file" },
  options: { ...FILTER_OPTION, ...TOKENS_OPTION, ...PROJECT_OPTIONS, ...OPEN_OPTIONS, ...RAW_OPTION },
  notes: [
    "A number or a text is printed alone on a line, bytes as hex, anything larger as a tree.",
    "With --raw a text or bytes come out exactly as they are in the snapshot, nothing added.",
  ],
  examples: [
    ["coldframe get crash.pb threads[0].name", "one value"],
    ["coldframe get --raw crash.pb threads[0].raw_stack > stack.bin", "the bytes themselves"],
  ],
  async run(call) {
    const { runGet } = await import("../verbs/get.ts");
    return runGet(call);
  },
};
