import type { Snapshot } from "../../model/snapshot.ts";
import { type EvaluateOptions, RuleRun } from "./evaluate-rules.ts";
import type { PluginResult, TriageResult } from "./results.ts";
import type { Action, Metric, RuleSet } from "./rules.ts";
import type { Value } from "./values.ts";

/** An action with the values it was judged by. */
export interface JudgedAction {
  readonly action: Action;
  /** Of the trigger, or of a gauge's value. */
  readonly value: Value;
  readonly repeat?: Value;
}

/** Everything a run knows: every action and every metric with its value, whether anything asked for it or not. */
export interface StructuredResult {
  readonly actions: ReadonlyMap<string, ReadonlyMap<string, JudgedAction>>;
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, { readonly metric: Metric; readonly value: Value }>>;
  readonly plugins: readonly PluginResult[];
  readonly errors: readonly string[];
}

/** Judges a snapshot and evaluates all metrics. Source: specs/triage.md section 7, structured output. */
export function evaluateStructured(
  rules: RuleSet,
  snapshot: Snapshot,
  options: EvaluateOptions = {},
): { readonly structured: StructuredResult; readonly result: TriageResult } {
  const run = new RuleRun(rules, snapshot, options);
  const result = run.evaluate();
  const actions = new Map<string, ReadonlyMap<string, JudgedAction>>();
  const metrics = new Map<string, ReadonlyMap<string, { metric: Metric; value: Value }>>();
  for (const [namespace, file] of rules.files) {
    const judged = result.outcomes.filter((outcome) => outcome.namespace === namespace);
    const ofFile = judged.map((outcome): [string, JudgedAction] => {
      const action = file.actions.get(outcome.action)!;
      const repeat = action.type === "Snapshot" ? { repeat: run.valueOf(action.repeat, file) } : {};
      return [action.name, { action, value: outcome.value, ...repeat }];
    });
    actions.set(namespace, new Map(ofFile));
    const values = Array.from(file.metrics, ([name, metric]): [string, { metric: Metric; value: Value }] => [
      name,
      { metric, value: run.metricValue(namespace, name, file) },
    ]);
    metrics.set(namespace, new Map(values));
  }
  return { structured: { actions, metrics, plugins: result.plugins, errors: result.errors }, result };
}
