import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderRulePacks } from "../../../../scripts/gen-rule-packs.mjs";
import { checkRules, loadRules, RULE_PACKS, rulePackSources, runTrials } from "../../../../src/js/triage.ts";

describe("the built-in rule packs", () => {
  it("are what rules/ holds; run scripts/gen-rule-packs.mjs after a change there", () => {
    expect(readFileSync("src/js/analysis/triage/committed/rule-packs.generated.ts", "utf8")).toBe(renderRulePacks());
  });

  for (const { name } of RULE_PACKS) {
    it(`${name} passes the checker without a remark`, () => {
      const remarks = checkRules(rulePackSources().filter((source) => source.namespace === name));
      expect(remarks.map((d) => `${d.line}:${d.column} ${d.rule} ${d.message}`)).toEqual([]);
    });

    it(`${name} passes its own trials`, () => {
      const report = runTrials(loadRules(rulePackSources().filter((source) => source.namespace === name)));
      expect(report.errors).toEqual([]);
      expect(report.checks.filter((check) => !check.passed)).toEqual([]);
      expect(report.passed).toBeGreaterThan(5);
    });
  }
});
