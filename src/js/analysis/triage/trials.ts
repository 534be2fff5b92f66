import { isSnapshotError } from "../../base/errors.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { VariableExpression } from "./ast.ts";
import { evaluateConstant } from "./constant.ts";
import { Budget, Evaluator, type Scope } from "./evaluator.ts";
import { formatGauge } from "./gauge-text.ts";
import { cycleAt, MetricTable, notFound, SnapshotReader } from "./metric-table.ts";
import { parseExpression } from "./parser.ts";
import type { Action, EvalMetric, Message, RuleFile, RuleSet, Trial, TrialExpectations } from "./rules.ts";
import { createWorld } from "./snapshot-world.ts";
import { formatValue } from "./template.ts";
import { type ActionCoverage, coverageOf } from "./trial-coverage.ts";
import { debugValue, displayValue } from "./value-text.ts";
import { problemValue, unwrap, type Value } from "./values.ts";
import type { World } from "./world.ts";

export interface TrialOptions {
  readonly limits?: Partial<Limits>;
  /** Opens the `inspect` of trials in extended mode; without it such trials fail. */
  readonly openInspect?: (json5: string) => Snapshot;
}

/** One expectation of one trial. */
export interface TrialCheck {
  readonly namespace: string;
  readonly trial: string;
  readonly action: string;
  /** What was expected: that it fires, that it does not, or a text. */
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

export interface TrialReport {
  readonly checks: readonly TrialCheck[];
  readonly passed: number;
  readonly failed: number;
  /** What ended a trial before its checks: the text of the tool that found it. */
  readonly errors: readonly string[];
  /** Every action of every file. */
  readonly coverage: readonly ActionCoverage[];
}

/** Runs the trials of every file. Source: specs/triage.md section 6. */
export function runTrials(rules: RuleSet, options: TrialOptions = {}): TrialReport {
  const checks: TrialCheck[] = [];
  const errors: string[] = [];
  for (const file of rules.files.values()) {
    for (const trial of file.trials) {
      const run = new TrialRun(rules, file, trial, options);
      const error = run.setUp();
      if (error !== undefined) errors.push(error);
      else for (const check of run.checks()) checks.push(check);
    }
  }
  const passed = checks.filter((check) => check.passed).length;
  const coverage = Array.from(rules.files.values(), coverageOf).flat();
  return { checks, passed, failed: checks.length - passed, errors, coverage };
}

class TrialRun {
  private readonly rules: RuleSet;
  private readonly file: RuleFile;
  private readonly trial: Trial;
  private readonly options: TrialOptions;
  private readonly limits: Limits;
  private now: bigint | undefined;
  private snapshot: Snapshot | undefined;

  constructor(rules: RuleSet, file: RuleFile, trial: Trial, options: TrialOptions) {
    this.rules = rules;
    this.file = file;
    this.trial = trial;
    this.options = options;
    this.limits = withLimits(options.limits);
  }

  /** Prepares what the trial's actions are judged by; returns why that is not possible. */
  setUp(): string | undefined {
    const { trial, file } = this;
    if (trial.yes === undefined && trial.no === undefined && trial.expectations === undefined) {
      return `Trial ${trial.name} in ${file.namespace} needs a yes: or no: entry`;
    }
    return this.setNow() ?? this.setInspect();
  }

  *checks(): Iterable<TrialCheck> {
    for (const name of this.trial.yes ?? []) yield this.checkTrigger(name, true);
    for (const name of this.trial.no ?? []) yield this.checkTrigger(name, false);
    if (this.trial.expectations !== undefined) yield* this.checkTexts(this.trial.expectations);
  }

  private setNow(): string | undefined {
    const { now, name } = this.trial;
    if (now === undefined) return undefined;
    try {
      const { extended } = this.file.dialect;
      const value = evaluateConstant(parseExpression(now.text, { limits: this.limits, extended }), this.limits);
      if (value.kind === "Int") this.now = value.value;
      else
        return `Trial ${name} in ${this.file.namespace}: 'now: ${now.text}' was not integer, it was ${debugValue(value)}`;
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      const { report } = error.fields;
      return typeof report === "string" ? report : error.message;
    }
    return undefined;
  }

  private setInspect(): string | undefined {
    const { inspect, name } = this.trial;
    if (inspect === undefined) return undefined;
    if (this.options.openInspect === undefined)
      return `Trial ${name} in ${this.file.namespace}: inspect cannot be read here`;
    this.snapshot = this.options.openInspect(inspect);
    const [issue] = this.snapshot.issues;
    return issue && `Trial ${name} in ${this.file.namespace}: inspect: ${issue.message}`;
  }

  /** Passes only if the trigger is exactly the boolean that is wanted. */
  private checkTrigger(name: string, wanted: boolean): TrialCheck {
    const action = this.file.actions.get(name);
    const expected = wanted ? "fires" : "does not fire";
    if (action === undefined) return this.check(name, expected, "there is no such action", false);
    if (action.type === "Gauge") return this.check(name, expected, "a gauge has no trigger", false);
    const value = this.evaluate(action.trigger);
    if (value.kind !== "Bool") return this.check(name, expected, displayValue(value), false);
    return this.check(name, expected, value.value ? "fires" : "does not fire", value.value === wanted);
  }

