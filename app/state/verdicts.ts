import type { Snapshot } from "coldframe";
import { defaultSignatureRules, type Signature, signatureOf } from "coldframe/identity";
import { type SnapshotVerdict, verdict } from "coldframe/verdict";
import type { Analyses } from "./analyses.ts";
import type { Opened } from "./types.ts";

const verdicts = new WeakMap<Snapshot, SnapshotVerdict>();
const signatures = new WeakMap<Snapshot, Signature>();
const rules = defaultSignatureRules();

/** Worked out once for each snapshot: lists ask for it at every drawing. */
export function verdictFor(snapshot: Snapshot): SnapshotVerdict {
  let found = verdicts.get(snapshot);
  if (found === undefined) {
    found = verdict(snapshot);
    verdicts.set(snapshot, found);
  }
  return found;
}

/**
 * The verdict with what the rules of the format say, for the formats that are judged by rules: those are loaded only
 * then. Undefined for the others.
 */
export async function judgedVerdict(
  analyses: Analyses,
  opened: Opened,
  ruleText: string,
  signal: AbortSignal,
): Promise<SnapshotVerdict | undefined> {
  const { snapshot } = opened;
  if (snapshot.format !== "inspect") return undefined;
  const { rulesTask } = await import("../tasks/rules.ts");
  const [run] = await analyses.run(rulesTask(ruleText), [opened], ruleText, signal);
  if (run?.outcomes === undefined) return undefined;
  const alerts = run.outcomes.filter(({ type }) => type === "Alert");
  const fired = alerts.filter(({ status }) => status === "fired").map(({ text, action }) => text ?? action);
  return verdict(snapshot, { rules: { total: alerts.length, fired } });
}

/** By the rules that apply where none are given. */
export function signatureFor(snapshot: Snapshot): Signature {
  let found = signatures.get(snapshot);
  if (found === undefined) {
    found = signatureOf(snapshot, rules);
    signatures.set(snapshot, found);
  }
  return found;
}
