import type { Expression } from "../ast.ts";
import type { RuleFile } from "../rules.ts";
import type { CheckReport } from "./report.ts";
import { nodesOf, type PlacedExpression, placeOf } from "./walk.ts";

/** Selectors that an equal one comes before. */
export function checkSelectors(file: RuleFile, report: CheckReport): void {
  for (const metric of file.metrics.values()) {
    if (metric.kind !== "select") continue;
    const seen = new Set<string>();
    for (const { full, source } of metric.selectors) {
      if (seen.has(full)) {
        const message = "the same selector comes before: this one is never reached";
        report.add(file, source.start, { rule: "unreachable-alternative", severity: "warning", message });
      }
      seen.add(full);
    }
  }
}

/** Operands of Option behind one that is never missing. */
export function checkOptions(placed: PlacedExpression, report: CheckReport): void {
  for (const { node } of nodesOf(placed.expression)) {
    if (node.kind !== "call" || node.fn !== "Option") continue;
    const last = node.args.findIndex(isNeverMissing);
    const unreachable = last < 0 ? undefined : node.args[last + 1];
    if (unreachable === undefined) continue;
    const message = "the operand before is never missing: this one is never reached";
    report.add(placed.file, placeOf(placed, unreachable), {
      rule: "unreachable-alternative",
      severity: "warning",
      message,
    });
  }
}

function isNeverMissing(expression: Expression): boolean {
  return expression.kind === "value" || (expression.kind === "vector" && expression.items.length > 1);
}
