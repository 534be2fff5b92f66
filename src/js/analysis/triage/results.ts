import type { Issue } from "../../base/issue.ts";
import type { Value } from "./values.ts";

/** Lines of a report by kind; the order is that of files and actions. Source: specs/triage.md sections 5 and 7. */
export interface ResultLists {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly gauges: readonly string[];
  /** Gauges without a value. */
  readonly brokenGauges: readonly string[];
  readonly infos: readonly string[];
}

/** A report that a Snapshot action asks for. */
export interface SnapshotTrigger {
  readonly namespace: string;
  readonly action: string;
  /** Least time between two reports of the signature, nanoseconds. */
  readonly interval: bigint;
  readonly signature: string;
}

/** What became of one action; every action has one. */
export type OutcomeStatus =
  /** An alert or snapshot whose trigger is true. */
  | "fired"
  | "quiet"
  /** The trigger is true, but not yet for as long as `for` says. */
  | "pending"
  /** A gauge with a value. */
  | "measured"
  /** What it needs is not in the snapshot. */
  | "missing"
  /** It asked to be left out (a checked division). */
  | "ignored"
  /** Its value is a problem, or of the wrong kind. */
  | "failed";

export interface ActionOutcome {
  readonly namespace: string;
  readonly action: string;
  readonly type: "Alert" | "Gauge" | "Snapshot";
  readonly status: OutcomeStatus;
  readonly severity?: "Info" | "Warning" | "Error";
  /** What is printed, or for a gauge measured; or why there is nothing. */
  readonly text?: string;
  /** The value of the trigger or gauge. */
  readonly value: Value;
}

export interface PluginResult extends ResultLists {
  readonly name: string;
  readonly displayName: string;
}

export interface TriageResult extends ResultLists {
  readonly snapshots: readonly SnapshotTrigger[];
  readonly outcomes: readonly ActionOutcome[];
  readonly plugins: readonly PluginResult[];
  /** Limits that ended an evaluation. */
  readonly issues: readonly Issue[];
}
