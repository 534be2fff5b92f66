/** One sentence about a snapshot of any format: what happened, where, since when. */
import { contextsVerdict } from "./analysis/verdict/blocked-contexts.ts";
import { mapsVerdict } from "./analysis/verdict/captured-maps.ts";
import { componentsVerdict } from "./analysis/verdict/component-tree.ts";
import { crashVerdict } from "./analysis/verdict/device-crash.ts";
import { stallVerdict } from "./analysis/verdict/stall.ts";
import type { SnapshotVerdict, VerdictOf, VerdictOptions } from "./analysis/verdict/verdict.ts";
import type { FormatId } from "./base/format-id.ts";
import type { Snapshot } from "./model/snapshot.ts";

export {
  type MissingPiece,
  type RuleOutcomes,
  type SnapshotVerdict,
  type VerdictOptions,
  type VerdictPart,
  verdictText,
} from "./analysis/verdict/verdict.ts";

const VERDICTS: Readonly<Record<FormatId, VerdictOf>> = {
  pigweed: crashVerdict,
  "sched-ext": stallVerdict,
  bpf: mapsVerdict,
  inspect: componentsVerdict,
  goroutines: contextsVerdict,
};

/**
 * What happened, in one sentence with links. Pure; never throws for a snapshot that could be opened. Texts of the
 * snapshot are in it as they are: escape the sentence for where it is shown.
 */
export function verdict(snapshot: Snapshot, options: VerdictOptions = {}): SnapshotVerdict {
  return VERDICTS[snapshot.format](snapshot, options);
}
