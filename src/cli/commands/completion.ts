import { findChoice } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit.ts";
import { SHELLS } from "../shells.ts";

/** @param commands the command table, asked for at run time because this verb is part of it. */
export function completion(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "print a completion script for bash, zsh or fish",
    operands: { usage: "SHELL", min: 1, max: 1, choices: SHELLS },
    options: {},
    examples: [
      ["source <(coldframe completion bash)", "complete in this bash"],
      ["coldframe completion fish > ~/.config/fish/completions/coldframe.fish", "complete in every fish from now on"],
    ],
    async run({ operands, out }) {
      const shell = findChoice("shell", operands[0]!, SHELLS);
      const { renderCompletion } = await import("../completion.ts");
      const script = renderCompletion(shell, commands());
      if (out.json) await out.jsonLine({ shell, script });
      else await out.text(script);
      return EXIT.ok;
    },
  };
}
