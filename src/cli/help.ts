import { optionsOf } from "./args.ts";
import type { Command, OptionSpec } from "./command.ts";
import { EXIT_MEANINGS } from "./exit.ts";

/** The overview: all verbs of the table. */
export function renderHelp(commands: readonly Command[]): string {
  return [
    "coldframe opens the frozen state of a system: crash snapshots, BPF maps, failure dumps, component trees, goroutines.",
    "",
    "usage: coldframe VERB [options] FILE…",
    "       coldframe help VERB",
    "",
    ...renderColumns(commands.map((command) => [command.name, command.summary])),
    "",
    "FILE may be - (stdin), a directory or a glob; gzip, zstd and zip are looked into. Data goes to stdout, all else to stderr.",
    "",
    "Exit status:",
    ...renderColumns(EXIT_MEANINGS.map(([status, meaning]) => [String(status), meaning])),
    "",
  ].join("\n");
}

/** Help of one verb. */
export function renderCommandHelp(command: Command): string {
  const operands = command.operands.usage === "" ? "" : ` ${command.operands.usage}`;
  const lines = [
    `coldframe ${command.name}: ${command.summary}`,
    "",
    `usage: coldframe ${command.name} [options]${operands}`,
    "",
    ...renderColumns(
      Object.entries(optionsOf(command)).map(([name, spec]) => [renderOption(name, spec), spec.summary]),
    ),
  ];
  for (const note of command.notes ?? []) lines.push("", note);
  if (command.examples !== undefined && command.examples.length > 0) {
    lines.push("", "Examples:", ...command.examples.flatMap(([line, does]) => [`  # ${does}`, `  ${line}`]));
  }
  return `${lines.join("\n")}\n`;
}

function renderOption(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  return spec.value === undefined ? `${short}--${name}` : `${short}--${name} ${spec.value}`;
}

function renderColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = rows.reduce((max, [left]) => Math.max(max, left.length), 0);
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