  private *checkTexts(expectations: TrialExpectations): Iterable<TrialCheck> {
    for (const [name, text] of expectations.gauges) {
      yield this.checkText(name, text, (action) =>
        action.type === "Gauge" ? this.gaugeText(action.value, action.format) : undefined,
      );
    }
    for (const [name, text] of expectations.prints) {
      yield this.checkText(name, text, (action) => (action.type === "Alert" ? this.render(action.print) : undefined));
    }
    for (const [name, text] of expectations.signatures) {
      yield this.checkText(name, text, (action) =>
        action.type === "Snapshot" ? this.render(action.signature) : undefined,
      );
    }
    for (const [name, nanos] of expectations.repeats) {
      const repeatOf = (action: Action): string | undefined =>
        action.type === "Snapshot" ? displayValue(this.evaluate(action.repeat)) : undefined;
      yield this.checkText(name, `Int(${nanos})`, repeatOf);
    }
  }

  private checkText(name: string, expected: string, textOf: (action: Action) => string | undefined): TrialCheck {
    const action = this.file.actions.get(name);
    if (action === undefined) return this.check(name, expected, "there is no such action", false);
    const found = textOf(action);
    return this.check(name, expected, found ?? "the action has no such text", found === expected);
  }

  private check(action: string, expected: string, found: string, passed: boolean): TrialCheck {
    return { namespace: this.file.namespace, trial: this.trial.name, action, expected, found, passed };
  }

  private gaugeText(metric: EvalMetric, format: string | undefined): string {
    const value = this.evaluate(metric);
    return value.kind === "Problem" ? displayValue(value) : formatGauge(value, format, this.file.dialect.extended);
  }

  private render(message: Message): string {
    const table = this.openTable();
    const pieces = message.parts?.map((part) =>
      "text" in part ? part.text : formatValue(table(part.expression), part.format),
    );
    return pieces?.join("") ?? message.text;
  }

  /** Each action is judged by itself, with nothing remembered from the one before. */
  private evaluate(metric: EvalMetric): Value {
    try {
      return unwrap(this.openTable()(metric.expression));
    } catch (error) {
      if (!isSnapshotError(error) || error.code !== "LimitExceeded") throw error;
      return problemValue({ kind: "EvaluationError", message: error.message, cause: "limit" });
    }
  }

  private openTable(): (expression: EvalMetric["expression"]) => Value {
    const budget = new Budget(this.limits);
    const { file, trial } = this;
    const scope: Scope = { namespace: file.namespace, dialect: file.dialect, bound: new Map() };
    if (this.snapshot === undefined) {
      const lookup = trialLookup(file, trial);
      const evaluator: Evaluator = new Evaluator(this.world(), budget, (variable, at) =>
        lookup(variable, at, evaluator),
      );
      return (expression) => evaluator.evaluate(expression, scope);
    }
    const rules = withValues(this.rules, file, trial.values);
    const world = { ...createWorld(this.snapshot, { now: this.now }), ...this.overrides() };
    const table = new MetricTable(rules, new SnapshotReader(this.snapshot), world, budget);
    return (expression) => table.evaluate(expression, file);
  }

  private world(): World {
    return {
      ...(this.now !== undefined && { now: this.now }),
      fact: () => undefined,
      logs: this.logs(),
      annotation: (key) => this.trial.annotations?.get(key),
    };
  }

  private overrides(): Partial<World> {
    const { annotations } = this.trial;
    return { logs: this.logs(), ...(annotations && { annotation: (key: string) => annotations.get(key) }) };
  }

  private logs(): World["logs"] {
    const { trial } = this;
    const lines = {
      klog: trial.klog?.split("\n") ?? [],
      syslog: trial.syslog?.split("\n") ?? [],
      bootlog: trial.bootlog?.split("\n") ?? [],
    };
    const records = Object.entries(lines).flatMap(([tag, texts]) => texts.map((text) => ({ text, tags: [tag] })));
    return { lines: (log) => lines[log], length: records.length, at: (ix) => records[ix]! };
  }
}

/** Names in a trial: its values first, by their text, then what the file computes; selectors have no value. */
export function trialLookup(
  file: Pick<RuleFile, "namespace" | "metrics">,
  trial: Pick<Trial, "values">,
): (variable: VariableExpression, scope: Scope, evaluator: Evaluator) => Value {
  const cache = new Map<string, Value>();
  const open = new Set<string>();
  return ({ written, namespace, name }, scope, evaluator) => {
    const given = trial.values.get(written);
    if (given !== undefined) return given;
    if (namespace !== undefined) return outside(written);
    const metric = file.metrics.get(name);
    if (metric === undefined) return notFound(name, file.namespace);
    if (metric.kind === "select") return selectorInTrial(name);
    if (metric.kind === "value") return metric.value;
    const known = cache.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return cycleAt(written);
    open.add(name);
    const value = evaluator.evaluate(metric.expression, {
      namespace: file.namespace,
      dialect: scope.dialect,
      bound: new Map(),
    });
    open.delete(name);
    cache.set(name, value);
    return value;
  };
}

function outside(written: string): Value {
  const message = `Name ${written} not in test values and refers outside the file`;
  return problemValue({ kind: "SyntaxError", message });
}

function selectorInTrial(name: string): Value {
  const message = `Selector ${name} can't be used in tests; please supply a value`;
  return problemValue({ kind: "Missing", message });
}

/** The rules with a trial's values in place of a file's metrics. */
function withValues(rules: RuleSet, file: RuleFile, values: ReadonlyMap<string, Value>): RuleSet {
  const metrics = new Map(file.metrics);
  for (const [name, value] of values) metrics.set(name, { kind: "value", value });
  return { ...rules, files: new Map(rules.files).set(file.namespace, { ...file, metrics }) };
}
