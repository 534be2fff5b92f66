import { checkRules, type Diagnostic, type RuleSource, renderCheckSarif } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { describeDiagnostic } from "./rule-files.ts";

/** Prints everything the checker has to say about rules; the status is 1 if any of it is an error. */
export async function checkRuleFiles(call: Call, sources: readonly RuleSource[]): Promise<ExitStatus> {
  const { options, limits, out } = call;
  const found = checkRules(sources, { limits, legacy: options.flag("legacy") });
  if (options.last("output-format") === "sarif") await out.pieces([renderCheckSarif(found)]);
  else if (out.json) for (const one of found) await out.jsonLine(one);
  else await printText(call, found, sources.length);
  return found.some(({ severity }) => severity === "error") ? EXIT.findings : EXIT.ok;
}

async function printText({ out }: Call, found: readonly Diagnostic[], files: number): Promise<void> {
  for (const one of found) await out.line(out.safe(describeDiagnostic(one)));
  const count = (severity: Diagnostic["severity"]): number => found.filter((one) => one.severity === severity).length;
  const totals = `${count("error")} errors, ${count("warning")} warnings, ${count("note")} notes`;
  await out.line(`${files} rule ${files === 1 ? "file" : "files"}: ${totals}`);
}
