import type { Snapshot } from "../../model/snapshot.ts";
import type { Expression, VariableExpression } from "./ast.ts";
import { type Budget, Evaluator, type Lookup, type Scope, type Tracer } from "./evaluator.ts";
import { firstUsable } from "./functions/logic.ts";
import type { Metric, RuleFile, RuleSet, Selector } from "./rules.ts";
import { InspectTrees, type SelectContext, type Selected } from "./selectors/select-inspect.ts";
import { selectFromSnapshot } from "./selectors/select-snapshot.ts";
import { type Bindings, problemValue, type Value, vector } from "./values.ts";
import type { PreviousWorld, World } from "./world.ts";

const NOTHING_BOUND: Bindings = new Map();

/** What one selector of a metric found. */
export interface SelectorResult {
  readonly selector: string;
  readonly selected: readonly Selected[];
}

/** Finds values in one snapshot; made once for all files and runs over it. */
export class SnapshotReader {
  private readonly snapshot: Snapshot;
  private trees: InspectTrees | undefined;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  select(selector: Selector, context: SelectContext): readonly Selected[] {
    if (selector.type === "SNAPSHOT") return selectFromSnapshot(this.snapshot, selector.parsed, selector.body, context);
    this.trees ??= new InspectTrees(this.snapshot);
    return this.trees.select(selector.parsed, selector.body, context);
  }
}

/**
 * The metrics of a rule set over one snapshot. Each is evaluated at most once; failures are kept too.
 * Source: specs/triage.md section 3.6.
 */
export class MetricTable {
  readonly evaluator: Evaluator;
  private readonly rules: RuleSet;
  private readonly reader: SnapshotReader;
  /** Undefined for a metric under evaluation. */
  private readonly known = new Map<Metric, Value | undefined>();
  /** Kept for explanations only. */
  private readonly found: Map<Metric, readonly SelectorResult[]> | undefined;

  constructor(rules: RuleSet, reader: SnapshotReader, world: World, budget: Budget, tracer?: Tracer) {
    this.rules = rules;
    this.reader = reader;
    this.found = tracer && new Map();
    this.evaluator = new Evaluator(world, budget, this.lookup, tracer);
  }

  /** The value of a metric by its file and name. */
  valueOf(namespace: string, name: string): Value {
    return this.resolve(namespace, name, name);
  }

  /** What each selector of a metric found, if it has been evaluated and a tracer was given. */
  selectedBy(namespace: string, name: string): readonly SelectorResult[] | undefined {
    const metric = this.rules.files.get(namespace)?.metrics.get(name);
    return metric && this.found?.get(metric);
  }

  /** Evaluates an expression of a file; its names are the file's. */
  evaluate(
    expression: Expression,
    file: Pick<RuleFile, "namespace" | "dialect">,
    bound: Bindings = NOTHING_BOUND,
  ): Value {
    return this.evaluator.evaluate(expression, { namespace: file.namespace, dialect: file.dialect, bound });
  }

  /** This table as the earlier one of a series. */
  asPrevious(): PreviousWorld {
    return {
      world: this.evaluator.world,
      evaluate: (expression, namespace, bound) => {
        const file = this.rules.files.get(namespace);
        if (file === undefined) return badNamespace(namespace);
        return this.evaluate(expression, file, bound);
      },
    };
  }

  private readonly lookup: Lookup = (variable: VariableExpression, scope: Scope): Value =>
    this.resolve(variable.namespace ?? scope.namespace, variable.name, variable.written);

  private resolve(namespace: string, name: string, written: string): Value {
    const file = this.rules.files.get(namespace);
    if (file === undefined) return badNamespace(namespace);
    const metric = file.metrics.get(name);
    if (metric === undefined) return notFound(name, namespace);
    const known = this.known.get(metric);
    if (known !== undefined) return known;
    if (this.known.has(metric)) return cycleAt(written);
    this.known.set(metric, undefined);
    let value: Value | undefined;
    try {
      value = this.evaluateMetric(metric, file);
    } finally {
      // A metric that used up a limit is tried again when it is next needed.
      if (value === undefined) this.known.delete(metric);
      else this.known.set(metric, value);
    }
    return value;
  }

  private evaluateMetric(metric: Metric, file: RuleFile): Value {
    if (metric.kind === "value") return metric.value;
    if (metric.kind === "eval") return this.evaluate(metric.expression, file);
    const context: SelectContext = { dialect: file.dialect, spend: this.evaluator.budget.spend };
    const found = metric.selectors.map((selector) => this.reader.select(selector, context));
    this.found?.set(
      metric,
      metric.selectors.map((selector, ix) => ({ selector: selector.full, selected: found[ix]! })),
    );
    return firstUsable(found.map((selected) => vector(selected.map((one) => one.value))));
  }
}

function badNamespace(namespace: string): Value {
  return problemValue({ kind: "SyntaxError", message: `Bad namespace '${namespace}'` });
}

export function notFound(name: string, namespace: string): Value {
  return problemValue({ kind: "SyntaxError", message: `Metric '${name}' Not Found in '${namespace}'` });
}

export function cycleAt(written: string): Value {
  const message = `Cycle encountered while evaluating variable ${written} in the expression`;
  return problemValue({ kind: "EvaluationError", message });
}
