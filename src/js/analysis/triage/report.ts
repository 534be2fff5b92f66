import type { FormatId } from "../../base/format-id.ts";
import type { Issue } from "../../base/issue.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ActionOutcome, OutcomeStatus, TriageResult } from "./results.ts";
import type { Action, RuleSet, Severity } from "./rules.ts";
import { locate } from "./source-text.ts";
import { displayValue } from "./value-text.ts";

export const TRIAGE_REPORT_SCHEMA = 1;

/** What rules say about one snapshot. Plain; its JSON form is docs/json-schema/triage-report.schema.json. */
export interface TriageReport {
  readonly schema: typeof TRIAGE_REPORT_SCHEMA;
  /** What the caller calls the snapshot. */
  readonly name: string;
  readonly format: FormatId;
  /** The gravest of the findings; `clean` for none. */
  readonly verdict: FindingLevel | "clean";
  /** One for every action of every rule file, in their order. */
  readonly actions: readonly ReportedAction[];
  /** What was found without a rule. */
  readonly plugins: readonly ReportedPlugin[];
  readonly issues: readonly Issue[];
}

export type FindingLevel = "info" | "warning" | "error";

export interface ReportedAction {
  /** `namespace::action`. */
  readonly rule: string;
  readonly type: ActionOutcome["type"];
  readonly status: OutcomeStatus;
  /** How grave it is that this is to be told; absent where there is nothing to tell. */
  readonly level?: FindingLevel;
  /** What is printed or measured, the signature of a report, or why there is nothing. */
  readonly text?: string;
  /** Display form of the value that decided. */
  readonly value: string;
  readonly tag?: string;
  readonly fileBug?: string;
  /** Nanoseconds between two reports of a Snapshot action that fired. */
  readonly interval?: bigint;
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
}

export interface ReportedPlugin {
  readonly name: string;
  readonly title: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly gauges: readonly string[];
}

const GRAVITY: readonly (FindingLevel | "clean")[] = ["clean", "info", "warning", "error"];

/** Whether `level` is as grave as `least` or graver. */
export function isAsGrave(level: FindingLevel | "clean", least: FindingLevel): boolean {
  return GRAVITY.indexOf(level) >= GRAVITY.indexOf(least);
}

/** The result of a run in the form that is kept and compared. */
export function reportTriage(
  name: string,
  snapshot: Pick<Snapshot, "format" | "issues">,
  rules: RuleSet,
  result: TriageResult,
): TriageReport {
  const actions = result.outcomes.map((outcome) => reportAction(rules, outcome, result));
  const plugins = result.plugins.map(({ name: plugin, displayName, errors, warnings, gauges }) => ({
    name: plugin,
    title: displayName,
    errors,
    warnings,
    gauges,
  }));
  const levels = [...actions.map(({ level }) => level ?? "clean"), ...plugins.map(levelOfPlugin)];
  const verdict = GRAVITY[Math.max(0, ...levels.map((level) => GRAVITY.indexOf(level)))]!;
  const issues = [...snapshot.issues, ...result.issues];
  return { schema: TRIAGE_REPORT_SCHEMA, name, format: snapshot.format, verdict, actions, plugins, issues };
}

function reportAction(rules: RuleSet, outcome: ActionOutcome, result: TriageResult): ReportedAction {
  const { namespace, action: name, type, status, text, value } = outcome;
  const file = rules.files.get(namespace)!;
  const action = file.actions.get(name)!;
  const level = levelOf(action, status);
  const snapshot = result.snapshots.find((one) => one.namespace === namespace && one.action === name);
  return {
    rule: `${namespace}::${name}`,
    type,
    status,
    ...(level && { level }),
    ...(text !== undefined && { text }),
    value: displayValue(value),
    ...tagsOf(action),
    ...(snapshot && { interval: snapshot.interval }),
    place: { file: file.fileName, ...locate(file.text, action.start) },
  };
}

function tagsOf(action: Action): Pick<ReportedAction, "tag" | "fileBug"> {
  if (action.type === "Snapshot") return {};
  return {
    ...(action.tag !== undefined && { tag: action.tag }),
    ...(action.type === "Alert" && action.fileBug !== undefined && { fileBug: action.fileBug }),
  };
}

const OF_SEVERITY: Readonly<Record<Severity, FindingLevel>> = { Info: "info", Warning: "warning", Error: "error" };

function levelOf(action: Action, status: OutcomeStatus): FindingLevel | undefined {
  if (status === "failed") return "error";
  if (status !== "fired") return undefined;
  return action.type === "Alert" ? OF_SEVERITY[action.severity] : "warning";
}

function levelOfPlugin({ errors, warnings }: ReportedPlugin): FindingLevel | "clean" {
  return errors.length > 0 ? "error" : warnings.length > 0 ? "warning" : "clean";
}
