import type { Command } from "./command.ts";
import { completion } from "./commands/completion.ts";
import { help } from "./commands/help.ts";

/** Every verb, in the order of the help. A new verb is one file in commands/ and one line here. */
export const COMMANDS: readonly Command[] = [completion(() => COMMANDS), help(() => COMMANDS)];
