import { findCommand, optionsOf } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit.ts";
import { renderCommandHelp, renderHelp } from "../help.ts";

/** @param commands the command table, asked for at run time because this verb is part of it. */
export function help(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    summary: "list the verbs, or explain one",
    operands: { usage: "[VERB]", min: 0, max: 1 },
    options: {},
    async run({ operands, out }) {
      const chosen = operands[0] === undefined ? undefined : findCommand(commands(), operands[0]);
      if (out.json) await out.jsonLine((chosen === undefined ? commands() : [chosen]).map(describe));
      else await out.text(chosen === undefined ? renderHelp(commands()) : renderCommandHelp(chosen));
      return EXIT.ok;
    },
  };
}

function describe(command: Command): Record<string, unknown> {
  const { name, summary, operands, notes, examples } = command;
  return { name, summary, operands, options: optionsOf(command), notes, examples };
}
