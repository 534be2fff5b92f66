import type { Expression } from "./ast.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import type { InspectSelector } from "./selectors/inspect-selector.ts";
import type { SnapshotSelector } from "./selectors/snapshot-selector.ts";
import type { TemplatePart } from "./template.ts";
import type { Value } from "./values.ts";

/** A text out of a rule file and where it stands there, for messages. */
export interface SourceText {
  readonly text: string;
  /** Offset of the opening quote, UTF-16 units. */
  readonly start: number;
}

export type Selector = { readonly full: string; readonly body: string; readonly source: SourceText } & (
  | { readonly type: "INSPECT"; readonly parsed: InspectSelector }
  | { readonly type: "SNAPSHOT"; readonly parsed: SnapshotSelector }
);

/** An expression of a rule file with its text. */
export interface EvalMetric {
  readonly kind: "eval";
  readonly source: SourceText;
  readonly expression: Expression;
}

/** What a name of a file stands for. */
export type Metric =
  | EvalMetric
  | { readonly kind: "select"; readonly selectors: readonly Selector[]; readonly start: number }
  /** A value given instead of a rule's own, e.g. by a test. */
  | { readonly kind: "value"; readonly value: Value };

export type Severity = "Info" | "Warning" | "Error";

interface ActionCommon {
  readonly name: string;
  /** Offset of the action's name in the file. */
  readonly start: number;
}

export interface AlertAction extends ActionCommon {
  readonly type: "Alert";
  readonly trigger: EvalMetric;
  readonly print: Message;
  readonly severity: Severity;
  readonly fileBug?: string;
  readonly tag?: string;
  /** Extended mode: nanoseconds the trigger must have been true without a break. */
  readonly holdFor?: bigint;
}

export interface GaugeAction extends ActionCommon {
  readonly type: "Gauge";
  readonly value: EvalMetric;
  readonly format?: string;
  readonly tag?: string;
}

export interface SnapshotAction extends ActionCommon {
  readonly type: "Snapshot";
  readonly trigger: EvalMetric;
  readonly repeat: EvalMetric;
  readonly signature: Message;
  /** Extended mode: used where `repeat` has no integer value, nanoseconds. */
  readonly repeatFallback?: bigint;
  readonly holdFor?: bigint;
}

export type Action = AlertAction | GaugeAction | SnapshotAction;

/** A constant text, or in extended mode one with expressions. */
export interface Message {
  readonly text: string;
  readonly parts?: readonly MessagePart[];
}

export type MessagePart = Extract<TemplatePart, { readonly text: string }> | ComputedPart;

export interface ComputedPart {
  readonly expression: Expression;
  readonly format: string;
  readonly source: SourceText;
}

/** A test of a rule file: which actions must fire, and which not, for made-up values. */
export interface Trial {
  readonly name: string;
  readonly start: number;
  readonly yes?: readonly string[];
  readonly no?: readonly string[];
  readonly values: ReadonlyMap<string, Value>;
  readonly now?: SourceText;
  readonly klog?: string;
  readonly syslog?: string;
  readonly bootlog?: string;
  readonly annotations?: ReadonlyMap<string, Value>;
  /** Extended mode: inspect.json to select from, as written (JSON5). */
  readonly inspect?: string;
  /** Extended mode: what must come out besides. */
  readonly expectations?: TrialExpectations;
}

export interface TrialExpectations {
  /** Text of gauges by action. */
  readonly gauges: ReadonlyMap<string, string>;
  /** Text printed by actions. */
  readonly prints: ReadonlyMap<string, string>;
  /** Signature by action. */
  readonly signatures: ReadonlyMap<string, string>;
  /** Nanoseconds by action. */
  readonly repeats: ReadonlyMap<string, bigint>;
}

export interface RuleFile {
  readonly namespace: string;
  /** As the caller named it; for messages. */
  readonly fileName: string;
  readonly text: string;
  readonly dialect: Dialect;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly actions: ReadonlyMap<string, Action>;
  readonly trials: readonly Trial[];
}

/** A set of rule files that belong together. */
export interface RuleSet {
  readonly files: ReadonlyMap<string, RuleFile>;
  /** What was wrong without being an error. */
  readonly warnings: readonly Diagnostic[];
}

/** Text of a rule file and the name others know it by. */
export interface RuleSource {
  readonly namespace: string;
  readonly text: string;
  /** For messages; the namespace if not given. */
  readonly fileName?: string;
  /** It is there for those that import it: its actions and trials do not run. */
  readonly isImported?: boolean;
}
