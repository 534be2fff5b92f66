import { type ResultLists, renderExplanations, renderTriageText } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import type { Judged } from "./judge.ts";

/** A judged snapshot for a reader: its name, the report in upstream's form, the reports asked for, and why. */
export async function printTriageText(call: Call, judged: Judged, verbose: boolean): Promise<void> {
  const { out } = call;
  const { name, snapshot, result, explanations } = judged;
  call.out.issues(snapshot.issues, name);
  call.out.issues(result.issues, name);
  await out.line(out.colors.bold(`==> ${out.safe(name)} (${snapshot.format}) <==`));
  const lists = escaped(result, out.safe);
  const plugins = result.plugins.filter(hasFindings).map((plugin) => ({
    ...escaped(plugin, out.safe),
    displayName: plugin.displayName,
  }));
  const text = renderTriageText({ ...lists, plugins }, { verbose });
  const reports = result.snapshots.map(({ signature, namespace, action }) => `${signature} (${namespace}::${action})`);
  const asked = reports.length === 0 ? "" : `Reports asked for\n-----------------\n${lines(reports.map(out.safe))}\n`;
  const said = text + asked;
  await out.pieces([said === "" ? nothing(judged) : said]);
  if (explanations.length > 0) await out.pieces([`${renderExplanations(explanations)}\n`]);
}

function nothing({ result }: Judged): string {
  const missing = result.outcomes.filter(({ status }) => status === "missing").length;
  const left = missing === 0 ? "" : `, ${missing} of them because what they need is not in the snapshot`;
  return `None of ${result.outcomes.length} actions has anything to say${left}.\n\n`;
}

function hasFindings({ errors, warnings, gauges }: ResultLists): boolean {
  return errors.length + warnings.length + gauges.length > 0;
}

function escaped(lists: ResultLists, safe: (text: string) => string): ResultLists {
  const { errors, warnings, gauges, brokenGauges, infos } = lists;
  return {
    errors: errors.map(safe),
    warnings: warnings.map(safe),
    gauges: gauges.map(safe),
    brokenGauges: brokenGauges.map(safe),
    infos: infos.map(safe),
  };
}

function lines(entries: readonly string[]): string {
  return entries.map((entry) => `${entry}\n`).join("");
}
