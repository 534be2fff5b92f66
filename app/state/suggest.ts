import type { Store } from "./store.ts";

/** A filter that became a rule, or why it could not. */
export interface SuggestedRule {
  readonly rule: string | undefined;
  readonly note: string;
}

/**
 * A rule over any snapshot of this format out of what is selected or filtered. The filter is about rows of a table and
 * the rule about a snapshot, so the rule counts the rows: it fires where there is at least one.
 */
export function suggestFilter({ current, detail }: Store, filter: string | undefined): SuggestedRule {
  const opened = current.value;
  const path = detail.value?.path;
  if (opened === undefined) return { rule: undefined, note: "Nothing is open." };
  if (path !== undefined)
    return { rule: ruleText(opened.snapshot.format, path), note: "The selected value became a rule." };
  if (filter === undefined)
    return { rule: undefined, note: "Select a value or type a filter first; it becomes a rule." };
  const rule = rowsRule(opened.snapshot.format, filter);
  if (rule !== undefined) return { rule, note: "The filter became a rule that counts the rows." };
  return {
    rule,
    note: "Only a filter over one of state, wait, count, name, id, process, level, text, module or thread can become a rule.",
  };
}

function ruleText(format: string, path: string): string {
  const selector = `SNAPSHOT:${format}:values/${path
    .replace(/\[(\w+)\]/g, ".$1")
    .split(".")
    .join("/")}`;
  const text = JSON.stringify;
  return `{
  extended: true,
  select: { selected: ${text(selector)} },
  eval: { found: "Not(Missing(selected))" },
  act: {
    seen: { type: "Warning", trigger: "found", print: ${text(`${path} is there`)} },
  },
  test: {
    there: { yes: ["seen"], values: { selected: [1] } },
  },
}
`;
}

/** What selectors can ask of each row; the columns of the tables have the same names. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  stacks: ["state", "wait", "count", "name", "id", "process", "kind"],
  logs: ["level", "text", "module", "thread", "time"],
};

/**
 * A rule that counts the rows for which the filter is true; undefined where it asks for what rules cannot see. One
 * column only: a selector leaves out rows that lack a property, so the values of two selectors need not be of the same rows.
 */
function rowsRule(format: string, filter: string): string | undefined {
  if (filter.startsWith("/")) return undefined;
  const words = new Set(filter.replace(/'[^']*'|"[^"]*"/g, "").match(/[A-Za-z_][\w.]*(?!\s*\()/g) ?? []);
  for (const [shape, properties] of Object.entries(PROPERTIES)) {
    const used = [...words].filter((word) => properties.includes(word));
    const isKnown =
      used.length > 0 &&
      [...words].every((word) => properties.includes(word) || /^(?:true|false|[A-Z]\w*)$/.test(word));
    if (isKnown) return countingRule(`SNAPSHOT:${format}:${shape}`, used, filter);
  }
  return undefined;
}

function countingRule(shape: string, columns: readonly string[], filter: string): string {
  const text = JSON.stringify;
  const selects = columns.map((name) => `    every_${name}: ${text(`${shape}:${name}`)},`).join("\n");
  const judge = `Fn([${columns.join(", ")}], ${filter})`;
  const marks = `Map(${judge}, ${columns.map((name) => `every_${name}`).join(", ")})`;
  return `{
  extended: true,
  select: {
${selects}
  },
  eval: {
    // The filter of the table as it was typed, asked of every row.
    matching: ${text(`Len(Filter(Fn([mark], mark), ${marks}))`)},
  },
  test: {
    "no rows": { no: ["matched"], values: { ${columns.map((name) => `every_${name}: []`).join(", ")} } },
  },
  act: {
    matched: { type: "Warning", trigger: "matching > 0", print: "{matching} match ${filter.replace(/["\\{}]/g, "")}" },
  },
}
`;
}
