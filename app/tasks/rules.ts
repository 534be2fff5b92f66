import { isSnapshotError, type Snapshot } from "coldframe";
import {
  type ActionExplanation,
  type ActionOutcome,
  checkRules,
  type Diagnostic,
  evaluateRules,
  explainActions,
  loadRules,
  type PluginResult,
  type RuleSource,
  rulePackSources,
  runTrials,
} from "coldframe/triage";
import type { Task } from "./task.ts";

/** Without the value: what was printed says it, and a value may hold functions of the rules. */
export type ShownOutcome = Omit<ActionOutcome, "value">;

/** What a set of rules says about a snapshot, and what is wrong with the rules. */
export interface RuleRun {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where the rules could not be read. */
  readonly outcomes: readonly ShownOutcome[] | undefined;
  readonly plugins: readonly PluginResult[];
  readonly explanations: readonly ActionExplanation[];
  readonly trials: readonly { readonly passed: boolean }[];
  readonly problem: string | undefined;
}

function runRules(sources: readonly RuleSource[], snapshot: Snapshot): RuleRun {
  const diagnostics = checkRules(sources);
  try {
    const rules = loadRules(sources);
    const { outcomes, plugins } = evaluateRules(rules, snapshot, { strictSeverity: true });
    return {
      diagnostics,
      outcomes: outcomes.map(({ value: _value, ...shown }) => shown),
      plugins,
      explanations: explainActions(rules, snapshot),
      trials: runTrials(rules).checks.map(({ passed }) => ({ passed })),
      problem: undefined,
    };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const none = { outcomes: undefined, plugins: [], explanations: [], trials: [] };
    return { diagnostics, ...none, problem: error.message };
  }
}

/** The text under edit; without one the rules that come with the format. */
function ruleSources(text: string, snapshot: Snapshot): readonly RuleSource[] {
  if (text !== "") return [{ namespace: "edited", fileName: "edited rules", text }];
  return rulePackSources(snapshot.format);
}

/** Which of the two tasks below runs the text under edit. */
export function rulesTask(text: string): typeof builtInRules {
  return text === "" ? builtInRules : editedRules;
}

/** One result for each snapshot. */
export const builtInRules: Task<string, readonly RuleRun[]> = {
  id: "built-in-rules",
  what: "running the rules",
  run: ({ snapshots }, text) => snapshots.map((snapshot) => runRules(ruleSources(text, snapshot), snapshot)),
};

/** The same for rules that somebody is writing: how long they take is theirs. */
export const editedRules: Task<string, readonly RuleRun[]> = {
  ...builtInRules,
  id: "edited-rules",
  aside: true,
};
