import type { ContextGroup } from "../../analysis/group-contexts.ts";
import { escapeTerminal } from "../../base/text.ts";
import { framesOf, type StackTable } from "../../model/stacks.ts";
import { contextName, frameText, isAlone, waitText } from "./context-text.ts";

export interface GroupTextOptions {
  /** Groups shown; the others are counted. 0: all. Default 0. */
  readonly most?: number | undefined;
  /** Frames per stack; 0: all. Default 0. */
  readonly frames?: number | undefined;
  /** Ids named per group. Default 4. */
  readonly ids?: number | undefined;
}

/** Groups of equal stacks: how many, since when, who, and the stack with the innermost frame first. */
export function renderGroups(
  table: StackTable,
  groups: readonly ContextGroup[],
  options: GroupTextOptions = {},
): string {
  const most = options.most === undefined || options.most === 0 ? groups.length : options.most;
  const blocks = groups.slice(0, most).map((group) => renderGroup(table, group, options));
  const left = groups.slice(most);
  if (left.length > 0) {
    const count = left.reduce((sum, group) => sum + group.count, 0n);
    blocks.push(`… ${left.length} more groups with ${count} goroutines\n`);
  }
  return blocks.join("\n");
}

function renderGroup(table: StackTable, group: ContextGroup, options: GroupTextOptions): string {
  const first = table.contexts[group.members[0]!]!;
  const title = [
    `${group.count} ×`,
    escapeTerminal(group.state === undefined || group.state === "" ? "(state unknown)" : group.state, false),
    first.stateInferred === true ? "(inferred)" : "",
    waitPart(table, group),
    first.traits === undefined ? "" : `[${first.traits.join(", ")}]`,
    namesPart(table, group, options.ids ?? 4),
  ];
  const frames = framesOf(table, group.stack);
  const shown = options.frames === undefined || options.frames === 0 ? frames : frames.slice(0, options.frames);
  const lines = shown.map((frame) => `    ${frameText(frame)}`);
  if (frames.length === 0) lines.push("    (no frames)");
  if (shown.length < frames.length) lines.push(`    … ${frames.length - shown.length} more frames`);
  const creator = first.creator === undefined ? undefined : table.frames[first.creator.frame];
  if (creator !== undefined) lines.push(`  created by ${frameText(creator)}`);
  return `${[title.filter((part) => part !== "").join(" "), ...lines].join("\n")}\n`;
}

/** The longest wait with whose it is, and how many have none known. */
function waitPart(table: StackTable, { longest, longestWaitNs, waiting, members }: ContextGroup): string {
  if (longest === undefined || longestWaitNs === undefined) return "";
  const who = members.length > 1 ? ` (${contextName(table.contexts[longest]!, isAlone(table))})` : "";
  const unknown = members.length - waiting;
  return `${waitText(longestWaitNs)}${escapeTerminal(who, false)}${unknown > 0 ? `, ${unknown} without a known wait` : ""}`;
}

function namesPart(table: StackTable, { members, processes }: ContextGroup, most: number): string {
  if (table.contexts[members[0]!]!.id === undefined)
    return processes.length > 0 && !isAlone(table) ? `in ${escapeTerminal(processes.join(", "), false)}` : "";
  const names = members.slice(0, most).map((ix) => contextName(table.contexts[ix]!, isAlone(table)));
  const more = members.length > most ? `, ${members.length - most} more` : "";
  return `— ${escapeTerminal(names.join(", "), false)}${more}`;
}
