import type { VerdictWord } from "../../view/verdict.ts";

export const CHECK_REPORT_SCHEMA = 1;

/** What one assertion came to. */
export interface AssertionResult {
  readonly name: string;
  readonly verdict: VerdictWord;
  /** What spoke against it, one sentence each. */
  readonly messages: readonly string[];
  /** What was left out of the judgement. */
  readonly notes: readonly string[];
  /** Snapshots that were looked at. */
  readonly snapshots: number;
}

/** What a file of assertions came to. Its JSON form is docs/json-schema/check-report.schema.json. */
export interface CheckReport {
  readonly schema: typeof CHECK_REPORT_SCHEMA;
  readonly name: string;
  readonly verdict: VerdictWord;
  readonly passed: number;
  readonly inconclusive: number;
  readonly failed: number;
  readonly results: readonly AssertionResult[];
}

export function reportOf(name: string, results: readonly AssertionResult[]): CheckReport {
  const count = (verdict: VerdictWord): number => results.filter((result) => result.verdict === verdict).length;
  const [passed, inconclusive, failed] = [count("Pass"), count("Inconclusive"), count("Fail")];
  const verdict = failed > 0 ? "Fail" : inconclusive > 0 ? "Inconclusive" : "Pass";
  return { schema: CHECK_REPORT_SCHEMA, name, verdict, passed, inconclusive, failed, results };
}
