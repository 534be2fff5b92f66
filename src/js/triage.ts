export type { Expression, Span } from "./analysis/triage/ast.ts";
export { checkRuleSet, checkRules } from "./analysis/triage/check/check-rules.ts";
export { evaluateConstant } from "./analysis/triage/constant.ts";
export type { Diagnostic, DiagnosticRule, DiagnosticSeverity } from "./analysis/triage/diagnostics.ts";
export { type Dialect, EXTENDED, UPSTREAM } from "./analysis/triage/dialect.ts";
export { type EvaluateOptions, evaluateRules, type HeldSince } from "./analysis/triage/evaluate-rules.ts";
export { evaluateSeries, type SeriesItem } from "./analysis/triage/evaluate-series.ts";
export { evaluateText, selectValues, type TextEvaluation } from "./analysis/triage/evaluate-text.ts";
export {
  type ActionExplanation,
  type ExplainedSelector,
  type ExplainedStep,
  type ExplainOptions,
  explainActions,
} from "./analysis/triage/explain.ts";
export { importsOf, isImportPath, namespaceOf } from "./analysis/triage/imports.ts";
export { expandBundle, loadRules, type RuleLoadOptions, readRules } from "./analysis/triage/load-rules.ts";
export { type ParseOptions, parseExpression } from "./analysis/triage/parser.ts";
export { runPlugins } from "./analysis/triage/plugins/plugins.ts";
export { type Problem, type ProblemKind, renderProblem, worstOf } from "./analysis/triage/problems.ts";
export {
  type FindingLevel,
  isAsGrave,
  type ReportedAction,
  type ReportedPlugin,
  reportTriage,
  TRIAGE_REPORT_SCHEMA,
  type TriageReport,
} from "./analysis/triage/report.ts";
export type {
  ActionOutcome,
  OutcomeStatus,
  PluginResult,
  ResultLists,
  SnapshotTrigger,
  TriageResult,
} from "./analysis/triage/results.ts";
export { childRow, contextRows, entryRow, fieldContent, valueRow } from "./analysis/triage/row-fields.ts";
export { createRowFilter, type RowField, type RowFilter } from "./analysis/triage/row-filter.ts";
export { RULE_PACKS, type RulePack, rulePackSources } from "./analysis/triage/rule-packs.ts";
export type { Action, Metric, RuleFile, RuleSet, RuleSource, Selector, Trial } from "./analysis/triage/rules.ts";
export {
  type InspectSelector,
  monikerMatcher,
  parseInspectSelector,
  splitMoniker,
} from "./analysis/triage/selectors/inspect-selector.ts";
export { parseSelector } from "./analysis/triage/selectors/parse-selector.ts";
export { matchesPattern, type Segment } from "./analysis/triage/selectors/segment.ts";
export { createWorld, parseUptime } from "./analysis/triage/snapshot-world.ts";
export { evaluateStructured, type StructuredResult } from "./analysis/triage/structured.ts";
export { filterByTags, type TagDirective, tagDirective } from "./analysis/triage/tags.ts";
export type { ActionCoverage } from "./analysis/triage/trial-coverage.ts";
export { runTrials, type TrialCheck, type TrialOptions, type TrialReport } from "./analysis/triage/trials.ts";
export { debugValue, displayValue } from "./analysis/triage/value-text.ts";
export { equalValues, type Value } from "./analysis/triage/values.ts";
export { type InspectOpenOptions, openInspect, openTrialInspect } from "./inspect.ts";
export { renderCheckSarif, renderTriageSarif } from "./render/sarif.ts";
export { renderExplanations } from "./render/triage-explanation.ts";
export { renderTriageMarkdown, renderTrials, triageCases, trialCases } from "./render/triage-report.ts";
export { renderTriageStructured, structuredExitStatus } from "./render/triage-structured.ts";
export { renderTriageText, type TriageTextOptions, textExitStatus } from "./render/triage-text.ts";
