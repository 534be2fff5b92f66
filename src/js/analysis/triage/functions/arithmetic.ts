import type { Expression } from "../ast.ts";
import type { Dialect } from "../dialect.ts";
import { type Problem, worstOf } from "../problems.ts";
import { displayValue } from "../value-text.ts";
import { bool, float, problemValue, unwrap, type Value } from "../values.ts";
import { type BuiltIn, type Call, evaluateArgs, syntaxError, valueError } from "./call.ts";
import { integer, truncate } from "./numbers.ts";

type Numeric = Extract<Value, { kind: "Int" | "Float" }>;

interface Operation {
  int(a: bigint, b: bigint, dialect: Dialect): Value;
  float(a: number, b: number, dialect: Dialect): Value;
}

/**
 * Operands of arithmetic: all numbers, or the problem that results. Other kinds count as missing, after all problems.
 * Source: specs/triage.md section 3.2.
 */
function numbersOf(call: Call, args: readonly Expression[]): readonly Numeric[] | Problem {
  const values = evaluateArgs(call, args).map(unwrap);
  return values.every(isNumber) ? values : problemAmong(values);
}

function isNumber(value: Value): value is Numeric {
  return value.kind === "Int" || value.kind === "Float";
}

function problemAmong(values: readonly Value[]): Problem {
  const problems: Problem[] = [];
  let stranger: Value | undefined;
  for (const value of values) {
    if (value.kind === "Problem") problems.push(value.problem);
    else if (!isNumber(value)) stranger = value;
  }
  if (stranger !== undefined) {
    problems.push({ kind: "Missing", message: `${displayValue(stranger)} not numeric`, cause: "typeMismatch" });
  }
  return worstOf(problems)!;
}

function isProblem(numbers: readonly Numeric[] | Problem): numbers is Problem {
  return "kind" in numbers;
}

function binary(operation: Operation): BuiltIn {
  return {
    evaluate(call, args): Value {
      const { evaluator, scope } = call;
      const a = unwrap(evaluator.evaluate(args[0]!, scope));
      const b = unwrap(evaluator.evaluate(args[1]!, scope));
      if (!isNumber(a) || !isNumber(b)) return problemValue(problemAmong([a, b]));
      return calculate(operation, a, b, scope.dialect);
    },
  };
}

function calculate(operation: Operation, a: Numeric, b: Numeric, dialect: Dialect): Value {
  if (a.kind === "Int" && b.kind === "Int") return operation.int(a.value, b.value, dialect);
  return operation.float(Number(a.value), Number(b.value), dialect);
}

function comparison(holds: <T extends bigint | number>(a: T, b: T) => boolean): BuiltIn {
  return binary({ int: (a, b) => bool(holds(a, b)), float: (a, b) => bool(holds(a, b)) });
}

const BY_ZERO: Problem = { kind: "ValueError", message: "Division by zero" };

/** Division by zero; the checked operators ask that it be ignored. */
function zeroDivisor(checked: boolean): Value {
  return problemValue(checked ? { kind: "Ignore", problems: [BY_ZERO] } : BY_ZERO);
}

function floatDivision(checked: boolean): BuiltIn {
  return binary({
    int: (a, b) => (b === 0n ? zeroDivisor(checked) : float(Number(a) / Number(b))),
    float: (a, b) => (b === 0 ? zeroDivisor(checked) : float(a / b)),
  });
}

function intDivision(checked: boolean): BuiltIn {
  return binary({
    int: (a, b, dialect) => (b === 0n ? zeroDivisor(checked) : integer(a / b, dialect)),
    float: (a, b, dialect) => {
      if (b === 0) return zeroDivisor(checked);
      const quotient = truncate(a / b);
      return quotient === undefined ? valueError("Non-numeric division result") : integer(quotient, dialect);
    },
  });
}

/** Max and Min: of any number of operands, all Int or else all Float. */
function extreme(isBetter: <T extends bigint | number>(a: T, b: T) => boolean): BuiltIn {
  const pick: Operation = {
    int: (a, b, dialect) => integer(isBetter(a, b) ? a : b, dialect),
    float: (a, b) => float(Number.isNaN(b) || isBetter(a, b) ? a : b),
  };
  return {
    evaluate(call, args): Value {
      if (args.length === 0) return syntaxError("No operands in math expression");
      const numbers = numbersOf(call, args);
      if (isProblem(numbers)) return problemValue(numbers);
      const start = numbers.every((n) => n.kind === "Int") ? numbers[0]! : float(Number(numbers[0]!.value));
      return numbers.reduce<Value>((best, n) => calculate(pick, best as Numeric, n, call.scope.dialect), start);
    },
  };
}

const abs: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError("Abs requires exactly one operand.");
    const numbers = numbersOf(call, args);
    if (isProblem(numbers)) return problemValue(numbers);
    const n = numbers[0]!;
    if (n.kind === "Float") return float(Math.abs(n.value));
    return integer(n.value < 0n ? -n.value : n.value, call.scope.dialect);
  },
};

type Names =
  | "Add"
  | "Sub"
  | "Mul"
  | "FloatDiv"
  | "FloatDivChecked"
  | "IntDiv"
  | "IntDivChecked"
  | "Greater"
  | "Less"
  | "GreaterEq"
  | "LessEq"
  | "Max"
  | "Min"
  | "Abs";

export const ARITHMETIC: Readonly<Record<Names, BuiltIn>> = {
  Add: binary({ int: (a, b, dialect) => integer(a + b, dialect), float: (a, b) => float(a + b) }),
  Sub: binary({ int: (a, b, dialect) => integer(a - b, dialect), float: (a, b) => float(a - b) }),
  Mul: binary({ int: (a, b, dialect) => integer(a * b, dialect), float: (a, b) => float(a * b) }),
  FloatDiv: floatDivision(false),
  FloatDivChecked: floatDivision(true),
  IntDiv: intDivision(false),
  IntDivChecked: intDivision(true),
  Greater: comparison((a, b) => a > b),
  Less: comparison((a, b) => a < b),
  GreaterEq: comparison((a, b) => a >= b),
  LessEq: comparison((a, b) => a <= b),
  Max: extreme((a, b) => a > b),
  Min: extreme((a, b) => a < b),
  Abs: abs,
};
