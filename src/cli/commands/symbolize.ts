import type { Command } from "../command.ts";
import { ARTIFACT_OPTIONS } from "../option-specs.ts";

export const symbolize: Command = {
  name: "symbolize",
  summary: "name code addresses",
  operands: { usage: "ADDR…", min: 1 },
  options: {
    ...ARTIFACT_OPTIONS,
    "build-id": { value: "HEX", summary: "use the artifact of this build" },
    image: { value: "FILE", summary: "use the artifact of this file name" },
    returns: { summary: "the addresses are return addresses: look inside the call before each" },
    arch: { value: "WORD", summary: "arm: clear the Thumb bit", choices: ["arm", "riscv", "x86_64", "aarch64"] },
    exact: { summary: "one line as upstream's symbolizer prints it: nothing corrected, no inlined functions" },
  },
  notes: [
    "Addresses are hexadecimal, with or without 0x. Without --build-id and --image there must be exactly one artifact.",
  ],
  examples: [
    ["coldframe symbolize --artifacts build 0x08000406", "function, file and line, inlined functions included"],
    ["coldframe symbolize --artifacts System.map --image System.map ffffffff81000110", "a kernel address"],
  ],
  async run(call) {
    const { runSymbolize } = await import("../verbs/symbolize.ts");
    return runSymbolize(call);
  },
};
