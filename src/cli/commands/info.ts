import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const info: Command = {
  name: "info",
  summary: "format, size, signature, facts, issues and SHA-256 of a snapshot",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: { ...TOKENS_OPTION, ...PROJECT_OPTIONS, ...OPEN_OPTIONS },
  examples: [["coldframe info --json crashes/ | jq -r '.format'", "the formats of a folder of snapshots"]],
  async run(call) {
    const { runInfo } = await import("../verbs/info.ts");
    return runInfo(call);
  },
};
