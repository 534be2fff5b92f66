import { isSnapshotError } from "../../../base/errors.ts";
import { Regex } from "../../../base/regex/regex.ts";
import type { CallExpression, Expression } from "../ast.ts";
import { OPERATORS } from "../function-names.ts";
import { type FunctionReference, referenceOf, type StaticKind } from "../functions/reference.ts";
import { fits, type KindInference } from "./kinds.ts";
import type { CheckReport } from "./report.ts";
import { nodesOf, type PlacedExpression, placeOf } from "./walk.ts";

const OPERATOR_NAMES: ReadonlySet<string> = new Set(Object.values(OPERATORS));
const EQUALITY: ReadonlySet<string> = new Set(["Equals", "NotEq"]);
/** Functions that take a vector of one item for the item in every file. */
const UNWRAPPING: ReadonlySet<string> = new Set(["Max", "Min", "Abs", "And", "Or", "Not", "If"]);

/** Numbers and kinds of arguments, and regular expressions that are none. */
export function checkCalls(placed: PlacedExpression, kinds: KindInference, report: CheckReport): void {
  const checker = new CallChecker(placed, kinds, report);
  for (const { node, bound } of nodesOf(placed.expression)) if (node.kind === "call") checker.check(node, bound);
  checker.checkUse();
}

class CallChecker {
  private readonly placed: PlacedExpression;
  private readonly kinds: KindInference;
  private readonly report: CheckReport;

  constructor(placed: PlacedExpression, kinds: KindInference, report: CheckReport) {
    this.placed = placed;
    this.kinds = kinds;
    this.report = report;
  }

  check(call: CallExpression, bound: ReadonlySet<string>): void {
    if (EQUALITY.has(call.fn)) this.checkEquality(call, bound);
    else if (OPERATOR_NAMES.has(call.fn)) for (const arg of call.args) this.checkOperand(call, arg, bound);
    else this.checkFunction(call, referenceOf(call.fn)!, bound);
  }

  /** A trigger is a boolean. */
  checkUse(): void {
    const { placed } = this;
    if (placed.use !== "trigger") return;
    const kind = this.kinds.kindOf(placed.expression, placed.file, new Set());
    if (!fits(kind, "Bool", true)) {
      this.add(placed.expression, "wrong-kind", `a trigger is true or false, this is ${describe(kind)}`);
    } else if (isConstant(placed.expression)) {
      this.add(placed.expression, "constant-trigger", "the trigger does not depend on anything", "warning");
    }
  }

  private checkOperand(call: CallExpression, arg: Expression, bound: ReadonlySet<string>): void {
    const kind = this.kindOf(arg, bound);
    if (fits(kind, "Number", vectorMayFit(arg))) return;
    const outcome = this.placed.file.dialect.extended ? "" : "; the result counts as missing";
    this.add(arg, "wrong-kind", `"${call.sign}" needs numbers, this is ${describe(kind)}${outcome}`);
  }

  private checkEquality(call: CallExpression, bound: ReadonlySet<string>): void {
    const [a, b] = call.args.map((arg) => this.kindOf(arg, bound)) as [StaticKind, StaticKind];
    if (a === "Vector" || b === "Vector" || fits(a, b, true) || fits(b, a, true)) return;
    const bothNumbers = [a, b].every((kind) => kind === "Int" || kind === "Float" || kind === "Number");
    if (bothNumbers) return;
    const answer = call.fn === "Equals" ? "never" : "always";
    this.add(call, "wrong-kind", `${describe(a)} and ${describe(b)}: this is ${answer} true`, "warning");
  }

  private checkFunction(call: CallExpression, reference: FunctionReference, bound: ReadonlySet<string>): void {
    const { least, most } = reference;
    const count = call.args.length;
    if (count < least || (most !== undefined && count > most)) {
      const wanted = most === undefined ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`;
      this.add(call, "wrong-arity", `${reference.call} has ${wanted} argument${most === 1 ? "" : "s"}, not ${count}`);
      return;
    }
    if (call.fn === "Fn" && call.args[0]!.kind !== "vector") {
      this.add(call.args[0]!, "wrong-kind", "Fn needs its parameters as a list of names first");
    }
    call.args.forEach((arg, ix) => {
      this.checkArgument(call, reference, arg, ix, bound);
    });
    for (const ix of reference.regexArguments ?? []) this.checkRegex(call.args[ix]);
  }

  private checkArgument(
    call: CallExpression,
    reference: FunctionReference,
    arg: Expression,
    ix: number,
    bound: ReadonlySet<string>,
  ): void {
    const wanted = reference.takes[Math.min(ix, reference.takes.length - 1)] ?? "any";
    const kind = this.kindOf(arg, bound);
    const unwraps = UNWRAPPING.has(call.fn) || this.placed.file.dialect.unwrapEverywhere;
    if (fits(kind, wanted, unwraps && vectorMayFit(arg))) return;
    if (wanted === "Function") {
      this.add(arg, "not-a-function", `${call.fn} needs a function first, this is ${describe(kind)}`);
    } else if (kind === "Vector" && !unwraps && wanted !== "Vector") {
      const how = `Apply(Fn([x], ${call.fn}(x…)), …) takes it out`;
      this.add(arg, "not-unwrapped", `${call.fn} needs ${describe(wanted)}, and a vector stays a vector here: ${how}`);
    } else {
      this.add(arg, "wrong-kind", `${call.fn} needs ${describe(wanted)}, this is ${describe(kind)}`);
    }
  }

  private checkRegex(arg: Expression | undefined): void {
    if (arg?.kind !== "value" || arg.value.kind !== "String") return;
    try {
      new Regex(arg.value.value);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      this.add(
        arg,
        "malformed-regex",
        error.message.replace("reading a regular expression: ", "not a regular expression: "),
      );
    }
  }

  private kindOf(expression: Expression, bound: ReadonlySet<string>): StaticKind {
    return this.kinds.kindOf(expression, this.placed.file, bound);
  }

  private add(
    at: Expression,
    rule: "wrong-kind" | "wrong-arity" | "not-a-function" | "not-unwrapped" | "malformed-regex" | "constant-trigger",
    message: string,
    severity: "error" | "warning" = "error",
  ): void {
    this.report.add(this.placed.file, placeOf(this.placed, at), { rule, severity, message });
  }
}

/** A vector written out stands for its item only if it has one. */
function vectorMayFit(expression: Expression): boolean {
  return expression.kind !== "vector" || expression.items.length === 1;
}

function describe(kind: StaticKind): string {
  if (kind === "Number") return "a number";
  return /^[AEIOU]/i.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** Functions whose value is not in their arguments. */
const ASKING: ReadonlySet<string> = new Set(
  "Now SyslogHas KlogHas BootlogHas Annotation LogHas LogCount Fact Field Prev Delta Rate History".split(" "),
);

function isConstant(expression: Expression): boolean {
  for (const { node, bound } of nodesOf(expression)) {
    if (node.kind === "variable" && !bound.has(node.written)) return false;
    if (node.kind === "call" && ASKING.has(node.fn)) return false;
  }
  return true;
}
