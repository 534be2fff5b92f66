import { optionsOf } from "./args.ts";
import type { Command } from "./command.ts";
import type { Shell } from "./shells.ts";

/** A completion script made from the command table. */
export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case "bash":
      return renderBash(commands);
    case "zsh":
      return renderZsh(commands);
    case "fish":
      return renderFish(commands);
    default:
      return shell satisfies never;
  }
}

function renderBash(commands: readonly Command[]): string {
  const verbs = commands.map((command) => command.name).join(" ");
  const arms = commands.map((command) => {
    const specs = Object.entries(optionsOf(command));
    const values = specs
      .filter(([, spec]) => spec.value !== undefined)
      .map(([name, spec]) => `        --${name}) ${bashValue(spec.choices, spec.completes)}; return ;;`);
    const words = specs.map(([name]) => `--${name}`).join(" ");
    return [
      `    ${command.name})`,
      '      case "$prev" in',
      ...values,
      "      esac",
      `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${words}" -- "$cur"));`,
      `      else ${bashValue(command.operands.choices, command.operands.completes)}; fi ;;`,
    ].join("\n");
  });
  return `# coldframe completion for bash: source <(coldframe completion bash)
_coldframe() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W "${verbs}" -- "$cur")); return; fi
  case "\${COMP_WORDS[1]}" in
${arms.join("\n")}
  esac
}
complete -o filenames -F _coldframe coldframe
`;
}

function bashValue(choices: readonly string[] | undefined, completes: "file" | "directory" | undefined): string {
  if (choices !== undefined) return `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$cur"))`;
  if (completes === undefined) return ":";
  return `mapfile -t COMPREPLY < <(compgen ${completes === "file" ? "-f" : "-d"} -- "$cur")`;
}

function renderZsh(commands: readonly Command[]): string {
  const verbs = commands.map((command) => `    ${quote(`${command.name}:${command.summary}`)}`);
  const arms = commands.map((command) => {
    const specs = Object.entries(optionsOf(command)).map(([name, spec]) => {
      const label = spec.summary.replaceAll("]", "\\]").replaceAll("[", "\\[");
      const value = spec.value === undefined ? "" : `:${spec.value}:${zshAction(spec.choices, spec.completes)}`;
      const repeat = spec.value === undefined ? "" : "*";
      return `        ${quote(`${repeat}--${name}[${label}]${value}`)}`;
    });
    const operand = `        ${quote(`*:argument:${zshAction(command.operands.choices, command.operands.completes)}`)}`;
    return [`    ${command.name}) _arguments \\`, [...specs, operand].join(" \\\n"), "      ;;"].join("\n");
  });
  return `#compdef coldframe
# coldframe completion for zsh: coldframe completion zsh > "\${fpath[1]}/_coldframe"
_coldframe() {
  local -a verbs
  verbs=(
${verbs.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe verb verbs; return; fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${arms.join("\n")}
  esac
}
if [[ $funcstack[1] == _coldframe ]]; then _coldframe "$@"; else compdef _coldframe coldframe; fi
`;
}

function zshAction(choices: readonly string[] | undefined, completes: "file" | "directory" | undefined): string {
  if (choices !== undefined) return `(${choices.join(" ")})`;
  if (completes === undefined) return " ";
  return completes === "file" ? "_files" : "_files -/";
}

function renderFish(commands: readonly Command[]): string {
  const lines = ["# coldframe completion for fish: coldframe completion fish | source", "complete -c coldframe -f"];
  for (const command of commands) {
    lines.push(`complete -c coldframe -n __fish_use_subcommand -a ${quote(command.name)} -d ${quote(command.summary)}`);
    const when = quote(`__fish_seen_subcommand_from ${command.name}`);
    for (const [name, spec] of Object.entries(optionsOf(command))) {
      const value = spec.value === undefined ? "" : ` -x${fishAction(spec.choices, spec.completes)}`;
      lines.push(`complete -c coldframe -n ${when} -l ${name} -d ${quote(spec.summary)}${value}`);
    }
    const action = fishAction(command.operands.choices, command.operands.completes);
    if (action !== "") lines.push(`complete -c coldframe -n ${when}${action}`);
  }
  return `${lines.join("\n")}\n`;
}

function fishAction(choices: readonly string[] | undefined, completes: "file" | "directory" | undefined): string {
  if (choices !== undefined) return ` -a ${quote(choices.join(" "))}`;
  if (completes === undefined) return "";
  return completes === "file" ? ' -a "(__fish_complete_path)"' : ' -a "(__fish_complete_directories)"';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
