import { encodeUtf8 } from "../../../base/bytes.ts";
import { suggestNames } from "../../../base/text.ts";
import type { Action, RuleFile } from "../rules.ts";
import type { CheckReport } from "./report.ts";

/** Bytes of a filed signature, and what Fuchsia's Detect puts before it. */
const MAX_SIGNATURE_BYTES = 128;
const PREFIX_BYTES = 15;

export function checkActions(file: RuleFile, report: CheckReport): void {
  for (const action of file.actions.values()) {
    if (action.type === "Snapshot") checkSignature(file, action, report);
  }
  checkTrials(file, report);
}

function checkSignature(file: RuleFile, action: Extract<Action, { type: "Snapshot" }>, report: CheckReport): void {
  const length = encodeUtf8(action.signature.text).length;
  if (length + PREFIX_BYTES <= MAX_SIGNATURE_BYTES) return;
  const message = `with its prefix the signature of ${action.name} is ${length + PREFIX_BYTES} bytes and will be cut to 128`;
  report.add(file, action.start, { rule: "long-signature", severity: "warning", message });
}

/** Trials of actions that are not there, values of metrics that are not there, actions without a trial. */
function checkTrials(file: RuleFile, report: CheckReport): void {
  const tested = new Set<string>();
  for (const trial of file.trials) {
    const { gauges, prints, signatures, repeats } = trial.expectations ?? {};
    const expected = [gauges, prints, signatures, repeats].flatMap((texts) => [...(texts?.keys() ?? [])]);
    for (const name of [...(trial.yes ?? []), ...(trial.no ?? []), ...expected]) {
      tested.add(name);
      if (file.actions.has(name)) continue;
      const message = `trial "${trial.name}" names an action "${name}" that is not there`;
      const suggestion = suggestNames(name, [...file.actions.keys()], 1)[0];
      report.add(file, trial.start, { rule: "unknown-action", message, suggestion });
    }
    for (const name of trial.values.keys()) {
      if (name.includes("::") || file.metrics.has(name)) continue;
      const message = `trial "${trial.name}" has a value for "${name}", which is no metric`;
      const suggestion = suggestNames(name, [...file.metrics.keys()], 1)[0];
      report.add(file, trial.start, { rule: "unknown-name", severity: "warning", message, suggestion });
    }
  }
  for (const action of file.actions.values()) {
    if (tested.has(action.name) || (action.type === "Gauge" && file.trials.length > 0)) continue;
    const message = `no trial tests the action "${action.name}"`;
    report.add(file, action.start, { rule: "untested-action", severity: "note", message });
  }
}
