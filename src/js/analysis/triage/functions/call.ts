import type { Expression } from "../ast.ts";
import type { Evaluator, Scope } from "../evaluator.ts";
import type { FunctionName } from "../function-names.ts";
import type { Problem, ProblemCause } from "../problems.ts";
import { type LambdaValue, problemValue, unwrap, type Value } from "../values.ts";

/** One call under evaluation. */
export interface Call {
  readonly evaluator: Evaluator;
  readonly scope: Scope;
  readonly name: FunctionName;
}

export interface BuiltIn {
  /** Arguments come unevaluated: some functions look at how they are written, some stop early. */
  evaluate(call: Call, args: readonly Expression[]): Value;
}

export function evaluateArgs(call: Call, args: readonly Expression[]): Value[] {
  return args.map((arg) => call.evaluator.evaluate(arg, call.scope));
}

/** The evaluated arguments of a function that takes a vector of one item for the item if its file says so. */
export function evaluatePlain(call: Call, args: readonly Expression[]): Value[] {
  const values = evaluateArgs(call, args);
  return call.scope.dialect.unwrapEverywhere ? values.map(unwrap) : values;
}

export function callLambda(call: Call, lambda: LambdaValue, args: readonly Value[]): Value {
  return call.evaluator.call(lambda, args, call.scope);
}

export function syntaxError(message: string): Value {
  return problemValue({ kind: "SyntaxError", message });
}

export function valueError(message: string, cause?: ProblemCause): Value {
  return problemValue({ kind: "ValueError", message, ...(cause && { cause }) });
}

export function missing(message: string): Value {
  return problemValue({ kind: "Missing", message });
}

/** The problem of a value, if it is one. */
export function problemOf(value: Value): Problem | undefined {
  return value.kind === "Problem" ? value.problem : undefined;
}
