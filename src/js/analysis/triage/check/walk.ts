import { offsetInString } from "../../../base/json5.ts";
import type { Expression, VariableExpression } from "../ast.ts";
import type { Action, EvalMetric, Message, RuleFile, SourceText } from "../rules.ts";

/** An expression of a rule file with what it is for. */
export interface PlacedExpression {
  readonly file: RuleFile;
  readonly expression: Expression;
  readonly source: SourceText;
  readonly use: "metric" | "trigger" | "gauge" | "repeat" | "message";
  /** Name of the metric or action. */
  readonly owner: string;
}

export function expressionsOf(file: RuleFile): PlacedExpression[] {
  const placed: PlacedExpression[] = [];
  for (const [owner, metric] of file.metrics) {
    if (metric.kind === "eval") placed.push({ file, ...metric, use: "metric", owner });
  }
  for (const action of file.actions.values()) {
    for (const one of actionExpressions(action)) placed.push({ file, owner: action.name, ...one });
  }
  return placed;
}

type UsedExpression = Pick<PlacedExpression, "expression" | "source" | "use">;

function actionExpressions(action: Action): UsedExpression[] {
  const of = (metric: EvalMetric, use: PlacedExpression["use"]): UsedExpression => ({
    expression: metric.expression,
    source: metric.source,
    use,
  });
  if (action.type === "Gauge") return [of(action.value, "gauge")];
  if (action.type === "Alert") return [of(action.trigger, "trigger"), ...messageExpressions(action.print)];
  return [of(action.trigger, "trigger"), of(action.repeat, "repeat"), ...messageExpressions(action.signature)];
}

function messageExpressions(message: Message): UsedExpression[] {
  return (message.parts ?? []).flatMap((part) =>
    "expression" in part ? [{ expression: part.expression, source: part.source, use: "message" as const }] : [],
  );
}

/** The offset in its file of a place in an expression. */
export function placeOf({ file, source }: PlacedExpression, expression: Expression): number {
  return offsetInString(file.text, source.start, expression.span.start);
}

/** A node of an expression with the parameters that are bound there. */
export interface BoundNode {
  readonly node: Expression;
  readonly bound: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Every node of an expression, outer ones first; parameter lists are not among them. */
export function* nodesOf(expression: Expression, bound: ReadonlySet<string> = NOTHING): Iterable<BoundNode> {
  yield { node: expression, bound };
  if (expression.kind === "vector") for (const item of expression.items) yield* nodesOf(item, bound);
  if (expression.kind !== "call") return;
  const names = boundNames(expression);
  if (names === undefined) for (const arg of expression.args) yield* nodesOf(arg, bound);
  else {
    const inner = new Set([...bound, ...names.names.map((name) => name.name)]);
    for (const arg of names.outside) yield* nodesOf(arg, bound);
    yield* nodesOf(names.body, inner);
  }
}

/** The names that a call of Fn or Let binds, if it is well formed. */
export function boundNames(call: Extract<Expression, { kind: "call" }>):
  | {
      readonly names: readonly VariableExpression[];
      readonly outside: readonly Expression[];
      readonly body: Expression;
    }
  | undefined {
  const [first, second, third] = call.args;
  if (call.fn === "Fn" && first?.kind === "vector" && second !== undefined && call.args.length === 2) {
    const names = first.items.filter((item): item is VariableExpression => item.kind === "variable");
    return { names, outside: [], body: second };
  }
  if (call.fn === "Let" && first?.kind === "variable" && second !== undefined && third !== undefined) {
    return { names: [first], outside: [second], body: third };
  }
  return undefined;
}
