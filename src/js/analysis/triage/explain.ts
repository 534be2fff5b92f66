import { isSnapshotError } from "../../base/errors.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Expression } from "./ast.ts";
import { expressionsOf, nodesOf } from "./check/walk.ts";
import { Budget, type Tracer } from "./evaluator.ts";
import { MetricTable, SnapshotReader } from "./metric-table.ts";
import type { Action, RuleFile, RuleSet } from "./rules.ts";
import { createWorld, type WorldOptions } from "./snapshot-world.ts";
import { displayValue } from "./value-text.ts";
import { problemValue, unwrap, type Value } from "./values.ts";

/** A sub-expression with its value and what that came from. Plain. */
export interface ExplainedStep {
  /** As written; the call of a function shows its body. */
  readonly text: string;
  /** Display form of the value. */
  readonly value: string;
  readonly steps: readonly ExplainedStep[];
  /** Steps that are not listed. */
  readonly omitted: number;
  /** For a metric that selects: what each of its selectors found. */
  readonly selectors?: readonly ExplainedSelector[];
  /** What a reader may not expect. */
  readonly note?: string;
}

export interface ExplainedSelector {
  readonly selector: string;
  readonly found: readonly { readonly value: string; readonly from: string; readonly note?: string }[];
  readonly omitted: number;
}

export interface ActionExplanation {
  readonly namespace: string;
  readonly action: string;
  readonly type: Action["type"];
  readonly step: ExplainedStep;
  /** Selectors that found nothing: what the action needs and does not have. */
  readonly needs: readonly string[];
}

export interface ExplainOptions extends WorldOptions {
  readonly limits?: Partial<Limits>;
  /** Which actions; default all. */
  readonly wants?: (namespace: string, action: Action) => boolean;
}

/** Steps listed below one step, and values of one selector. */
const MAX_LISTED = 20;
/** Steps of one explanation in all. */
const MAX_STEPS = 2_000;

/** Why each action fired, did not, or could not be judged: every sub-expression with its value. */
export function explainActions(
  rules: RuleSet,
  snapshot: Snapshot,
  options: ExplainOptions = {},
): readonly ActionExplanation[] {
  const texts = textsOf(rules);
  const reader = new SnapshotReader(snapshot);
  const explanations: ActionExplanation[] = [];
  for (const file of rules.files.values()) {
    for (const action of file.actions.values()) {
      if (options.wants?.(file.namespace, action) === false) continue;
      const trace = new Trace(texts);
      const world = createWorld(snapshot, options);
      const table = new MetricTable(rules, reader, world, new Budget(withLimits(options.limits)), trace);
      trace.table = table;
      explanations.push(explainAction(file, action, table, trace));
    }
  }
  return explanations;
}

function explainAction(file: RuleFile, action: Action, table: MetricTable, trace: Trace): ActionExplanation {
  const metric = action.type === "Gauge" ? action.value : action.trigger;
  let value: Value;
  try {
    value = unwrap(table.evaluate(metric.expression, file));
  } catch (error) {
    if (!isSnapshotError(error) || error.code !== "LimitExceeded") throw error;
    value = problemValue({ kind: "EvaluationError", message: error.message, cause: "limit" });
  }
  const step = { ...trace.finish(metric.source.text), value: displayValue(value) };
  return { namespace: file.namespace, action: action.name, type: action.type, step, needs: [...trace.needs] };
}

/** The text of every sub-expression of a set of rules. */
function textsOf(rules: RuleSet): ReadonlyMap<Expression, string> {
  const texts = new Map<Expression, string>();
  for (const file of rules.files.values()) {
    for (const { expression, source } of expressionsOf(file)) {
      for (const { node } of nodesOf(expression)) texts.set(node, source.text.slice(node.span.start, node.span.end));
    }
  }
  return texts;
}

interface OpenStep {
  readonly steps: ExplainedStep[];
  omitted: number;
  namespace: string;
}

/** Builds the tree of steps as the evaluator goes. */
class Trace implements Tracer {
  table: MetricTable | undefined;
  readonly needs = new Set<string>();
  private readonly texts: ReadonlyMap<Expression, string>;
  private readonly open: OpenStep[] = [{ steps: [], omitted: 0, namespace: "" }];
  private total = 0;

  constructor(texts: ReadonlyMap<Expression, string>) {
    this.texts = texts;
  }

  enter(_expression: Expression, scope: { readonly namespace: string }): void {
    this.open.push({ steps: [], omitted: 0, namespace: scope.namespace });
  }

  leave(expression: Expression, value: Value): void {
    const { steps, omitted, namespace } = this.open.pop()!;
    const parent = this.open.at(-1)!;
    if (parent.steps.length >= MAX_LISTED || this.total >= MAX_STEPS) {
      parent.omitted++;
      return;
    }
    // A constant explains itself.
    if (expression.kind === "value") return;
    this.total++;
    const selectors = expression.kind === "variable" ? this.selectorsOf(expression, namespace) : undefined;
    const note = noteOf(value);
    parent.steps.push({
      text: this.texts.get(expression) ?? "",
      value: displayValue(value),
      steps,
      omitted,
      ...(selectors && { selectors }),
      ...(note !== undefined && { note }),
    });
  }

  /** The root of the tree; what a used-up limit left open is closed. */
  finish(text: string): ExplainedStep {
    while (this.open.length > 1) {
      const { steps, omitted } = this.open.pop()!;
      const parent = this.open.at(-1)!;
      for (const step of steps) parent.steps.push(step);
      parent.omitted += omitted;
    }
    const [{ steps, omitted }] = this.open as [OpenStep];
    return steps.length === 1 ? steps[0]! : { text, value: "", steps, omitted };
  }

  private selectorsOf(
    variable: Extract<Expression, { kind: "variable" }>,
    namespace: string,
  ): readonly ExplainedSelector[] | undefined {
    const found = this.table?.selectedBy(variable.namespace ?? namespace, variable.name);
    if (found === undefined) return undefined;
    const isFound = found.some(({ selected }) => selected.some(({ value }) => value.kind !== "Problem"));
    if (!isFound) for (const { selector } of found) this.needs.add(selector);
    return found.map(({ selector, selected }) => ({
      selector,
      found: selected.slice(0, MAX_LISTED).map(({ value, from, wrappedFrom }) => ({
        value: displayValue(value),
        from,
        ...(wrappedFrom !== undefined && { note: `written as ${wrappedFrom}: wrapped at 64 bits` }),
      })),
      omitted: Math.max(0, selected.length - MAX_LISTED),
    }));
  }
}

function noteOf(value: Value): string | undefined {
  if (value.kind !== "Problem" || value.problem.kind === "Ignore") return undefined;
  if (value.problem.cause !== "typeMismatch") return undefined;
  return value.problem.kind === "Missing"
    ? "a value of the wrong kind: it counts as missing"
    : "a value of the wrong kind";
}
