import type { Command } from "../command.ts";

export const ui: Command = {
  name: "ui",
  summary: "open files in the web app, served on loopback",
  operands: { usage: "[FILE…]", min: 0, completes: "file" },
  options: {
    port: { value: "N", summary: "port on 127.0.0.1; default any free one" },
  },
  notes: [
    "The app is served to this machine only and reads the files in the browser; nothing is uploaded. ELF files, token databases, BTF and rules may be named beside the snapshots. Ctrl-C ends it.",
  ],
  examples: [
    ["coldframe ui crash.pb", "the crash in a browser tab"],
    ["coldframe ui capture/ build/fw.elf tokens.csv", "a folder, with symbols and tokens"],
  ],
  async run(call) {
    const { runUi } = await import("../ui/run.ts");
    return runUi(call);
  },
};
