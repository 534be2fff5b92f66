import { buildFlameTree, diffFlameTrees, type FlameTree } from "coldframe/goroutines";
import { diffSnapshots, type SnapshotDiff } from "coldframe/identity";
import type { Task } from "./task.ts";

export interface Differences {
  readonly diff: SnapshotDiff;
  /** Undefined where one of the two has no stacks. */
  readonly flame: FlameTree | undefined;
}

/** Entries of one section. */
const MOST_ENTRIES = 20_000;

/** Of two snapshots, the earlier one first. */
export const differences: Task<null, Differences> = {
  id: "differences",
  what: "comparing",
  run({ snapshots: [before, after] }) {
    const sides = [before!.stacks, after!.stacks];
    const hasStacks = sides.every(({ contexts }) => contexts.length > 0);
    const [from, to] = sides.map((stacks) => buildFlameTree(stacks, { byProcess: false }));
    return {
      diff: diffSnapshots(before!, after!, { maxEntries: MOST_ENTRIES }),
      flame: hasStacks ? diffFlameTrees(from!, to!) : undefined,
    };
  },
};
