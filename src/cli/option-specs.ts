// What options say about themselves. Nothing here reads a file, so that the command table costs nothing to load.
import type { OptionSpec } from "./command.ts";

/** Options of every verb. */
export const GLOBAL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { summary: "machine-readable output, errors included" },
  limit: { value: "NAME=N", summary: "change a limit of docs/limits.md" },
  color: { value: "WHEN", summary: "colour: auto, always or never", choices: ["auto", "always", "never"] },
  help: { short: "h", summary: "help for the verb" },
};

/** Options of every verb that opens snapshots. */
export const OPEN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  format: {
    value: "WORD",
    summary: "read as this format instead of detecting it",
    choices: ["pigweed", "bpf", "sched-ext", "inspect", "goroutines"],
  },
  btf: {
    value: "FILE",
    summary: "BTF or an ELF file with it, for bytes that were captured without types",
    completes: "file",
  },
  "btf-type": { value: "MAP=TYPE", summary: "type of a map's values (MAP.key=TYPE: of its keys) in the --btf file" },
  strict: { summary: "refuse what the format's own tools refuse (exit status 3)" },
};

/** Option of every verb that prints a table. */
export const FILTER_OPTION: Readonly<Record<string, OptionSpec>> = {
  filter: { value: "EXPR", summary: "only rows for which this is true; names are columns (docs/rules.md)" },
};

/** Option of every verb that prints a snapshot's text. */
export const RAW_OPTION: Readonly<Record<string, OptionSpec>> = {
  raw: { summary: "do not escape control characters on a terminal" },
};

export const TOKENS_OPTION: Readonly<Record<string, OptionSpec>> = {
  tokens: { value: "DB", summary: "token database: CSV, binary, JSON, ELF or a directory of CSVs", completes: "file" },
};

export const PROJECT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  proto: { value: "FILE", summary: "a .proto file with the project's own fields", completes: "file" },
  message: { value: "NAME", summary: "full name of the project's message" },
  "thread-message": { value: "NAME", summary: "full name of the project's message for threads" },
  "proto-path": {
    value: "DIR",
    summary: "where imports are looked for; Pigweed's own are built in",
    completes: "directory",
  },
  "trace-ticks": { value: "N", summary: "ticks per second of the times in trace data; default 1000" },
};

/** Option of every verb that names addresses. */
export const ARTIFACT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  artifacts: {
    value: "PATH",
    summary: "ELF files, static libraries, System.map, or a directory of them; chosen by build id",
    completes: "file",
  },
  image: { value: "FILE", summary: "use the artifact of this file name, whatever its build id", completes: "file" },
  "kernel-offset": {
    value: "BYTES|NAME=ADDR",
    summary: "how far KASLR moved the kernel of System.map or vmlinux, or where one of its symbols was",
  },
};

/** Options of the verbs that tell snapshots apart. */
export const IDENTITY_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  rules: { value: "FILE", summary: "signature rules instead of the built-in ones", completes: "file" },
  filter: { value: "EXPR", summary: "only snapshots for which the expression is true; names are facts" },
  "version-filter": { value: "EXPR", summary: 'only snapshots whose facts match, e.g. "version >= 1.4.0"' },
  ...TOKENS_OPTION,
  ...PROJECT_OPTIONS,
  ...ARTIFACT_OPTIONS,
  ...OPEN_OPTIONS,
};
