import { defaultSignatureRules, type Signature, signatureOf } from "coldframe/identity";
import { type SnapshotVerdict, verdict } from "coldframe/verdict";
import type { Task } from "./task.ts";

/** What every list says of a snapshot. */
export interface Judgement {
  readonly verdict: SnapshotVerdict;
  /** By the built-in rules. */
  readonly signature: Signature;
}

const rules = defaultSignatureRules();

export const judgement: Task<null, Judgement> = {
  id: "judgement",
  what: "working out what happened",
  run: ({ snapshots: [snapshot] }) => ({
    verdict: verdict(snapshot!),
    signature: signatureOf(snapshot!, rules),
  }),
};
