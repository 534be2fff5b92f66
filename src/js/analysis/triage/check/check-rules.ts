import { compareText } from "../../../base/text.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { type RuleLoadOptions, readRules } from "../load-rules.ts";
import type { RuleSet, RuleSource } from "../rules.ts";
import { checkActions } from "./actions.ts";
import { checkOptions, checkSelectors } from "./alternatives.ts";
import { checkCalls } from "./calls.ts";
import { checkGraph } from "./graph.ts";
import { KindInference } from "./kinds.ts";
import { checkNames } from "./names.ts";
import { CheckReport } from "./report.ts";
import { expressionsOf } from "./walk.ts";

/**
 * Everything that can be said about rules without data: what refuses them at load, and what would only show when they
 * run (unknown names, wrong arguments, cycles, …), all at once, each with its place and where possible a suggestion.
 * Sorted by file and place.
 */
export function checkRules(sources: readonly RuleSource[], options: RuleLoadOptions = {}): readonly Diagnostic[] {
  const { rules, diagnostics } = readRules(sources, options);
  return [...diagnostics, ...checkRuleSet(rules)].sort(
    (a, b) => compareText(a.file, b.file) || a.offset - b.offset || compareText(a.rule, b.rule),
  );
}

/** The same for rules that have been read already, without what was said then. */
export function checkRuleSet(rules: RuleSet): readonly Diagnostic[] {
  const report = new CheckReport();
  const kinds = new KindInference(rules);
  for (const file of rules.files.values()) {
    checkSelectors(file, report);
    checkActions(file, report);
    for (const placed of expressionsOf(file)) {
      checkNames(placed, rules, report);
      checkCalls(placed, kinds, report);
      checkOptions(placed, report);
    }
  }
  checkGraph(rules, kinds, report);
  return report.diagnostics;
}
