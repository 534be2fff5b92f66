import type { Normalisation } from "./signature-rules.ts";

/** Characters of a text that are looked at; what lies behind does not tell causes apart. */
const MAX_LENGTH = 4096;

interface Rule {
  readonly why: string;
  apply(text: string): string;
}

const RULES: Readonly<Record<Normalisation, Rule>> = {
  "first-line": {
    why: "further lines are details",
    apply: (text) => text.split(/\r?\n/, 1)[0]!,
  },
  uuids: {
    why: "identifiers are of one occurrence",
    apply: (text) => text.replace(/\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b/g, "<uuid>"),
  },
  addresses: {
    why: "addresses move with every build and start",
    apply: (text) => text.replace(/\b0[xX][0-9a-fA-F]+\b/g, "<addr>").replace(/\b[0-9a-f]{8,16}\b(?=.*\d)/g, withDigit),
  },
  numbers: {
    why: "counts, sizes and task numbers are of one occurrence",
    apply: (text) => text.replace(/\d+(\.\d+)*/g, "#"),
  },
  spaces: {
    why: "blanks do not matter",
    apply: (text) => text.replace(/\s+/g, " ").trim(),
  },
  clones: {
    why: "which copy the optimiser made changes from build to build",
    apply: (text) =>
      text.replace(/( \[clone [^\]]*\]| \(\.[^)]*\)|\.(constprop|isra|part|cold|lto_priv|llvm|clone)(\.\d+)*)+$/g, ""),
  },
  parameters: {
    why: "a function is the same when its parameters are written differently",
    apply: withoutParameters,
  },
  lambdas: {
    why: "lambdas and closures are numbered in order of appearance",
    apply: (text) =>
      text
        .replace(/\{lambda\([^{}]*\)#\d+\}/g, "{lambda}")
        .replace(/\{\{?closure\}?\}#?\d*|\{closure#\d+\}/g, "{closure}")
        .replace(/\.func\d+(\.\d+)*/g, ".func"),
  },
};

/** Hex without `0x` counts as an address only if it has a digit: `deadbeef` may be a word. */
function withDigit(text: string): string {
  return /\d/.test(text) ? "<addr>" : text;
}

/** The name before the parameter list; `operator()` keeps its own parentheses. */
function withoutParameters(text: string): string {
  const trimmed = text.replace(/( (const|volatile|&|&&|noexcept))+$/, "");
  if (!trimmed.endsWith(")")) return text;
  let depth = 0;
  for (let at = trimmed.length - 1; at >= 0; at--) {
    if (trimmed[at] === ")") depth++;
    else if (trimmed[at] === "(" && --depth === 0) {
      const name = trimmed.slice(0, at);
      return name === "" || name.endsWith("operator") || /\s$/.test(name) ? text : name;
    }
  }
  return text;
}

export interface NormalisedText {
  readonly text: string;
  /** Each step that changed something. */
  readonly steps: readonly {
    readonly rule: Normalisation;
    readonly why: string;
    readonly before: string;
    readonly after: string;
  }[];
}

export function normaliseText(text: string, rules: readonly Normalisation[]): NormalisedText {
  let current = text.slice(0, MAX_LENGTH);
  const steps: { rule: Normalisation; why: string; before: string; after: string }[] = [];
  for (const rule of rules) {
    const after = RULES[rule].apply(current);
    if (after !== current) steps.push({ rule, why: RULES[rule].why, before: current, after });
    current = after;
  }
  return { text: current, steps };
}
