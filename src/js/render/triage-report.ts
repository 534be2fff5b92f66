import { type AssertionResult, type CheckReport, reportOf } from "../analysis/check/check-report.ts";
import { type FindingLevel, isAsGrave, type ReportedAction, type TriageReport } from "../analysis/triage/report.ts";
import { isTried } from "../analysis/triage/trial-coverage.ts";
import type { TrialReport } from "../analysis/triage/trials.ts";
import { escapeMarkdown, escapeTerminal } from "../base/text.ts";

/** Reports as one page of Markdown: a heading and a table for each. All text out of the snapshot is escaped. */
export function renderTriageMarkdown(reports: readonly TriageReport[]): string {
  return reports.map(renderOne).join("\n");
}

function renderOne(report: TriageReport): string {
  const lines = [`## ${escapeMarkdown(report.name)}`, "", `${report.format}: **${report.verdict}**`, ""];
  const rows = [...report.actions.filter(({ level }) => level !== undefined).map(actionRow), ...pluginRows(report)];
  addTable(lines, "| level | rule | finding |", rows);
  const gauges = report.actions.filter(({ status }) => status === "measured");
  const plugged = report.plugins.flatMap(({ name, gauges: found }) =>
    found.map((text) => `| ${escapeMarkdown(`plugin::${name}`)} | ${escapeMarkdown(text)} |`),
  );
  const measured = gauges.map(({ rule, text = "" }) => `| ${escapeMarkdown(rule)} | ${escapeMarkdown(text)} |`);
  addTable(lines, "| gauge | value |", [...measured, ...plugged]);
  const missing = report.actions.filter(({ status }) => status === "missing").length;
  if (missing > 0) lines.push(`${missing} actions could not be judged: what they need is not in the snapshot.`, "");
  return `${lines.join("\n").trimEnd()}\n`;
}

function addTable(lines: string[], head: string, rows: readonly string[]): void {
  if (rows.length === 0) return;
  lines.push(head, head.replace(/[^|]+/g, " --- "), ...rows, "");
}

function actionRow({ level = "info", rule, text, value }: ReportedAction): string {
  return `| ${level} | ${escapeMarkdown(rule)} | ${escapeMarkdown(text ?? value)} |`;
}

function pluginRows({ plugins }: TriageReport): string[] {
  return plugins.flatMap(({ name, errors, warnings }) => {
    const row = (level: FindingLevel) => (text: string) =>
      `| ${level} | ${escapeMarkdown(`plugin::${name}`)} | ${escapeMarkdown(text)} |`;
    return [...errors.map(row("error")), ...warnings.map(row("warning"))];
  });
}

/**
 * A report as a suite of cases, one for each action: a finding as grave as `least` fails it, what could not be judged
 * is inconclusive. `renderJunit` makes XML of it.
 */
export function triageCases(report: TriageReport, least: FindingLevel): CheckReport {
  const results = report.actions.map((action): AssertionResult => {
    const { rule, level, status, text, value } = action;
    const isOpen = status === "missing" || status === "ignored" || status === "pending";
    const isFinding = level !== undefined && isAsGrave(level, least);
    const verdict = isFinding ? "Fail" : isOpen ? "Inconclusive" : "Pass";
    const said = text ?? (status === "pending" ? "not true long enough" : value);
    return { name: rule, verdict, messages: verdict === "Pass" ? [] : [said], notes: [], snapshots: 1 };
  });
  const plugged = report.plugins.map(({ name, errors, warnings }): AssertionResult => {
    const messages = isAsGrave("warning", least) ? [...errors, ...warnings] : errors;
    return {
      name: `plugin::${name}`,
      verdict: messages.length > 0 ? "Fail" : "Pass",
      messages,
      notes: [],
      snapshots: 1,
    };
  });
  return reportOf(report.name, [...results, ...plugged]);
}

/** Trials as a suite of cases, one for each expectation. */
export function trialCases(report: TrialReport): CheckReport {
  const checks = report.checks.map(({ namespace, trial, action, expected, found, passed }) =>
    oneResult(`${namespace}::${trial} ${action}`, passed ? [] : [`expected ${expected}, found ${found}`]),
  );
  const errors = report.errors.map((text, ix) => oneResult(`error ${ix + 1}`, [text]));
  return reportOf("trials", [...checks, ...errors]);
}

function oneResult(name: string, messages: readonly string[]): AssertionResult {
  return { name, verdict: messages.length > 0 ? "Fail" : "Pass", messages, notes: [], snapshots: 0 };
}

/** Actions without a trial that are named. */
const UNTRIED_SHOWN = 20;

/** Trials as text: a line for each that failed, the actions that none tries, and the totals. */
export function renderTrials({ checks, passed, failed, errors, coverage }: TrialReport): string {
  const safe = (text: string): string => escapeTerminal(text, false);
  const lines = checks
    .filter((check) => !check.passed)
    .map(({ namespace, trial, action, expected, found }) =>
      safe(`FAIL ${namespace}::${trial} ${action}: expected ${expected}, found ${found}`),
    );
  for (const error of errors) lines.push(safe(`FAIL ${error}`));
  const untried = coverage.filter((one) => !isTried(one)).map(({ namespace, action }) => `${namespace}::${action}`);
  if (untried.length > 0) {
    const more = untried.length > UNTRIED_SHOWN ? ` and ${untried.length - UNTRIED_SHOWN} more` : "";
    const named = untried.slice(0, UNTRIED_SHOWN).join(", ");
    lines.push(safe(`no trial for ${untried.length} of ${coverage.length} actions: ${named}${more}`));
  }
  lines.push(`${passed} passed, ${failed + errors.length} failed`);
  return lines.map((line) => `${line}\n`).join("");
}
