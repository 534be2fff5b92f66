import { type Limits, withLimits } from "../../base/limits.ts";
import { NO_LOGS } from "../../model/logs.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { NO_STACKS } from "../../model/stacks.ts";
import { NO_VALUES } from "../../model/values.ts";
import { constantLookup } from "./constant.ts";
import { type Dialect, UPSTREAM } from "./dialect.ts";
import { Budget, Evaluator } from "./evaluator.ts";
import { MetricTable, SnapshotReader } from "./metric-table.ts";
import { parseExpression } from "./parser.ts";
import type { Metric, RuleFile, RuleSet, Trial } from "./rules.ts";
import { parseSelector } from "./selectors/parse-selector.ts";
import type { Selected } from "./selectors/select-inspect.ts";
import { createWorld } from "./snapshot-world.ts";
import { trialLookup } from "./trials.ts";
import { unwrap, type Value } from "./values.ts";

export interface TextEvaluation {
  /** The file the expression's names belong to; default "". */
  readonly namespace?: string;
  /** Metrics by file and name; without it the expression is constant, and any name in it a bug. */
  readonly metrics?: ReadonlyMap<string, ReadonlyMap<string, Metric>>;
  readonly snapshot?: Snapshot;
  /** Evaluates as in a trial with these values: nothing is selected. */
  readonly trialValues?: Trial["values"];
  readonly now?: bigint | undefined;
  /** As the value of an action: a vector of one item is the item. */
  readonly asAction?: boolean;
  readonly dialect?: Dialect;
  readonly limits?: Partial<Limits>;
}

const NO_METRICS: ReadonlyMap<string, ReadonlyMap<string, Metric>> = new Map();

const NOTHING: Snapshot = {
  schema: 1,
  format: "inspect",
  inputs: [],
  facts: [],
  stacks: NO_STACKS,
  issues: [],
  native: undefined,
  values: NO_VALUES,
  logs: NO_LOGS,
};

/**
 * Evaluates one expression.
 * @throws SnapshotError `ExpressionSyntax`, `LimitExceeded`
 */
export function evaluateText(text: string, options: TextEvaluation = {}): Value {
  const { namespace = "", dialect = UPSTREAM, metrics = NO_METRICS } = options;
  const limits = withLimits(options.limits);
  const expression = parseExpression(text, { limits, extended: dialect.extended });
  const files = new Map<string, RuleFile>();
  for (const [name, ofFile] of metrics) files.set(name, fileOf(name, ofFile, dialect));
  const file = fileOf(namespace, metrics.get(namespace) ?? new Map(), dialect);
  const world = createWorld(options.snapshot ?? NOTHING, { now: options.now });
  const budget = new Budget(limits);
  let value: Value;
  if (options.trialValues !== undefined) {
    const lookup = trialLookup(file, { values: options.trialValues });
    const evaluator: Evaluator = new Evaluator(world, budget, (variable, scope) => lookup(variable, scope, evaluator));
    value = evaluator.evaluate(expression, { namespace, dialect, bound: new Map() });
  } else if (options.metrics === undefined) {
    value = new Evaluator(world, budget, constantLookup).evaluate(expression, { namespace, dialect, bound: new Map() });
  } else {
    const rules: RuleSet = { files, warnings: [] };
    value = new MetricTable(rules, new SnapshotReader(options.snapshot ?? NOTHING), world, budget).evaluate(
      expression,
      file,
    );
  }
  return options.asAction === true ? unwrap(value) : value;
}

/**
 * What one selector finds, with places, in document order.
 * @throws SnapshotError `SelectorSyntax`
 */
export function selectValues(selector: string, snapshot: Snapshot, dialect: Dialect = UPSTREAM): readonly Selected[] {
  const parsed = parseSelector({ text: selector, start: 0 }, dialect);
  const { spend } = new Budget(withLimits());
  return new SnapshotReader(snapshot).select(parsed, { dialect, spend });
}

function fileOf(namespace: string, metrics: ReadonlyMap<string, Metric>, dialect: Dialect): RuleFile {
  return { namespace, fileName: namespace, text: "", dialect, metrics, actions: new Map(), trials: [] };
}
