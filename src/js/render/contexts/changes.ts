import type { ContextComparison, GroupChange } from "../../analysis/compare-contexts.ts";
import { NONE } from "../../base/brand.ts";
import { escapeTerminal } from "../../base/text.ts";
import { framesOf, type StackTable } from "../../model/stacks.ts";
import { contextName, frameText, isAlone } from "./context-text.ts";

/** What changed: how many goroutines are gone, new, stuck and moved, then the groups by the size of their change. */
export function renderChanges(
  before: StackTable,
  after: StackTable,
  groups: readonly GroupChange[],
  contexts: ContextComparison | undefined,
  options: { readonly most?: number; readonly frames?: number } = {},
): string {
  const { most = 0, frames = 0 } = options;
  const head = contexts === undefined ? [] : [followedText(contexts) + namesText(before, after, contexts)];
  const shown = most === 0 ? groups : groups.slice(0, most);
  const blocks = shown.map((change) => changeBlock(before, after, change, frames));
  if (shown.length < groups.length) blocks.push(`… ${groups.length - shown.length} more groups changed\n`);
  if (groups.length === 0) blocks.push("no group changed\n");
  return [...head, ...blocks].join("\n");
}

function followedText({ gone, new: added, stuck, moved, unknown }: ContextComparison): string {
  const parts = [
    `${gone.length} gone`,
    `${added.length} new`,
    `${stuck.length} at the same place as before`,
    `${moved.length} moved`,
    ...(unknown > 0 ? [`${unknown} without an id to follow`] : []),
  ];
  return `${parts.join(", ")}\n`;
}

/** Goroutines named per kind of change; the JSON has all. */
const NAMED = 12;

function namesText(
  before: StackTable,
  after: StackTable,
  { gone, new: added, stuck, moved }: ContextComparison,
): string {
  const kinds = [
    ["gone", gone],
    ["new", added],
    ["same place", stuck],
    ["moved", moved],
  ] as const;
  return kinds
    .filter(([, changes]) => changes.length > 0)
    .map(([kind, changes]) => {
      const names = changes
        .slice(0, NAMED)
        .map((change) => (change.after === NONE ? nameOf(before, change.before) : nameOf(after, change.after)));
      const more = changes.length > NAMED ? ` … ${changes.length - NAMED} more` : "";
      return `    ${kind}: ${escapeTerminal(names.join(" "), false)}${more}\n`;
    })
    .join("");
}

function nameOf(table: StackTable, ix: number): string {
  return contextName(table.contexts[ix]!, isAlone(table));
}

function changeBlock(before: StackTable, after: StackTable, change: GroupChange, most: number): string {
  const delta = change.after - change.before;
  const table = change.inAfter === undefined ? before : after;
  const group = change.inAfter ?? change.inBefore!;
  const stack = framesOf(table, group.stack);
  const shown = most === 0 ? stack : stack.slice(0, most);
  const lines = shown.map((frame) => `    ${frameText(frame)}`);
  if (stack.length === 0) lines.push("    (no frames)");
  if (shown.length < stack.length) lines.push(`    … ${stack.length - shown.length} more frames`);
  const sign = delta > 0n ? "+" : "";
  const state = escapeTerminal(group.state ?? "", false);
  return `${[`${sign}${delta} (${change.before} → ${change.after}) ${state}`.trimEnd(), ...lines].join("\n")}\n`;
}
