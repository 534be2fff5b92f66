import type { Command } from "../command.ts";
import { OPEN_OPTIONS, PROJECT_OPTIONS, TOKENS_OPTION } from "../option-specs.ts";

export const triage: Command = {
  name: "triage",
  summary: "judge snapshots of any format by rules",
  operands: { usage: "[FILE…]", min: 0, completes: "file" },
  options: {
    rules: {
      value: "RULES",
      summary: "rule file, bundle, directory, pattern, or built-in pack; may be repeated (default: the format's packs)",
      completes: "file",
    },
    test: { summary: "run the trials of the rules and nothing else" },
    check: { summary: "check the rules and nothing else" },
    explain: { summary: "also say why, sub-expression by sub-expression" },
    action: { value: "NAME", summary: "only this action (NAME or NAMESPACE::NAME); may be repeated" },
    series: {
      summary: "the snapshots are one system's, in the order of time: `for`, Prev, Rate and History look back",
    },
    "output-format": {
      value: "WORD",
      summary: "form of the output (default text); structured is upstream's JSON",
      choices: ["text", "verbose-text", "structured", "markdown", "junit", "sarif"],
    },
    "fail-on": {
      value: "LEVEL",
      summary: "findings from this level on make the status 1 (default warning)",
      choices: ["info", "warning", "error", "never"],
    },
    tag: { value: "TAG", summary: "only actions with this tag; may be repeated" },
    "exclude-tag": { value: "TAG", summary: "no actions with this tag; may be repeated" },
    now: { value: "EXPR", summary: "what Now() is, e.g. Hours(3); else the snapshot's own uptime" },
    packs: { summary: "list the built-in packs" },
    legacy: { summary: "also read rule files and Inspect of 2021 and before" },
    compat: { summary: "behave as Fuchsia's triage: needs --config and --data" },
    config: { value: "FILE", summary: "with --compat: rule file or bundle; may be repeated", completes: "file" },
    data: { value: "DIR", summary: "with --compat: directory or zip of a device snapshot", completes: "directory" },
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "The rule language is docs/rules.md. Every action of every rule has an outcome: with --json one line per snapshot lists them all.",
    "With --compat the output and the status are those of Fuchsia's tool: failures are text on stdout, and the status is 0 or 1.",
  ],
  examples: [
    ["coldframe triage crash.pb", "what the built-in rules of the format say"],
    ["coldframe triage --rules my.triage --explain --action oom snapshot.zip", "why a rule fires, or does not"],
    ["coldframe triage --check --test --rules rules/", "errors and failing trials of a folder of rules"],
    ["coldframe triage --rules my.triage --output-format sarif fleet/ > found.sarif", "findings for code scanning"],
    ["coldframe triage --compat --config a.triage --data snapshot/", "as Fuchsia's triage"],
  ],
  async run(call) {
    const { runTriage } = await import("../verbs/triage.ts");
    return runTriage(call);
  },
};
