import type { Limits } from "../../base/limits.ts";
import type { Expression } from "./ast.ts";
import { type Dialect, UPSTREAM } from "./dialect.ts";
import { Budget, Evaluator } from "./evaluator.ts";
import { problemValue, type Value } from "./values.ts";
import { EMPTY_WORLD } from "./world.ts";

/**
 * The value of an expression that may not ask about anything: check intervals, repeats, the `now` of trials.
 * Any name is an InternalBug, as upstream has it. Source: specs/triage.md section 3.6.
 */
export function evaluateConstant(expression: Expression, limits: Limits, dialect: Dialect = UPSTREAM): Value {
  const evaluator = new Evaluator(EMPTY_WORLD, new Budget(limits), constantLookup);
  return evaluator.evaluate(expression, { namespace: "", bound: new Map(), dialect });
}

export function constantLookup(): Value {
  return problemValue({ kind: "InternalBug", message: "BUG! Bad namespace ''" });
}
