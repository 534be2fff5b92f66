import type { Snapshot } from "coldframe";
import { defaultSignatureRules, type Signature, signatureOf } from "coldframe/identity";
import { type SnapshotVerdict, verdict } from "coldframe/verdict";

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
export async function judgedVerdict(snapshot: Snapshot, ruleText: string): Promise<SnapshotVerdict | undefined> {
  if (snapshot.format !== "inspect") return undefined;
  const { ruleSources, runRules } = await import("./rule-run.ts");
  const { result } = runRules(ruleSources(ruleText, snapshot), snapshot);
  if (result === undefined) return undefined;
  const alerts = result.outcomes.filter(({ type }) => type === "Alert");
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
