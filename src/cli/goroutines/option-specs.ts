// What the options of goroutine verbs say about themselves; nothing here loads code.
import type { ContextFilter } from "../../js/goroutines.ts";
import type { OptionSpec } from "../command.ts";

/** Option, key of the filter, and what it says. */
export const TEXT_FILTERS: readonly (readonly [option: string, key: keyof ContextFilter, summary: string])[] = [
  ["state", "state", "only these states, e.g. `chan receive`"],
  ["process", "process", "only these processes"],
  ["label", "label", "only with this label, its own or its process's, `KEY` or `KEY=VALUE`"],
  ["func", "function", "only with this function on the stack"],
  ["package", "package", "only with a function of this package on the stack"],
  ["file", "file", "only with this file on the stack"],
  ["leaf", "leaf", "only with this innermost function"],
  ["root", "root", "only with this outermost function"],
  ["created-by", "createdBy", "only those created by this function"],
  ["grep", "text", "only with this text in state, stack or labels"],
];

/** Which of the forms of one capture. */
export const FORM_OPTION: Readonly<Record<string, OptionSpec>> = {
  form: {
    value: "FORM",
    summary: "of a capture with several: dumps with ids, the profile, or counts; default as the report needs",
    choices: ["stacks", "profile", "counts", "race"],
  },
};

/** Options that choose contexts. Values are whole texts or `/expression/`; repeated ones mean any of them. */
export const FILTER_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...Object.fromEntries(TEXT_FILTERS.map(([option, , summary]) => [option, { value: "TEXT", summary }])),
  "min-wait": { value: "MINUTES", summary: "only those known to have waited at least so long" },
  ids: { value: "FIRST-LAST", summary: "only ids of this range" },
  locked: { summary: "only those locked to a thread" },
  leaked: { summary: "only those the runtime has found leaked" },
  user: { summary: "only with code of your own on the stack" },
  system: { summary: "only with nothing but runtime and standard library on the stack" },
  not: { summary: "keep the others instead" },
};

export const GROUP_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  group: {
    value: "LEVEL",
    summary: "how alike stacks of a group must be; default values",
    choices: ["exact", "lines", "pointers", "values", "functions", "prefix", "package"],
  },
  prefix: { value: "N", summary: "frames that count at level prefix; default 3" },
  creators: {
    value: "WHAT",
    summary: "what of the creator counts: its goroutine, its line (default), or nothing",
    choices: ["goroutine", "line", "ignore"],
  },
  states: {
    value: "WHAT",
    summary: "states as printed, in words of the newest Go, or ignored",
    choices: ["verbatim", "normal", "ignore"],
  },
  "by-process": { summary: "keep groups of different processes apart" },
  order: {
    value: "WHAT",
    summary: "largest group first, longest wait first, or as in the source",
    choices: ["count", "wait", "source"],
  },
};

/** Options of the profile reports, by the names `go tool pprof` has for them. */
export const PROFILE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  focus: { value: "EXPR", summary: "profile reports: only samples with a matching function, file or binary" },
  ignore: { value: "EXPR", summary: "profile reports: no samples with a match" },
  hide: { value: "EXPR", summary: "profile reports: leave matching functions out of stacks" },
  show: { value: "EXPR", summary: "profile reports: leave all others out of stacks" },
  "show-from": { value: "EXPR", summary: "profile reports: leave out what is outside the outermost match" },
  tagfocus: { value: "KEY=EXPR", summary: "profile reports: only samples with a matching label" },
  tagignore: { value: "KEY=EXPR", summary: "profile reports: no samples with a matching label" },
  tagshow: { value: "EXPR", summary: "profile reports: show only matching labels" },
  taghide: { value: "EXPR", summary: "profile reports: hide matching labels" },
  tagroot: { value: "KEYS", summary: "profile reports: labels as frames at the root, comma-separated" },
  tagleaf: { value: "KEYS", summary: "profile reports: labels as frames at the leaf" },
  cum: { summary: "profile reports: order by cumulative counts" },
  nodecount: { value: "N", summary: "profile reports: at most so many functions" },
  nodefraction: { value: "F", summary: "profile reports: leave out functions below this share; default 0.005" },
  edgefraction: { value: "F", summary: "profile reports: leave out calls below this share; default 0.001" },
  peek: { value: "EXPR", summary: "the function of --report peek" },
};

/** What `--report` may be. */
export const REPORTS = [
  "groups",
  "list",
  "states",
  "waits",
  "convoys",
  "creators",
  "labels",
  "links",
  "suspicions",
  "top",
  "tree",
  "peek",
  "traces",
  "tags",
  "raw",
] as const;
export type ReportName = (typeof REPORTS)[number];

/** What `flame --as` may be. */
export const FLAME_KINDS = ["html", "svg", "folded", "speedscope", "pprof"] as const;
export type FlameKind = (typeof FLAME_KINDS)[number];
