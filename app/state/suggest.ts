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
  return { rule: rowsRule(filter), note: "The filter became a rule." };
}

function ruleText(format: string, path: string): string {
  const selector = `SNAPSHOT:${format}:values/${path.split(".").join("/")}`;
  const text = JSON.stringify;
  return `{
  select: { selected: ${text(selector)} },
  eval: { found: "Missing(selected) == false" },
  act: {
    seen: { type: "Warning", trigger: "found", print: ${text(`${path} is there`)} },
  },
}
`;
}

function rowsRule(filter: string): string {
  return `{
  // The filter of the table, as it was typed.
  eval: { matches: ${JSON.stringify(filter)} },
  act: {
    matched: { type: "Warning", trigger: "matches", print: ${JSON.stringify(`matched: ${filter}`)} },
  },
}
`;
}
