import type { SnapshotError } from "../base/errors.ts";
import type { MapCapture } from "../model/maps.ts";
import { noActiveScheduler, placeholderSnapshot } from "./failures.ts";
import { type ObjectSections, objectsOf } from "./global-sections.ts";

/** Which maps a view admits: those of one BPF object, perhaps only those at known addresses. */
export interface ActiveFilter {
  readonly obj: string;
  /** Empty: every address. */
  readonly kvas: readonly bigint[];
}

/** The filter and the steps that led to it, for people who ask why. */
export interface ActiveChoice {
  readonly filter: ActiveFilter | SnapshotError;
  readonly steps: readonly string[];
}

/** Finds the running scheduler's maps (section 4.1). Looks at all maps, whatever a view admits. */
export function chooseActive(capture: MapCapture): ActiveChoice {
  if (capture.isPlaceholder) return { filter: placeholderSnapshot(null), steps: ["the report is a placeholder"] };
  const objects = objectsOf(capture.maps);
  const names = objects.map(({ obj }) => obj);
  const steps = [names.length === 0 ? "no global sections were captured" : `objects with globals: ${names.join(", ")}`];
  const named = objects.find(({ obj }) => obj === capture.activeObjName);
  if (named !== undefined) return chooseNamed(named, capture.activeMapKvas, steps);
  if (capture.activeObjName !== undefined)
    steps.push(`the capture named ${capture.activeObjName}, which is not among them`);
  else steps.push("the capture did not name the running object");
  return { filter: chooseUnnamed(objects), steps };
}

function chooseNamed(named: ObjectSections, kvas: readonly bigint[], steps: readonly string[]): ActiveChoice {
  const found = `the capture named ${named.obj}`;
  if (kvas.length > 0) {
    const step = `${kvas.length} addresses of its live maps were captured`;
    return { filter: { obj: named.obj, kvas }, steps: [...steps, found, step] };
  }
  const filter = isCopied(named) ? severalCopies(named) : { obj: named.obj, kvas: [] };
  return { filter, steps: [...steps, found, "no addresses of live maps were captured"] };
}

function chooseUnnamed(objects: readonly ObjectSections[]): ActiveFilter | SnapshotError {
  const [only] = objects;
  if (only === undefined) return noActiveScheduler("no global-section maps were captured");
  if (objects.length > 1) return severalObjects(objects);
  return isCopied(only) ? severalCopies(only) : { obj: only.obj, kvas: [] };
}

function isCopied({ counts }: ObjectSections): boolean {
  return [...counts.values()].some((count) => count > 1);
}

function severalCopies({ obj, counts }: ObjectSections): SnapshotError {
  const copies = [...counts].filter(([, count]) => count > 1).map(([section, count]) => `${section} ${count} times`);
  return noActiveScheduler(
    `${JSON.stringify(obj)} was captured more than once (${copies.join(", ")}) and no whitelist of live map addresses came with it; liveVarsVia(names, maxBySumU64) picks a copy by several counters, liveVarVia(name, maxByCounterValue) by one`,
  );
}

function severalObjects(objects: readonly ObjectSections[]): SnapshotError {
  const names = objects.map(({ obj }) => JSON.stringify(obj)).join(", ");
  return noActiveScheduler(
    `${objects.length} BPF objects have globals (${names}) and the running one was not identified at capture; vars(name) lists every copy, map("<obj>.<section>") addresses one`,
  );
}
