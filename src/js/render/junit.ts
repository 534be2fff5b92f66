import type { AssertionResult, CheckReport } from "../analysis/check/check-report.ts";
import { escapeHtml } from "../base/text.ts";

/** What XML 1.0 cannot hold, not even escaped. */
const UNWRITABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Reports as JUnit XML, a suite for each; an inconclusive assertion is a skipped case. No times: nothing was timed. */
export function renderJunit(reports: readonly CheckReport[]): string {
  const suites = reports.map(renderSuite).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites}</testsuites>\n`;
}

function renderSuite(report: CheckReport): string {
  const { name, results, failed, inconclusive } = report;
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${inconclusive}"`;
  const cases = results.map((result) => renderCase(name, result)).join("");
  return `  <testsuite name="${escapeXml(name)}" ${counts}>\n${cases}  </testsuite>\n`;
}

function renderCase(suite: string, { name, verdict, messages, notes }: AssertionResult): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}">`;
  const outcome = OUTCOMES[verdict](messages);
  const output = notes.length === 0 ? "" : `\n      <system-out>${escapeXml(notes.join("\n"))}</system-out>`;
  return `${open}${outcome}${output}${outcome + output === "" ? "" : "\n    "}</testcase>\n`;
}

const OUTCOMES = {
  Pass: () => "",
  Inconclusive: (messages: readonly string[]) => `\n      <skipped message="${escapeXml(messages[0] ?? "")}"/>`,
  Fail: (messages: readonly string[]) =>
    `\n      <failure message="${escapeXml(messages[0] ?? "")}">${escapeXml(messages.join("\n"))}</failure>`,
} as const;

function escapeXml(text: string): string {
  return escapeHtml(text.replace(UNWRITABLE, "\ufffd"));
}
