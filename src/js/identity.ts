import { DEFAULT_SIGNATURE_RULES } from "./analysis/default-signature-rules.ts";
import { parseSignatureRules, type SignatureRules } from "./analysis/signature-rules.ts";

export { DEFAULT_SIGNATURE_RULES } from "./analysis/default-signature-rules.ts";
export type { DiffEntry, DiffValue } from "./analysis/diff-entry.ts";
export {
  type DiffOptions,
  type DiffSection,
  type DiffSubject,
  diffSnapshots,
  type SnapshotDiff,
} from "./analysis/diff-snapshots.ts";
export {
  type GroupTotals,
  groupKey,
  identityOf,
  type SnapshotDigest,
  type SnapshotGroup,
  SnapshotGrouper,
  type ValueCounts,
} from "./analysis/group-snapshots.ts";
export {
  GroupingComparison,
  type GroupName,
  type GroupShare,
  type RegroupedGroup,
  type RegroupedSnapshots,
} from "./analysis/regrouping.ts";
export { type ExplainedPart, type Signature, signatureOf } from "./analysis/signature.ts";
export {
  NORMALISATIONS,
  type Normalisation,
  parseSignatureRules,
  type SignaturePart,
  type SignatureRules,
} from "./analysis/signature-rules.ts";
export type { SignatureInput } from "./analysis/signature-sources.ts";
export type { SignatureStep } from "./analysis/signature-steps.ts";
export { compareVersions, type FactFilter, parseFactFilter } from "./analysis/version-filter.ts";
export { sha256 } from "./base/sha256.ts";
export { renderDiffHtml, renderDiffJson, renderDiffText } from "./render/diff.ts";

/** The rules that apply when none are given. */
export function defaultSignatureRules(): SignatureRules {
  return parseSignatureRules(DEFAULT_SIGNATURE_RULES);
}
