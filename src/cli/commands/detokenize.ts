import type { Command } from "../command.ts";
import { RAW_OPTION, TOKENS_OPTION } from "../option-specs.ts";

export const detokenize: Command = {
  name: "detokenize",
  summary: "replace tokens in text, or decode token messages",
  operands: { usage: "[FILE…]", min: 0, completes: "file" },
  options: {
    ...TOKENS_OPTION,
    message: { value: "TEXT", summary: "decode this message (base64 or hex) instead of files" },
    binary: { summary: "each FILE is one binary message" },
    prefix: { value: "C", summary: "the character that starts a token in text; default $" },
    "show-errors": { summary: "show why an argument could not be decoded, in its place" },
    strict: { summary: "stop where Pigweed's own tools stop (exit status 3)" },
    ...RAW_OPTION,
  },
  notes: ["Without FILE, standard input is read and written line by line, so it may be a live log."],
  examples: [
    ["coldframe detokenize --tokens tokens.csv < device.log", "a log as it arrives"],
    ["coldframe detokenize --tokens fw.elf --message '$1oxmLg=='", "one message"],
  ],
  async run(call) {
    const { runDetokenize } = await import("../verbs/detokenize.ts");
    return runDetokenize(call);
  },
};
