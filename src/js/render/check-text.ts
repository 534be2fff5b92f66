import type { AssertionResult, CheckReport } from "../analysis/check/check-report.ts";
import { escapeTerminal } from "../base/text.ts";

const WORDS = { Pass: "pass", Inconclusive: "inconclusive", Fail: "FAIL" } as const;

/** A report for people: a line per assertion, what spoke against it below, a summary last. */
export function renderCheckText(report: CheckReport): string {
  const lines = report.results.flatMap(assertionLines);
  const { passed, inconclusive, failed } = report;
  return [...lines, `${passed} passed, ${inconclusive} inconclusive, ${failed} failed`]
    .map((line) => `${line}\n`)
    .join("");
}

function assertionLines({ name, verdict, messages, notes }: AssertionResult): string[] {
  return [
    `${WORDS[verdict].padEnd(12)}  ${escapeTerminal(name, false)}`,
    ...messages.map((message) => `    ${escapeTerminal(message, false)}`),
    ...notes.map((note) => `    note: ${escapeTerminal(note, false)}`),
  ];
}
