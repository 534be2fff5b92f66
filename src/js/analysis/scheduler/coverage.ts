import type { Issue } from "../../base/issue.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ValueNode } from "../../model/values.ts";
import { walkTree } from "../../view/tree-walk.ts";

/** What a capture has and lacks, and why. */
export interface Coverage {
  /** Nothing is known to be missing. */
  readonly isComplete: boolean;
  readonly captured: CapturedCounts;
  /** What could not be read of the file, then what was not captured, each with its reason. */
  readonly gaps: readonly CoverageGap[];
  /** Values that are there in part or not at all. */
  readonly values: ValueGaps;
}

export interface CapturedCounts {
  readonly maps: number;
  readonly entries: number;
  readonly arenaPages: number;
  readonly tasks: number;
  readonly cpus: number;
  readonly queues: number;
}

export interface CoverageGap {
  readonly code: string;
  readonly severity: Issue["severity"];
  readonly path?: string;
  readonly why: string;
}

export interface ValueGaps {
  /** Arrays of which only the first elements were captured. */
  readonly clipped: number;
  /** Values with fewer bytes than their type has. */
  readonly cut: number;
  /** Values that could not be read. */
  readonly unreadable: number;
  /** Pointers that were not followed, with a reason. */
  readonly notFollowed: number;
  /** Paths of the first of them. */
  readonly examples: readonly string[];
  /** Every value was looked at. */
  readonly isComplete: boolean;
}

const VISITS = 100_000;
const EXAMPLES = 8;

/** @param visits values looked at for gaps inside them; default 100,000. */
export function coverageOf(snapshot: Snapshot, visits: number = VISITS): Coverage {
  const gaps = snapshot.issues.map(({ code, severity, path, message }): CoverageGap => {
    return { code, severity, ...(path !== undefined && { path }), why: message };
  });
  const values = valueGaps(snapshot, visits);
  const inside = values.clipped + values.cut + values.unreadable;
  return { isComplete: gaps.length === 0 && inside === 0, captured: countCaptured(snapshot), gaps, values };
}

function countCaptured({ maps: capture }: Snapshot): CapturedCounts {
  const maps = capture?.maps ?? [];
  const host = capture?.host;
  const sum = (count: (map: (typeof maps)[number]) => number): number =>
    maps.reduce((total, map) => total + count(map), 0);
  return {
    maps: maps.length,
    entries: sum(({ stores }) => stores.reduce((total, { length }) => total + length, 0)),
    arenaPages: sum(({ arena }) => arena?.pages.length ?? 0),
    tasks: (host?.task_enrichments.length ?? 0) + (host?.kernel_tasks.length ?? 0),
    cpus: host?.rq_scx_states.length ?? 0,
    queues: host?.dsq_states.length ?? 0,
  };
}

function valueGaps({ values }: Snapshot, most: number): ValueGaps {
  const counts = { clipped: 0, cut: 0, unreadable: 0, notFollowed: 0 };
  const examples: string[] = [];
  let visited = 0;
  for (const visit of walkTree(values, values.root)) {
    if (visited++ >= most) return { ...counts, examples, isComplete: false };
    const gap = gapOf(visit.node);
    if (gap === undefined) continue;
    counts[gap]++;
    if (examples.length < EXAMPLES) examples.push(visit.path());
  }
  return { ...counts, examples, isComplete: true };
}

function gapOf({ kind, problem, note }: ValueNode): Exclude<keyof ValueGaps, "examples" | "isComplete"> | undefined {
  if (kind === "truncated") return "cut";
  if (kind === "error" || kind === "absent") return "unreadable";
  if (kind === "array" && note?.startsWith("clipped") === true) return "clipped";
  const isUnfollowed = kind === "pointer" && problem !== undefined && problem.code === "PointerNotFollowed";
  return isUnfollowed ? "notFollowed" : undefined;
}
