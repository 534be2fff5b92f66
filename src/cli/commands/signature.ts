import type { Command } from "../command.ts";
import { IDENTITY_OPTIONS } from "../option-specs.ts";

export const signature: Command = {
  name: "signature",
  summary: "print what makes a crash the same as another",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: { ...IDENTITY_OPTIONS, explain: { summary: "show what was kept, dropped and normalised, and why" } },
  examples: [
    ["coldframe signature crash.pb", "an identifier and a title"],
    ["coldframe signature --explain --artifacts build crash.pb", "every step that led to it"],
  ],
  async run(call) {
    const { runSignature } = await import("../verbs/signature.ts");
    return runSignature(call);
  },
};
