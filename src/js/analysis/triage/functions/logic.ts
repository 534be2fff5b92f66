import type { Expression } from "../ast.ts";
import { type Problem, type ProblemKind, worstOf } from "../problems.ts";
import { debugValue } from "../value-text.ts";
import { bool, EMPTY_VECTOR, equalValues, FALSE, problemValue, TRUE, unwrap, type Value } from "../values.ts";
import { type BuiltIn, type Call, evaluateArgs, missing, problemOf, syntaxError, valueError } from "./call.ts";

function equality(wanted: boolean): BuiltIn {
  return {
    evaluate(call, args): Value {
      const { evaluator, scope } = call;
      const a = unwrap(evaluator.evaluate(args[0]!, scope));
      const b = unwrap(evaluator.evaluate(args[1]!, scope));
      const worst = a.kind === "Problem" || b.kind === "Problem" ? worstAmong([a, b]) : undefined;
      if (worst !== undefined) return problemValue(worst);
      return bool(equalValues(a, b, call.evaluator.budget.spend) === wanted);
    },
  };
}

/**
 * The result of And (`decisive` false) or Or (`decisive` true) over values taken one at a time: the first decisive
 * value, problem or value of another kind ends it.
 */
export function combineBools(values: Iterable<Value>, decisive: boolean): Value {
  for (const value of values) {
    const end = endOfJunction(value, decisive);
    if (end !== undefined) return end;
  }
  return bool(!decisive);
}

/** What And or Or is if this value ends it. */
function endOfJunction(value: Value, decisive: boolean): Value | undefined {
  const item = unwrap(value);
  if (item.kind === "Problem") return item;
  if (item.kind !== "Bool") return valueError(`${debugValue(item)} is not boolean`, "typeMismatch");
  return item.value === decisive ? item : undefined;
}

function junction(decisive: boolean): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length === 0) return syntaxError("No operands in boolean expression");
      for (const arg of args) {
        const end = endOfJunction(call.evaluator.evaluate(arg, call.scope), decisive);
        if (end !== undefined) return end;
      }
      return bool(!decisive);
    },
  };
}

const not: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError(`Wrong number of arguments (${args.length}) for unary bool operator`);
    const value = unwrap(evaluateArgs(call, args)[0]!);
    if (value.kind === "Problem") return value;
    return value.kind === "Bool" ? bool(!value.value) : valueError(`${debugValue(value)} not boolean`, "typeMismatch");
  },
};

function constant(value: Value): BuiltIn {
  return {
    evaluate: (_call, args) => (args.length === 0 ? value : syntaxError("Boolean functions don't take any arguments")),
  };
}

/** Missing and UnhandledType: a problem of one kind is true, another propagates; a sole item counts as the value. */
function inspection(kind: ProblemKind, ofEmpty: boolean): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 1) return wrongOperands(call, args);
      const value = evaluateArgs(call, args)[0]!;
      if (value.kind === "Vector" && value.items.length === 0) return bool(ofEmpty);
      const sole = unwrap(value);
      if (sole.kind !== "Problem") return FALSE;
      return sole.problem.kind === kind ? TRUE : sole;
    },
  };
}

const isProblem: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return wrongOperands(call, args);
    return bool(evaluateArgs(call, args)[0]!.kind === "Problem");
  },
};

function wrongOperands(call: Call, args: readonly Expression[]): Value {
  return syntaxError(`Wrong number of operands for ${call.name}(): ${args.length}`);
}

/**
 * The first usable of several values: not Missing and not a vector of nothing but one Missing; an empty vector only
 * if nothing else is. Source: specs/triage.md section 3.6.
 */
export function firstUsable(values: readonly Value[]): Value {
  let empty = false;
  for (const value of values) {
    const sole = unwrap(value);
    if (sole.kind === "Problem" && sole.problem.kind === "Missing") continue;
    if (value.kind !== "Vector" || value.items.length > 0) return value;
    empty = true;
  }
  return empty ? EMPTY_VECTOR : missing("Every value was missing");
}

const option: BuiltIn = { evaluate: (call, args) => firstUsable(evaluateArgs(call, args)) };

type Names =
  | "Equals"
  | "NotEq"
  | "And"
  | "Or"
  | "Not"
  | "True"
  | "False"
  | "Missing"
  | "UnhandledType"
  | "Problem"
  | "Option";

export const LOGIC: Readonly<Record<Names, BuiltIn>> = {
  Equals: equality(true),
  NotEq: equality(false),
  And: junction(false),
  Or: junction(true),
  Not: not,
  True: constant(TRUE),
  False: constant(FALSE),
  Missing: inspection("Missing", true),
  UnhandledType: inspection("UnhandledType", false),
  Problem: isProblem,
  Option: option,
};

/** The most severe of the problems among values. */
export function worstAmong(values: readonly Value[]): Problem | undefined {
  return worstOf(values.flatMap((value) => problemOf(value) ?? []));
}
