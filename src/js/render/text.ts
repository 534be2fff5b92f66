import { escapeTerminal } from "../base/text.ts";
import type { LogSource } from "../model/logs.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Frame, framesOf, type StackContext, type StackTable } from "../model/stacks.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { drawHistogram } from "./histogram.ts";
import { renderTime, renderValue } from "./scalar.ts";
import { renderTable } from "./table.ts";

export interface TextLimits {
  /** Lines of the value tree; what is left out is counted. Default 200. */
  readonly valueLines?: number;
  /** Levels of the value tree. Default 4. */
  readonly valueDepth?: number;
}

const REGISTERS_PER_LINE = 4;

/** The five shapes as text for people. Everything from the snapshot is escaped for terminals. */
export function renderText(snapshot: Snapshot, limits: TextLimits = {}): string {
  const sections = [
    renderIssues(snapshot),
    renderFacts(snapshot),
    renderStacks(snapshot.stacks),
    renderLogs(snapshot.logs),
    renderTree(snapshot.values, snapshot.values.root, limits),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

export function renderIssues({ issues }: Pick<Snapshot, "issues">): string {
  if (issues.length === 0) return "";
  const rows = issues.map((issue) => {
    const where = [issue.offset === undefined ? "" : `byte ${issue.offset}`, issue.path ?? "", issue.input ?? ""];
    return [issue.severity, issue.code, where.filter((part) => part !== "").join(", "), issue.message];
  });
  return heading("Issues", issues.length) + indent(renderTable(columns(4), rows));
}

export function renderFacts({ facts }: Pick<Snapshot, "facts">): string {
  if (facts.length === 0) return "";
  const rows = facts.map(({ key, value, unit }) => [key, unit === undefined ? String(value) : `${value} ${unit}`]);
  return heading("Facts") + indent(renderTable(columns(2), rows));
}

export function renderStacks(table: StackTable): string {
  if (table.contexts.length === 0) return "";
  const blocks = table.contexts.map((context) => renderContext(table, context));
  return heading("Stacks", table.contexts.length) + blocks.join("\n");
}

function renderContext(table: StackTable, context: StackContext): string {
  const { kind, name, id, state, count, active, process, registers = [] } = context;
  const title = [
    active === true ? "*" : " ",
    kind,
    name === "" ? "" : JSON.stringify(name),
    id === undefined ? "" : `id ${id}`,
    state ?? "",
    count === 1n ? "" : `× ${count}`,
    process === undefined ? "" : `in ${process}`,
  ];
  const lines = [title.filter((part) => part !== "").join(" ")];
  for (let i = 0; i < registers.length; i += REGISTERS_PER_LINE) {
    const row = registers.slice(i, i + REGISTERS_PER_LINE);
    lines.push(
      `      ${row.map(({ name: register, value }) => `${register.padEnd(6)} 0x${value.toString(16).padStart(8, "0")}`).join("  ")}`,
    );
  }
  framesOf(table, context.stack).forEach((frame, ix) => {
    lines.push(`    ${String(ix).padStart(2)}  ${renderFrame(frame)}`);
  });
  return lines.map((line) => `${escapeTerminal(line, false)}\n`).join("");
}

/** `name (file:line) at 0x…`, as much of it as is known. */
export function renderFrame({ functionName, file, line, address, module, inlined }: Frame): string {
  const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
  const at = address === undefined ? "" : ` at 0x${address.toString(16)}`;
  const from = module === undefined || functionName !== "" ? "" : ` in ${module}`;
  return `${functionName === "" ? "?" : functionName}${inlined === true ? " [inlined]" : ""}${place}${at}${from}`;
}

function renderLogs(logs: LogSource): string {
  if (logs.length === 0) return "";
  const rows: string[][] = [];
  for (let ix = 0; ix < logs.length; ix++) {
    const { time, level, module, thread, text, file, line, dropped } = logs.at(ix);
    if (dropped !== undefined && dropped > 0) rows.push(["", "", "", "", `… ${dropped} records were dropped here`]);
    const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
    rows.push([
      time === undefined ? "" : renderTime(time, logs),
      level ?? "",
      module ?? "",
      thread ?? "",
      text + place,
    ]);
  }
  const used = [0, 1, 2, 3].filter((ix) => rows.some((row) => row[ix] !== ""));
  const shown = rows.map((row) => [...used, 4].map((ix) => row[ix]!));
  return heading("Logs", logs.length) + indent(renderTable(columns(used.length + 1), shown));
}

/** `renderMembers` as a section of a report; empty for a value without members. */
export function renderTree(values: ValueSource, root: ValueNode, limits: TextLimits = {}): string {
  const members = renderMembers(values, root, limits);
  return members === "" ? "" : heading("Values") + indent(members);
}

/**
 * What is inside a value as a tree, one line per value, cut at the limits with a count of what is left out. Histograms
 * are drawn.
 */
export function renderMembers(values: ValueSource, root: ValueNode, limits: TextLimits = {}): string {
  const { valueLines = 200, valueDepth = 4 } = limits;
  const total = values.count(root);
  if (total === 0) return "";
  const drawn = drawHistogram(values, root);
  if (drawn !== undefined) return drawn;
  const lines: string[] = [];
  const open = [new Level(values, root, total)];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const child = top.peek();
    if (child === undefined) {
      open.pop();
      continue;
    }
    const pad = "  ".repeat(open.length - 1);
    if (lines.length >= valueLines) {
      lines.push(`${pad}… ${top.count - top.next} more`);
      open.pop();
      continue;
    }
    top.next++;
    const type = child.typeName === undefined ? "" : `${child.typeName} `;
    lines.push(escapeTerminal(`${pad}${type}${child.name} = ${renderValue(values, child)}`, false));
    const count = child.kind === "pointer" ? 0 : values.count(child);
    if (count === 0 || open.length >= valueDepth) continue;
    const bars = drawHistogram(values, child);
    if (bars === undefined) open.push(new Level(values, child, count));
    else for (const bar of bars.trimEnd().split("\n")) lines.push(`${pad}  ${bar}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** Children asked for at once: a source may have to go through all of them for any. */
const PAGE = 500;

/** The children of one value, one after another. */
class Level {
  next = 0;
  readonly count: number;
  private readonly values: ValueSource;
  private readonly node: ValueNode;
  private page: readonly ValueNode[] = [];
  private from = 0;

  constructor(values: ValueSource, node: ValueNode, count: number) {
    this.values = values;
    this.node = node;
    this.count = count;
  }

  /** The child number `next`, or undefined at the end. */
  peek(): ValueNode | undefined {
    if (this.next < this.count && this.next >= this.from + this.page.length) {
      this.from = this.next;
      this.page = this.values.page(this.node, this.next, PAGE);
    }
    return this.page[this.next - this.from];
  }
}

function heading(title: string, count?: number): string {
  return count === undefined ? `${title}\n` : `${title} (${count})\n`;
}

function columns(count: number): { title: string }[] {
  return Array.from({ length: count }, () => ({ title: "" }));
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
