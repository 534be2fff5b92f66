import type { Snapshot } from "coldframe";
import {
  type ActionExplanation,
  checkRules,
  type Diagnostic,
  evaluateRules,
  explainActions,
  loadRules,
  type RuleSource,
  rulePackSources,
  runTrials,
  type TriageResult,
  type TrialReport,
} from "coldframe/triage";
import { errorReport } from "./opening.ts";

/** What a set of rules says about a snapshot, and what is wrong with the rules. */
export interface RuleRun {
  readonly diagnostics: readonly Diagnostic[];
  readonly result: TriageResult | undefined;
  readonly explanations: readonly ActionExplanation[];
  readonly trials: TrialReport | undefined;
  readonly problem: string | undefined;
}

export function runRules(sources: readonly RuleSource[], snapshot: Snapshot): RuleRun {
  const diagnostics = checkRules(sources);
  const none = { result: undefined, explanations: [], trials: undefined };
  try {
    const rules = loadRules(sources);
    return {
      diagnostics,
      result: evaluateRules(rules, snapshot, { strictSeverity: true }),
      explanations: explainActions(rules, snapshot),
      trials: runTrials(rules),
      problem: undefined,
    };
  } catch (error) {
    return { diagnostics, ...none, problem: errorReport(error).message };
  }
}

/** The text under edit; without one the rules that come with the format. */
export function ruleSources(text: string, snapshot: Snapshot): readonly RuleSource[] {
  if (text !== "") return [{ namespace: "edited", fileName: "edited rules", text }];
  return rulePackSources(snapshot.format);
}
