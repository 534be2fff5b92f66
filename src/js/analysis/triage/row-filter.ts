import { isSnapshotError } from "../../base/errors.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { Scalar } from "../../model/values.ts";
import { EXTENDED } from "./dialect.ts";
import { Budget, Evaluator, type Lookup } from "./evaluator.ts";
import { parseExpression } from "./parser.ts";
import { renderProblem } from "./problems.ts";
import { bool, float, int, problemValue, string, unwrap, type Value, vector } from "./values.ts";
import { EMPTY_WORLD } from "./world.ts";

/** What a row has in a column; undefined if there is no such column. */
export type RowField = (path: string) => Scalar | readonly Scalar[] | undefined;

/** A filter over the rows of a table. */
export interface RowFilter {
  /** True only if the expression is exactly true for the row. */
  keeps(row: RowField): boolean;
  /** Rows dropped because the expression was a problem for them. */
  readonly problems: number;
  /** The first of these problems, as text. */
  readonly firstProblem: string | undefined;
}

/**
 * A filter from an expression in extended mode: names are columns, `Field('a.b')` reaches the others. A problem drops
 * the row and is counted.
 * @throws SnapshotError `ExpressionSyntax`, `LimitExceeded`
 */
export function createRowFilter(text: string, limits: Partial<Limits> = {}): RowFilter {
  return new ExpressionFilter(text, withLimits(limits));
}

class ExpressionFilter implements RowFilter {
  problems = 0;
  firstProblem: string | undefined;
  private readonly expression: ReturnType<typeof parseExpression>;
  private readonly limits: Limits;
  /** Compiled patterns are kept from row to row. */
  private readonly patterns: Budget["patterns"];

  constructor(text: string, limits: Limits) {
    this.expression = parseExpression(text, { limits, extended: true });
    this.limits = limits;
    this.patterns = new Budget(limits).patterns;
  }

  keeps(row: RowField): boolean {
    const value = this.evaluate(row);
    if (value.kind === "Bool") return value.value;
    this.problems++;
    this.firstProblem ??=
      value.kind !== "Problem"
        ? value.kind
        : value.problem.kind === "Ignore"
          ? renderProblem(value.problem)
          : value.problem.message;
    return false;
  }

  private evaluate(row: RowField): Value {
    const field = (path: string): Value | undefined => {
      const found = row(path);
      return found === undefined ? undefined : toValue(found);
    };
    const lookup: Lookup = ({ written }) =>
      field(written) ?? problemValue({ kind: "SyntaxError", message: `No column '${written}'` });
    const evaluator = new Evaluator({ ...EMPTY_WORLD, field }, new Budget(this.limits, this.patterns), lookup);
    try {
      return unwrap(evaluator.evaluate(this.expression, { namespace: "", bound: new Map(), dialect: EXTENDED }));
    } catch (error) {
      if (!isSnapshotError(error) || error.code !== "LimitExceeded") throw error;
      return problemValue({ kind: "EvaluationError", message: error.message, cause: "limit" });
    }
  }
}

function toValue(found: Scalar | readonly Scalar[]): Value {
  if (found instanceof Uint8Array) return { kind: "Bytes", value: found };
  if (typeof found === "object" && found !== null) return vector(found.map(toValue));
  if (found === null) return problemValue({ kind: "Missing", message: "null" });
  if (typeof found === "bigint") return int(found);
  if (typeof found === "number") return float(found);
  return typeof found === "string" ? string(found) : bool(found);
}
