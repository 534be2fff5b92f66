import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const check: Command = {
  name: "check",
  summary: "judge snapshots, alone or as a series, by a file of assertions",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    assert: { value: "FILE", summary: "assertions, JSON; may be repeated", completes: "file" },
    junit: { value: "OUT", summary: "write JUnit XML to OUT (- is stdout)", completes: "file" },
    inconclusive: {
      value: "WHAT",
      summary: "what an assertion that cannot be judged is (default pass)",
      choices: ["pass", "fail"],
    },
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "All files together are one series: in the order of their elapsed time where all have one, else as given.",
    "The status is 1 if an assertion failed. The form of the file is docs/check.md.",
  ],
  examples: [
    ["coldframe check --assert healthy.json run.failure-dump.json", "one dump"],
    ["coldframe check --assert steady.json --junit report.xml captures/*.json", "a series, in CI"],
  ],
  async run(call) {
    const { runCheck } = await import("../verbs/check.ts");
    return runCheck(call);
  },
};
