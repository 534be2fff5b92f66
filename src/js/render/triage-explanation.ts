import type { ActionExplanation, ExplainedStep } from "../analysis/triage/explain.ts";
import { escapeTerminal } from "../base/text.ts";

/** Characters of a value that one line shows. */
const MAX_VALUE = 200;

/**
 * Explanations as an indented tree, one line for each sub-expression: `expression = value`. All text out of the
 * snapshot is escaped for one line.
 */
export function renderExplanations(explanations: readonly ActionExplanation[]): string {
  return explanations.map(renderExplanation).join("\n");
}

function renderExplanation({ namespace, action, step, needs }: ActionExplanation): string {
  const lines = [`${namespace}::${action}: ${clip(step.value)}`];
  if (needs.length > 0) lines.push(`  needs ${needs.map(clip).join(", ")}`);
  addStep(step, 1, lines);
  return `${lines.join("\n")}\n`;
}

function addStep(step: ExplainedStep, depth: number, lines: string[]): void {
  const pad = "  ".repeat(depth);
  const note = step.note === undefined ? "" : `  (${step.note})`;
  lines.push(`${pad}${clip(step.text)} = ${clip(step.value)}${note}`);
  for (const { selector, found, omitted } of step.selectors ?? []) {
    lines.push(`${pad}  ${clip(selector)}${found.length === 0 ? ": nothing" : ""}`);
    for (const one of found) {
      const remark = one.note === undefined ? "" : `  (${one.note})`;
      lines.push(`${pad}    ${clip(one.value)} from ${clip(one.from)}${remark}`);
    }
    if (omitted > 0) lines.push(`${pad}    … ${omitted} more`);
  }
  for (const inner of step.steps) addStep(inner, depth + 1, lines);
  if (step.omitted > 0) lines.push(`${pad}  … ${step.omitted} more`);
}

function clip(text: string): string {
  const safe = escapeTerminal(text.slice(0, MAX_VALUE + 1), false);
  return safe.length > MAX_VALUE ? `${safe.slice(0, MAX_VALUE)}…` : safe;
}
