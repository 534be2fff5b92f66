import type { Command } from "../command.ts";
import { IDENTITY_OPTIONS } from "../option-specs.ts";

export const group: Command = {
  name: "group",
  summary: "group snapshots by signature, copies counted once",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    ...IDENTITY_OPTIONS,
    workers: { value: "N", summary: "threads that read files; default: one per processor, one for few files" },
    against: { value: "FILE", summary: "also group by these rules and say what would change", completes: "file" },
  },
  notes: ["A copy is a snapshot with a UUID, or else a content, that was seen before."],
  examples: [
    ["coldframe group crashes/", "how many crashes of which kind, in which versions, on which devices"],
    ["coldframe group --version-filter 'version >= 2.0' crashes/", "only those of newer software"],
    ["coldframe group --rules mine.json --against old.json crashes/", "what a change of the rules does"],
  ],
  async run(call) {
    const { runGroup } = await import("../verbs/group.ts");
    return runGroup(call);
  },
};
