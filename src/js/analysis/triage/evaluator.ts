import type { SnapshotError } from "../../base/errors.ts";
import { type Limits, limitExceeded } from "../../base/limits.ts";
import type { Regex } from "../../base/regex/regex.ts";
import type { Expression, VariableExpression } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import { FUNCTIONS } from "./functions/table.ts";
import { type Bindings, type LambdaValue, problemValue, type Value, vector } from "./values.ts";
import type { World } from "./world.ts";

/** Where an expression stands: what its names mean. */
export interface Scope {
  /** The file its unqualified names belong to. */
  readonly namespace: string;
  /** Parameters of the functions around it. */
  readonly bound: Bindings;
  readonly dialect: Dialect;
}

/** Gives the values of names that are not parameters. */
export type Lookup = (variable: VariableExpression, scope: Scope) => Value;

/** Told of every sub-expression, innermost first; for explanations. */
export interface Tracer {
  enter(expression: Expression, scope: Scope): void;
  leave(expression: Expression, value: Value): void;
}

/** No limit goes beyond this: the host's own stack ends not far above (measured: between 1,000 and 2,000). */
const MAX_DEPTH = 1_000;

/** What one run of rules uses up, and the patterns it has compiled; shared by everything that is evaluated in it. */
export class Budget {
  readonly limits: Limits;
  readonly patterns: Map<string, Regex | "malformed">;
  depth = 0;
  private steps = 0;

  constructor(limits: Limits, patterns: Map<string, Regex | "malformed"> = new Map()) {
    this.limits = { ...limits, evaluationDepth: Math.min(limits.evaluationDepth, MAX_DEPTH) };
    this.patterns = patterns;
  }

  /** @throws SnapshotError `LimitExceeded` */
  readonly spend = (steps: number): void => {
    this.steps += steps;
    if (this.steps > this.limits.evaluationSteps) {
      throw this.exceeded("evaluationSteps", this.limits.evaluationSteps, this.steps);
    }
  };

  enter(): void {
    this.spend(1);
    if (++this.depth > this.limits.evaluationDepth) {
      throw this.exceeded("evaluationDepth", this.limits.evaluationDepth, this.depth);
    }
  }

  /** After a limit: what comes next gets a hundredth of the steps, so that one expression does not take all others'. */
  recover(depth: number): void {
    this.depth = depth;
    const { evaluationSteps } = this.limits;
    this.steps = Math.min(this.steps, evaluationSteps - Math.ceil(evaluationSteps / 100));
  }

  private exceeded(name: "evaluationSteps" | "evaluationDepth", max: number, actual: number): SnapshotError {
    return limitExceeded(name, max, actual, "evaluating rules");
  }
}

/**
 * Evaluates expressions over one world (a snapshot, or a trial). Recursion is bounded by the budget's depth, work by
 * its steps; problems are values, only a used-up budget throws.
 */
export class Evaluator {
  readonly world: World;
  readonly budget: Budget;
  private readonly lookup: Lookup;
  private readonly tracer: Tracer | undefined;

  constructor(world: World, budget: Budget, lookup: Lookup, tracer?: Tracer) {
    this.world = world;
    this.budget = budget;
    this.lookup = lookup;
    this.tracer = tracer;
  }

  evaluate(expression: Expression, scope: Scope): Value {
    this.budget.enter();
    this.tracer?.enter(expression, scope);
    const value = this.valueOf(expression, scope);
    this.tracer?.leave(expression, value);
    this.budget.depth--;
    return value;
  }

  /** Evaluates a function's body with its parameters bound. */
  call(lambda: LambdaValue, args: readonly Value[], caller: Scope): Value {
    const wanted = lambda.params.length;
    if (args.length !== wanted) {
      const message = `Function has ${wanted} parameters and needs ${wanted} arguments, but has ${args.length}.`;
      return problemValue({ kind: "SyntaxError", message });
    }
    const bound = new Map(lambda.bound);
    lambda.params.forEach((name, ix) => {
      bound.set(name, args[ix]!);
    });
    const namespace = lambda.dialect.lexicalScope ? lambda.namespace : caller.namespace;
    return this.evaluate(lambda.body, { namespace, bound, dialect: lambda.dialect });
  }

  private valueOf(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case "value":
        return expression.value;
      case "variable":
        return (
          (scope.bound.size > 0 ? scope.bound.get(expression.written) : undefined) ?? this.lookup(expression, scope)
        );
      case "vector":
        return vector(expression.items.map((item) => this.evaluate(item, scope)));
      case "call":
        return FUNCTIONS.get(expression.fn)!.evaluate({ evaluator: this, scope, name: expression.fn }, expression.args);
    }
  }
}
