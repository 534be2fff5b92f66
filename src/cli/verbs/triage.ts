import { SnapshotError } from "../../js/index.ts";
import { RULE_PACKS } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus, worseOf } from "../exit.ts";
import { checkRuleFiles } from "../triage/check-rule-files.ts";
import { runAsUpstream } from "../triage/compat.ts";
import { judge } from "../triage/judge.ts";
import { readRuleSources } from "../triage/rule-files.ts";
import { runRuleTrials } from "../triage/run-trials.ts";

const COMPAT_ONLY = ["config", "data"] as const;
const NOT_COMPAT = ["rules", "action", "fail-on", "now"] as const;

export async function runTriage(call: Call): Promise<ExitStatus> {
  const { options, operands } = call;
  if (options.flag("compat")) return runCompatibly(call);
  for (const name of COMPAT_ONLY) if (options.list(name).length > 0) throw refuse(`--${name} needs --compat`);
  if (options.flag("packs")) return listPacks(call);
  const isCheck = options.flag("check");
  if (!isCheck && !options.flag("test")) {
    if (operands.length === 0) throw refuse("triage needs FILE…, or --check or --test");
    return judge(call);
  }
  if (operands.length > 0) throw refuse("--check and --test look at rules only: leave out FILE…");
  const sources = await readRuleSources(call);
  const status = isCheck ? await checkRuleFiles(call, sources) : EXIT.ok;
  return options.flag("test") ? worseOf(status, await runRuleTrials(call, sources)) : status;
}

async function runCompatibly(call: Call): Promise<ExitStatus> {
  const { options, operands } = call;
  for (const name of NOT_COMPAT) if (options.list(name).length > 0) throw refuse(`--compat does not take --${name}`);
  for (const name of ["test", "check", "explain", "series"]) {
    if (options.flag(name)) throw refuse(`--compat does not take --${name}`);
  }
  if (operands.length > 0) throw refuse("--compat takes no FILE: name the snapshot by --data");
  return runAsUpstream(call);
}

async function listPacks({ out }: Call): Promise<ExitStatus> {
  for (const { name, format } of RULE_PACKS) {
    if (out.json) await out.jsonLine({ name, format });
    else await out.line(`${name}  ${format}`);
  }
  return EXIT.ok;
}

function refuse(message: string): SnapshotError {
  return new SnapshotError("UsageError", message);
}
