import type { Convoy } from "../../analysis/convoys.ts";
import type { CreationSite, CreationTree } from "../../analysis/creation-tree.ts";
import type { PivotRow } from "../../analysis/label-pivot.ts";
import type { LinkResult } from "../../analysis/links.ts";
import type { Suspicion } from "../../analysis/suspicions.ts";
import type { LongWait } from "../../analysis/waits.ts";
import { NONE } from "../../base/brand.ts";
import { escapeTerminal } from "../../base/text.ts";
import type { StackTable } from "../../model/stacks.ts";
import { renderTable } from "../table.ts";
import { contextName, frameText, isAlone, waitText } from "./context-text.ts";
import { leafOf, userFrameOf } from "./frames.ts";

const NAMES = 6;

function namesOf(table: StackTable, members: readonly number[], most = NAMES): string {
  const names = members.slice(0, most).map((ix) => contextName(table.contexts[ix]!, isAlone(table)));
  return `${names.join(", ")}${members.length > most ? `, ${members.length - most} more` : ""}`;
}

/** One line per suspicion; `?` marks what is only possible. */
export function renderSuspicions(table: StackTable, found: readonly Suspicion[]): string {
  const rows = found.map(({ kind, isCertain, message, process, contexts }) => [
    isCertain ? "!" : "?",
    kind,
    process ?? "",
    message,
    namesOf(table, contexts),
  ]);
  return renderTable([{ title: "" }, { title: "" }, { title: "" }, { title: "" }, { title: "" }], rows);
}

/** Convoys, each with its site, its wait and who may hold the lock. */
export function renderConvoys(table: StackTable, convoys: readonly Convoy[]): string {
  const blocks = convoys.map(({ process, site, waiters, count, lock, longestWaitNs, possibleHolders }) => {
    const where = process === undefined || isAlone(table) ? "" : ` in ${process}`;
    const wait = longestWaitNs === undefined ? "" : `, longest ${waitText(longestWaitNs)}`;
    const address = lock === undefined ? "" : `, lock 0x${lock.toString(16)}`;
    const holders = possibleHolders.map((ix) => {
      const context = table.contexts[ix]!;
      return `    possible holder ${contextName(context, isAlone(table))} [${context.state ?? ""}] ${leafOf(table, context.stack)}`;
    });
    const lines = [
      `${count} wait for a lock${where}${wait}${address}`,
      `    ${frameText(site)}`,
      `    ${namesOf(table, waiters)}`,
      ...holders,
    ];
    return `${lines.map((line) => escapeTerminal(line, false)).join("\n")}\n`;
  });
  return blocks.join("\n");
}

/** Longest waits first: lower bounds. */
export function renderWaits(table: StackTable, waits: readonly LongWait[]): string {
  const rows = waits.map(({ context: ix, atLeastNs }) => {
    const context = table.contexts[ix]!;
    return [
      waitText(atLeastNs),
      contextName(context, isAlone(table)),
      context.state ?? "",
      userFrameOf(table, context.stack),
    ];
  });
  return renderTable([{ title: "wait" }, { title: "goroutine" }, { title: "state" }, { title: "in" }], rows);
}

/** One line per context. */
export function renderContextList(table: StackTable, members: readonly number[]): string {
  const rows = members.map((ix) => {
    const context = table.contexts[ix]!;
    const { state, waitAtLeastNs, labels, count } = context;
    const labelText = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
    return [
      contextName(context, isAlone(table)),
      count === 1n ? "" : `× ${count}`,
      state ?? "",
      waitAtLeastNs === undefined ? "" : waitText(waitAtLeastNs),
      labelText.join(" "),
      userFrameOf(table, context.stack),
    ];
  });
  return renderTable(
    [
      { title: "goroutine" },
      { title: "" },
      { title: "state" },
      { title: "wait" },
      { title: "labels" },
      { title: "in" },
    ],
    rows,
  );
}

/** Lines that create goroutines, then the tree with ghosts, down to `depth` levels and `most` lines. */
export function renderCreation(
  table: StackTable,
  tree: CreationTree,
  sites: readonly CreationSite[],
  options: { readonly depth?: number; readonly most?: number } = {},
): string {
  const { depth = 6, most = 500 } = options;
  const rows = sites
    .slice(0, 20)
    .map(({ frame, count, creators }) => [String(count), creators > 0 ? String(creators) : "", frameText(frame)]);
  const head = renderTable(
    [{ title: "created", align: "right" }, { title: "by", align: "right" }, { title: "at" }],
    rows,
  );
  const lines: string[] = [];
  const open = tree.roots.map((row) => ({ row, level: 0 })).reverse();
  for (let next = open.pop(); next !== undefined && lines.length < most; next = open.pop()) {
    lines.push(`${"  ".repeat(next.level)}${creationLine(table, tree, next.row)}`);
    if (next.level + 1 >= depth) continue;
    const { children } = tree.rows[next.row]!;
    for (let i = children.length - 1; i >= 0; i--) open.push({ row: children[i]!, level: next.level + 1 });
  }
  if (open.length > 0) lines.push("…");
  return `${head}\n${lines.map((line) => escapeTerminal(line, false)).join("\n")}\n`;
}

function creationLine(table: StackTable, { rows }: CreationTree, row: number): string {
  const { context, id, process, descendants, creator } = rows[row]!;
  const below = descendants > 0 ? ` (${descendants} below)` : "";
  if (context === NONE) {
    const name = isAlone(table) || process === undefined ? `${id}` : `${process}:${id}`;
    return `${name} gone${creator === undefined ? "" : `, created goroutines at ${frameText(creator)}`}${below}`;
  }
  const { state, stack } = table.contexts[context]!;
  return `${contextName(table.contexts[context]!, isAlone(table))} [${state ?? ""}] ${userFrameOf(table, stack)}${below}`;
}

/** Values of one label with what they count. */
export function renderPivot(key: string, rows: readonly PivotRow[]): string {
  const cells = rows.map(({ value, count, byState, processes, longestWaitNs }) => [
    value ?? "(without)",
    String(count),
    [...byState].map(([state, n]) => `${state === "" ? "unknown" : state} ${n}`).join(", "),
    [...processes].join(", "),
    longestWaitNs === undefined ? "" : waitText(longestWaitNs),
  ]);
  return renderTable(
    [
      { title: escapeTerminal(key, false) },
      { title: "count", align: "right" },
      { title: "states" },
      { title: "processes" },
      { title: "longest" },
    ],
    cells,
  );
}

/** Linked contexts, and how many found nobody: normal, because processes are captured at slightly different instants. */
export function renderLinks(table: StackTable, { links, unmatchedFrom, unmatchedTo, isCut, rule }: LinkResult): string {
  const rows = links.map(({ from, to, key }) => [
    contextName(table.contexts[from]!, false),
    contextName(table.contexts[to]!, false),
    key,
    userFrameOf(table, table.contexts[from]!.stack),
    userFrameOf(table, table.contexts[to]!.stack),
  ]);
  const text = renderTable([{ title: "from" }, { title: "to" }, { title: "key" }, { title: "" }, { title: "" }], rows);
  const alone = unmatchedFrom.length + unmatchedTo.length;
  const notes = [
    ...(rule.note === undefined ? [] : [rule.note]),
    ...(isCut ? ["more links exist than are listed"] : []),
    `${alone} found no counterpart (their processes were captured at slightly different instants)`,
  ];
  return `${text}${notes.map((note) => `${escapeTerminal(note, false)}\n`).join("")}`;
}
