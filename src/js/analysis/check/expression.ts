import type { Snapshot } from "../../model/snapshot.ts";
import type { VerdictWord } from "../../view/verdict.ts";
import { EXTENDED } from "../triage/dialect.ts";
import { evaluateText } from "../triage/evaluate-text.ts";
import { loadRules } from "../triage/load-rules.ts";
import { renderProblem } from "../triage/problems.ts";
import { displayValue } from "../triage/value-text.ts";

/** The file that the names of an assertion belong to. */
const NAMESPACE = "assertion";

/**
 * Evaluates an expression of the rule language over a snapshot. Only true passes; what is missing cannot be judged.
 * @throws SnapshotError `ExpressionSyntax`, `InvalidRules`, `LimitExceeded`.
 */
export function evaluateExpression(
  expression: string,
  select: ReadonlyMap<string, string>,
  snapshot: Snapshot,
): { verdict: VerdictWord; message: string } {
  const text = JSON.stringify({ extended: true, select: Object.fromEntries(select) });
  const rules = loadRules([{ namespace: NAMESPACE, text }]);
  const metrics = new Map([...rules.files].map(([name, file]) => [name, file.metrics] as const));
  const value = evaluateText(expression, {
    namespace: NAMESPACE,
    metrics,
    snapshot,
    dialect: EXTENDED,
    asAction: true,
  });
  if (value.kind === "Problem") {
    const verdict = value.problem.kind === "Missing" ? "Inconclusive" : "Fail";
    return { verdict, message: `${expression}: ${renderProblem(value.problem)}` };
  }
  if (value.kind === "Bool" && value.value) return { verdict: "Pass", message: "" };
  return { verdict: "Fail", message: `${expression} is ${displayValue(value)}, expected true` };
}
