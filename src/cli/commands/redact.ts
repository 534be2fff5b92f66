import type { Command } from "../command.ts";

export const redact: Command = {
  name: "redact",
  summary: "rewrite a failure dump, or a kernel's text, so that it can be given away",
  operands: { usage: "FILE", min: 1, max: 1, completes: "file" },
  options: {
    out: { short: "o", value: "OUT", summary: "write to OUT instead of standard output", completes: "file" },
    key: {
      value: "FILE",
      summary: "secret of at least 16 bytes; one key for several dumps gives them the same names",
      completes: "file",
    },
    types: { summary: "hide names of types, members and enum variants, too" },
  },
  notes: [
    "Names become keyed hashes, addresses are renumbered, kept bytes and arena pages are left out, free text becomes a hash with its length. Numbers, times, pids and the structure stay. Of a kernel's text only what is understood is written again; lines around it are left out.",
    "Without --key a random one is used and forgotten.",
  ],
  examples: [
    ["coldframe redact run.failure-dump.json -o shared.json", "for a bug report"],
    ["dmesg | coldframe redact - > dump.txt", "the kernel's own dump out of its log"],
  ],
  async run(call) {
    const { runRedact } = await import("../verbs/redact.ts");
    return runRedact(call);
  },
};
