import { renderJunit } from "../../js/check.ts";
import { openTrialInspect, type RuleSource, renderTrials, runTrials, trialCases } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { loadRuleSources } from "./rule-files.ts";

/** Runs the trials of rules; the status is 1 if one fails. */
export async function runRuleTrials(call: Call, sources: readonly RuleSource[]): Promise<ExitStatus> {
  const { limits, options, out } = call;
  const report = runTrials(loadRuleSources(call, sources), {
    limits,
    openInspect: (json5) => openTrialInspect(json5, limits),
  });
  if (options.last("output-format") === "junit") await out.pieces([renderJunit([trialCases(report)])]);
  else if (out.json) await out.jsonLine({ schema: 1, ...report });
  else await out.pieces([renderTrials(report)]);
  return report.failed + report.errors.length > 0 ? EXIT.findings : EXIT.ok;
}
