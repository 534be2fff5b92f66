import { isSnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { Budget } from "./evaluator.ts";
import { formatGauge } from "./gauge-text.ts";
import { MetricTable, SnapshotReader } from "./metric-table.ts";
import { runPlugins } from "./plugins/plugins.ts";
import { type Problem, renderProblem } from "./problems.ts";
import type { ActionOutcome, OutcomeStatus, PluginResult, SnapshotTrigger, TriageResult } from "./results.ts";
import type {
  Action,
  AlertAction,
  EvalMetric,
  GaugeAction,
  Message,
  RuleFile,
  RuleSet,
  SnapshotAction,
} from "./rules.ts";
import { createWorld } from "./snapshot-world.ts";
import { formatValue } from "./template.ts";
import { debugString, debugValue, displayValue } from "./value-text.ts";
import { problemValue, unwrap, type Value } from "./values.ts";
import type { PreviousWorld } from "./world.ts";

/** Since when triggers have been true without a break, nanoseconds by `namespace::action`. Plain; to be kept. */
export type HeldSince = ReadonlyMap<string, bigint>;

export interface EvaluateOptions {
  readonly limits?: Partial<Limits>;
  /** Nanoseconds; without it the snapshot's own `device.uptime`. */
  readonly now?: bigint | undefined;
  /** Only actions of these types. */
  readonly types?: readonly Action["type"][];
  /** Whether to look for what needs no rule; default true. */
  readonly plugins?: boolean;
  /** Info alerts are infos. Upstream prints them as warnings. */
  readonly strictSeverity?: boolean;
  readonly previous?: PreviousWorld | undefined;
  readonly heldSince?: HeldSince | undefined;
}

/** Interval of a Snapshot action in extended mode whose `repeat` has no value and that names no other: one hour. */
const DEFAULT_REPEAT = 3_600_000_000_000n;

/** Judges a snapshot by rules. Never throws: a used-up limit ends single actions and is an issue of the result. */
export function evaluateRules(rules: RuleSet, snapshot: Snapshot, options: EvaluateOptions = {}): TriageResult {
  return new RuleRun(rules, snapshot, options).evaluate();
}

interface Lists {
  readonly errors: string[];
  readonly warnings: string[];
  readonly gauges: string[];
  readonly brokenGauges: string[];
  readonly infos: string[];
}

/** One pass of a rule set over one snapshot. */
export class RuleRun {
  readonly table: MetricTable;
  readonly heldSince: Map<string, bigint> = new Map();
  private readonly rules: RuleSet;
  private readonly snapshot: Snapshot;
  private readonly options: EvaluateOptions;
  private readonly lists: Lists = { errors: [], warnings: [], gauges: [], brokenGauges: [], infos: [] };
  private readonly snapshots: SnapshotTrigger[] = [];
  private readonly outcomes: ActionOutcome[] = [];
  private readonly issues: Issue[] = [];

  constructor(rules: RuleSet, snapshot: Snapshot, options: EvaluateOptions) {
    this.rules = rules;
    this.snapshot = snapshot;
    this.options = options;
    const world = createWorld(snapshot, options);
    this.table = new MetricTable(rules, new SnapshotReader(snapshot), world, new Budget(withLimits(options.limits)));
  }

  evaluate(): TriageResult {
    for (const issue of this.snapshot.issues) {
      if (issue.code === "UnreadableTree") this.lists.errors.push(`[DEBUG: BAD DATA] ${issue.message}`);
    }
    for (const file of this.rules.files.values()) {
      for (const action of file.actions.values()) {
        if (this.options.types?.includes(action.type) ?? true) this.judge(file, action);
      }
    }
    const plugins: readonly PluginResult[] = this.options.plugins === false ? [] : runPlugins(this.snapshot);
    const { snapshots, outcomes, issues } = this;
    return { ...this.lists, snapshots, outcomes, plugins, issues };
  }

  /** The value of an action's expression as actions take it; a used-up limit is an EvaluationError. */
  valueOf(metric: EvalMetric, file: RuleFile): Value {
    return this.guarded(file, () => unwrap(this.table.evaluate(metric.expression, file)));
  }

  metricValue(namespace: string, name: string, file: RuleFile): Value {
    return this.guarded(file, () => this.table.valueOf(namespace, name));
  }

  private guarded(file: RuleFile, run: () => Value): Value {
    const { budget } = this.table.evaluator;
    const { depth } = budget;
    try {
      return run();
    } catch (error) {
      if (!isSnapshotError(error) || error.code !== "LimitExceeded") throw error;
      budget.recover(depth);
      if (!this.issues.some((issue) => issue.message === error.message)) {
        this.issues.push({ code: error.code, severity: "error", message: error.message, input: file.fileName });
      }
      return problemValue({ kind: "EvaluationError", message: error.message, cause: "limit" });
    }
  }

  private judge(file: RuleFile, action: Action): void {
    if (action.type === "Gauge") this.judgeGauge(file, action);
    else if (action.type === "Alert") this.judgeAlert(file, action);
    else this.judgeSnapshot(file, action);
  }

  private judgeAlert(file: RuleFile, action: AlertAction): void {
    const value = this.valueOf(action.trigger, file);
    const place = `${file.namespace}::${action.name}`;
    const status = this.statusOf(value, action, place);
    const { lists } = this;
    let text: string | undefined;
    if (status === "fired") {
      text = this.render(action.print, file);
      this.printAlert(action, text);
    } else if (status === "pending") {
      lists.infos.push(`[PENDING] In config '${place}': the trigger has not been true long enough`);
    } else if (status === "missing") {
      text = value.kind === "Problem" ? messageOf(value.problem) : "";
      lists.infos.push(`[MISSING] In config '${place}': (need boolean trigger) ${debugString(text)}`);
    } else if (value.kind === "Problem" && status === "failed") {
      text = renderProblem(value.problem);
      lists.errors.push(`[ERROR] In config '${place}': (need boolean trigger): ${text}`);
    } else if (status === "failed") {
      text = displayValue(value);
      lists.errors.push(
        `[DEBUG: BAD CONFIG] Unexpected value type in config '${place}' (need boolean trigger): ${text}`,
      );
    }
    this.outcomes.push(outcomeOf(file, action, status, value, text));
  }

  private printAlert(action: AlertAction, text: string): void {
    const { errors, infos, warnings } = this.lists;
    if (action.fileBug !== undefined) errors.push(`[BUG:${action.fileBug}] ${text}.`);
    else if (action.severity === "Info" && this.options.strictSeverity === true) infos.push(`[INFO] ${text}.`);
    else warnings.push(`[WARNING] ${text}.`);
  }

  private judgeGauge(file: RuleFile, action: GaugeAction): void {
    const value = this.valueOf(action.value, file);
    let text: string;
    let status: OutcomeStatus = "measured";
    if (value.kind !== "Problem") {
      text = formatGauge(value, action.format, file.dialect.extended);
      this.lists.gauges.push(`${action.name}: ${text}`);
    } else {
      const { kind } = value.problem;
      status = kind === "Ignore" ? "ignored" : kind === "Missing" ? "missing" : "failed";
      text = kind === "Ignore" ? "N/A" : renderProblem(value.problem);
      this.lists.brokenGauges.push(`${action.name}: ${text}`);
    }
    this.outcomes.push(outcomeOf(file, action, status, value, text));
  }

  private judgeSnapshot(file: RuleFile, action: SnapshotAction): void {
    const value = this.valueOf(action.trigger, file);
    const place = `${file.namespace}::${action.name}`;
    const status = this.statusOf(value, action, place);
    const { lists } = this;
    let text: string | undefined;
    if (status === "fired") text = this.requestSnapshot(file, action, place);
    else if (status === "pending") {
      lists.infos.push(`[PENDING] In config '${place}': the trigger has not been true long enough`);
    } else if (value.kind === "Problem" && status !== "ignored") {
      text = renderProblem(value.problem);
      lists.infos.push(`[MISSING] In config '${place}': ${text}`);
    } else if (status === "failed") {
      text = displayValue(value);
      lists.errors.push(`Bad config: Unexpected value type in config '${place}' (need boolean): ${text}`);
    }
    this.outcomes.push(outcomeOf(file, action, status, value, text));
  }

  private requestSnapshot(file: RuleFile, action: SnapshotAction, place: string): string {
    const repeat = this.valueOf(action.repeat, file);
    const signature = this.render(action.signature, file);
    let interval: bigint | undefined;
    if (repeat.kind === "Int") interval = repeat.value;
    else if (repeat.kind === "Float" && Number.isFinite(repeat.value)) interval = BigInt(Math.trunc(repeat.value));
    else if (file.dialect.extended) interval = action.repeatFallback ?? DEFAULT_REPEAT;
    if (interval === undefined) this.lists.errors.push(`Bad interval in config '${place}': ${debugValue(repeat)}`);
    else this.snapshots.push({ namespace: file.namespace, action: action.name, interval, signature });
    return signature;
  }

  private statusOf(value: Value, action: AlertAction | SnapshotAction, place: string): OutcomeStatus {
    if (value.kind === "Bool" && value.value) return this.isHeld(action, place) ? "fired" : "pending";
    if (value.kind === "Bool") return "quiet";
    if (value.kind !== "Problem") return "failed";
    if (value.problem.kind === "Ignore") return "ignored";
    return value.problem.kind === "Missing" ? "missing" : "failed";
  }

  /** Whether a trigger that is true now has been so for as long as the action asks. */
  private isHeld(action: AlertAction | SnapshotAction, place: string): boolean {
    const { now } = this.table.evaluator.world;
    if (action.holdFor === undefined) return true;
    const since = this.options.heldSince?.get(place) ?? now;
    if (since === undefined || now === undefined) return false;
    this.heldSince.set(place, since);
    return now - since >= action.holdFor;
  }

  private render(message: Message, file: RuleFile): string {
    if (message.parts === undefined) return message.text;
    const pieces = message.parts.map((part) => {
      if ("text" in part) return part.text;
      return formatValue(
        this.guarded(file, () => this.table.evaluate(part.expression, file)),
        part.format,
      );
    });
    return pieces.join("");
  }
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

function outcomeOf(
  file: RuleFile,
  action: Action,
  status: OutcomeStatus,
  value: Value,
  text: string | undefined,
): ActionOutcome {
  const { name, type } = action;
  const outcome: Mutable<ActionOutcome> = { namespace: file.namespace, action: name, type, status, value };
  if (text !== undefined) outcome.text = text;
  if (type === "Alert") outcome.severity = action.severity;
  return outcome;
}

function messageOf(problem: Problem): string {
  return problem.kind === "Ignore" ? renderProblem(problem) : problem.message;
}
