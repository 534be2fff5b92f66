import { NONE } from "../base/brand.ts";
import type { Frame, StackTable } from "../model/stacks.ts";

/**
 * Who created whom, by process. Rows are contexts of the snapshot and ghosts: creators that are gone or were not
 * printed. A context without a creator, or whose creator has no id, is a root. Plain columns; children are in source
 * order.
 */
export interface CreationTree {
  readonly rows: readonly CreationRow[];
  readonly roots: readonly number[];
}

export interface CreationRow {
  /** Index into `contexts`, or `NONE` for a ghost. */
  readonly context: number;
  readonly id: bigint | undefined;
  readonly process: string | undefined;
  readonly children: readonly number[];
  /** Descendants that are still there, itself left out. */
  readonly descendants: number;
  /** What a ghost is known by: the function that created its first child. */
  readonly creator?: Frame;
}

interface Draft {
  context: number;
  id: bigint | undefined;
  process: string | undefined;
  children: number[];
  parent: number;
  descendants: number;
  creator?: Frame;
}

export function buildCreationTree(table: StackTable): CreationTree {
  const rows: Draft[] = [];
  const byId = new Map<string, number>();
  table.contexts.forEach(({ id, process }, context) => {
    const row = rows.push({ context, id, process, children: [], parent: NONE, descendants: 0 }) - 1;
    if (id !== undefined) byId.set(`${process ?? ""}\0${id}`, row);
  });
  const placeOf = (process: string | undefined, id: bigint, creator: Frame | undefined): number => {
    const key = `${process ?? ""}\0${id}`;
    let row = byId.get(key);
    if (row === undefined) {
      const ghost: Draft = { context: NONE, id, process, children: [], parent: NONE, descendants: 0 };
      if (creator !== undefined) ghost.creator = creator;
      row = rows.push(ghost) - 1;
      byId.set(key, row);
    }
    return row;
  };
  table.contexts.forEach(({ creator, process, ancestors = [] }, context) => {
    // An ancestor's block names the frame that created it; its creator's id is that of the next block.
    const parents = [
      { id: creator?.id ?? ancestors[0]?.id, frame: frameOf(table, creator?.frame) },
      ...ancestors.map((ancestor, ix) => ({ id: ancestors[ix + 1]?.id, frame: frameOf(table, ancestor.creator) })),
    ];
    let child = context;
    for (const { id, frame } of parents) {
      if (id === undefined || rows[child]!.parent !== NONE) return;
      const parent = placeOf(process, id, frame);
      rows[child]!.parent = parent;
      child = parent;
    }
  });
  breakCycles(rows);
  rows.forEach(({ parent }, row) => {
    if (parent !== NONE) rows[parent]!.children.push(row);
  });
  countDescendants(rows);
  return { rows, roots: rows.flatMap(({ parent }, row) => (parent === NONE ? [row] : [])) };
}

function frameOf(table: StackTable, frame: number | undefined): Frame | undefined {
  return frame === undefined ? undefined : table.frames[frame];
}

/** Ids come from the input, so contexts may claim to have created each other: one of them becomes a root. */
function breakCycles(rows: Draft[]): void {
  const seenIn = new Int32Array(rows.length).fill(NONE);
  for (let start = 0; start < rows.length; start++) {
    for (let row = start; row !== NONE && seenIn[row] === NONE; ) {
      seenIn[row] = start;
      const { parent } = rows[row]!;
      if (parent !== NONE && seenIn[parent] === start) rows[row]!.parent = NONE;
      row = rows[row]!.parent;
    }
  }
}

/** From the leaves up: a row is done when all its children are. */
function countDescendants(rows: Draft[]): void {
  const left = rows.map(({ children }) => children.length);
  const ready = left.flatMap((count, row) => (count === 0 ? [row] : []));
  for (let row = ready.pop(); row !== undefined; row = ready.pop()) {
    const { parent, context, descendants } = rows[row]!;
    if (parent === NONE) continue;
    rows[parent]!.descendants += descendants + (context === NONE ? 0 : 1);
    left[parent]!--;
    if (left[parent] === 0) ready.push(parent);
  }
}

/** One line of code that creates contexts. */
export interface CreationSite {
  readonly frame: Frame;
  readonly count: bigint;
  /** Different creating contexts, where their ids are known. */
  readonly creators: number;
}

/** Lines that created what is there, by how much. */
export function creationSites(table: StackTable): readonly CreationSite[] {
  const sites = new Map<number, { count: bigint; creators: Set<string> }>();
  for (const { creator, count, process } of table.contexts) {
    if (creator === undefined) continue;
    const site = sites.get(creator.frame) ?? { count: 0n, creators: new Set<string>() };
    sites.set(creator.frame, site);
    site.count += count;
    if (creator.id !== undefined) site.creators.add(`${process ?? ""}\0${creator.id}`);
  }
  return [...sites]
    .map(([frame, { count, creators }]) => ({ frame: table.frames[frame]!, count, creators: creators.size }))
    .sort((a, b) => (a.count > b.count ? -1 : a.count < b.count ? 1 : 0));
}
