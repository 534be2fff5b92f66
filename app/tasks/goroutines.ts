import {
  buildCreationTree,
  buildFlameTree,
  type ContextGroup,
  type Convoy,
  type CreationSite,
  type CreationTree,
  countStates,
  creationSites,
  type FlameOptions,
  type FlameTree,
  findConvoys,
  findLinks,
  findSuspicions,
  type GroupOptions,
  groupContexts,
  type LabelKey,
  type LinkResult,
  type LongWait,
  labelKeys,
  labelRule,
  longestWaits,
  type PivotRow,
  pivotByLabel,
  type Suspicion,
} from "coldframe/goroutines";

import type { Task } from "./task.ts";

export const groups: Task<GroupOptions, readonly ContextGroup[]> = {
  id: "groups",
  what: "grouping stacks",
  run: ({ snapshots: [snapshot] }, options) => groupContexts(snapshot!.stacks, options),
};

export const flame: Task<FlameOptions, FlameTree> = {
  id: "flame",
  what: "merging stacks",
  run: ({ snapshots: [snapshot] }, options) => buildFlameTree(snapshot!.stacks, options),
};

export interface Waits {
  readonly suspicions: readonly Suspicion[];
  readonly convoys: readonly Convoy[];
  readonly states: ReturnType<typeof countStates>;
  readonly longest: readonly LongWait[];
  readonly labels: readonly LabelKey[];
}

/** Waits listed as the longest. */
const LONGEST = 20;

export const waits: Task<null, Waits> = {
  id: "waits",
  what: "looking for who waits for whom",
  run: ({ snapshots: [snapshot] }) => {
    const { stacks } = snapshot!;
    return {
      suspicions: findSuspicions(stacks),
      convoys: findConvoys(stacks),
      states: countStates(stacks),
      longest: longestWaits(stacks, LONGEST),
      labels: labelKeys(stacks),
    };
  },
};

export const links: Task<string, LinkResult> = {
  id: "links",
  what: "looking for links between processes",
  run: ({ snapshots: [snapshot] }, label) => findLinks(snapshot!.stacks, labelRule(label)),
};

export interface Creations {
  readonly sites: readonly CreationSite[];
  readonly tree: CreationTree;
  readonly labels: readonly LabelKey[];
}

export const creations: Task<null, Creations> = {
  id: "creations",
  what: "looking for what started what",
  run: ({ snapshots: [snapshot] }) => {
    const { stacks } = snapshot!;
    return { sites: creationSites(stacks), tree: buildCreationTree(stacks), labels: labelKeys(stacks) };
  },
};

export const pivot: Task<string, readonly PivotRow[]> = {
  id: "pivot",
  what: "counting by label",
  run: ({ snapshots: [snapshot] }, label) => pivotByLabel(snapshot!.stacks, label),
};
