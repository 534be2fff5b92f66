import type { ContextChange, ContextComparison, GroupChange } from "../../analysis/compare-contexts.ts";
import type { Convoy } from "../../analysis/convoys.ts";
import type { CreationSite, CreationTree } from "../../analysis/creation-tree.ts";
import type { LabelKey, PivotRow } from "../../analysis/label-pivot.ts";
import type { LinkResult } from "../../analysis/links.ts";
import type { Suspicion } from "../../analysis/suspicions.ts";
import type { LongWait } from "../../analysis/waits.ts";
import { NONE } from "../../base/brand.ts";
import type { StackTable } from "../../model/stacks.ts";
import { plainChange, plainContext, plainFrame } from "./plain.ts";

// Plain objects of what analyses found, for JSON output: docs/json-schema/goroutines.schema.json. Names are stable.

/** Which goroutine or record: `context` is its number in the snapshot, from 0; records of a profile have no id. */
export function plainReference({ contexts }: StackTable, ix: number): object {
  const { process, id } = contexts[ix]!;
  return { context: ix, process, id };
}

export function plainWaits(table: StackTable, waits: readonly LongWait[]): object {
  return { waits: waits.map(({ context, atLeastNs }) => ({ atLeastNs, ...plainContext(table, context) })) };
}

export function plainConvoys(table: StackTable, convoys: readonly Convoy[]): object {
  const references = (members: readonly number[]): object[] => members.map((ix) => plainReference(table, ix));
  return {
    convoys: convoys.map(({ process, site, waiters, count, lock, longestWaitNs, possibleHolders }) => ({
      process,
      site: plainFrame(site),
      count,
      lock: lock === undefined ? undefined : `0x${lock.toString(16)}`,
      longestWaitNs,
      waiters: references(waiters),
      possibleHolders: references(possibleHolders),
    })),
  };
}

export function plainSuspicions(table: StackTable, suspicions: readonly Suspicion[]): object {
  return {
    suspicions: suspicions.map(({ contexts, ...suspicion }) => ({
      ...suspicion,
      contexts: contexts.map((ix) => plainReference(table, ix)),
    })),
  };
}

/** The tree as rows; `parent` is a row's number. Ghosts have no `context`. */
export function plainCreation(tree: CreationTree, sites: readonly CreationSite[]): object {
  const parents = new Map<number, number>();
  tree.rows.forEach(({ children }, row) => {
    for (const child of children) parents.set(child, row);
  });
  return {
    sites: sites.map(({ frame, count, creators }) => ({ frame: plainFrame(frame), count, creators })),
    tree: tree.rows.map(({ context, id, process, descendants, creator }, row) => ({
      parent: parents.get(row),
      context: context === NONE ? undefined : context,
      process,
      id,
      descendants,
      createdAt: creator === undefined ? undefined : plainFrame(creator),
    })),
  };
}

export function plainPivot(keys: readonly LabelKey[], key: string, rows: readonly PivotRow[]): object {
  return {
    keys,
    key,
    rows: rows.map(({ value, count, byState, processes, longestWaitNs }) => ({
      value,
      count,
      byState,
      processes: [...processes],
      longestWaitNs,
    })),
  };
}

export function plainLinks(table: StackTable, results: readonly LinkResult[]): object {
  return {
    rules: results.map(({ rule, links, unmatchedFrom, unmatchedTo, isCut }) => ({
      rule,
      links: links.map(({ from, to, key }) => ({
        key,
        from: plainReference(table, from),
        to: plainReference(table, to),
      })),
      unmatchedFrom: unmatchedFrom.map((ix) => plainReference(table, ix)),
      unmatchedTo: unmatchedTo.map((ix) => plainReference(table, ix)),
      isCut,
    })),
  };
}

/** What changed between two snapshots, by group and by goroutine. */
export function plainChanges(
  before: StackTable,
  after: StackTable,
  groups: readonly GroupChange[],
  { gone, new: added, stuck, moved, unknown }: ContextComparison,
): object {
  const followed = (changes: readonly ContextChange[]): object[] =>
    changes.map((change) =>
      change.after === NONE ? plainReference(before, change.before) : plainReference(after, change.after),
    );
  return {
    groups: groups.map((change) => plainChange(before, after, change)),
    gone: followed(gone),
    new: followed(added),
    stuck: followed(stuck),
    moved: followed(moved),
    unknown,
  };
}
