import { escapeHtml } from "../base/text.ts";
import { VERSION } from "../base/version.ts";
import type { LogRecord, LogSource } from "../model/logs.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { framesOf, type StackContext, type StackTable } from "../model/stacks.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { analysisHtml, analysisSize } from "./crash-analysis.ts";
import { drawHistogram } from "./histogram.ts";
import { STYLE, STYLE_HASH } from "./html-style.ts";
import { htmlText as text } from "./html-text.ts";
import { renderTime, renderValue } from "./scalar.ts";
import { renderFrame } from "./text.ts";
import { eventCount, timelineHtml } from "./timeline-html.ts";

export interface HtmlOptions {
  /** Title of the page; default the names of the inputs. */
  readonly title?: string | undefined;
  /** The report of the format's own tools, shown as it is. */
  readonly report?: string | undefined;
  /** Log records shown; the newest are kept and the rest is counted. Default 20,000. */
  readonly logRecords?: number | undefined;
  /** Nodes of the value tree shown; the rest is counted. Default 20,000. */
  readonly valueNodes?: number | undefined;
  /** Sections of the format's own, shown first. */
  readonly sections?: readonly HtmlSection[] | undefined;
}

/** A section of a page that somebody else wrote: `html` is trusted, its texts are escaped already. */
export interface HtmlSection {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

const SHOWN = 20_000;
const PAGE = 500;
/** Nothing loads, nothing runs, nothing is sent; the one style sheet is let in by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/**
 * The snapshot as one page that needs no script, no network and no other file; it follows the reader's light or dark
 * setting. All text is escaped, invisible controls are shown.
 */
export function toHtml(snapshot: Snapshot, options: HtmlOptions = {}): string {
  return [...htmlChunks(snapshot, options)].join("");
}

/** `toHtml` piece by piece. */
export function* htmlChunks(snapshot: Snapshot, options: HtmlOptions = {}): Generator<string> {
  const { inputs, format, facts, issues, analysis = [], stacks, logs, timelines = [], values } = snapshot;
  const title = options.title ?? inputs.map(({ name }) => name).join(", ");
  const sections: [id: string, title: string, size: number, body: () => Iterable<string>][] = [
    ...(options.sections ?? []).map(({ id, title: name, html }): [string, string, number, () => Iterable<string>] => [
      id,
      name,
      1,
      () => [html],
    ]),
    ["issues", `Issues (${issues.length})`, issues.length, () => issueRows(snapshot)],
    ["facts", "Facts", facts.length, () => factRows(snapshot)],
    ["analysis", "Analysis", analysis.reduce((sum, one) => sum + analysisSize(one), 0), () => analysisHtml(snapshot)],
    ["stacks", `Stacks (${stacks.contexts.length})`, stacks.contexts.length, () => stackBlocks(stacks)],
    ["logs", `Logs (${logs.length})`, logs.length, () => logRows(logs, options.logRecords ?? SHOWN)],
    ["timelines", "Recorded events", eventCount(timelines), () => timelineHtml(timelines)],
    ["values", "Values", values.count(values.root), () => valueTree(values, options.valueNodes ?? SHOWN)],
    ["report", "Report", options.report === undefined ? 0 : 1, () => [`<pre>${text(options.report ?? "")}</pre>`]],
  ];
  const filled = sections.filter(([, , size]) => size > 0);
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${escapeHtml(POLICY)}">`;
  yield `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${text(title)}</title><style>${STYLE}</style></head><body>\n`;
  yield `<header><h1>${text(title)}</h1><div class="dim">${text(format)} snapshot, ${inputs.map((input) => `${text(input.name)}: ${input.byteLength} bytes`).join(", ")}</div>`;
  yield `<nav aria-label="Sections">${filled.map(([id, name]) => `<a href="#${id}">${name}</a>`).join("")}</nav></header><main>\n`;
  for (const [id, name, , body] of filled) {
    yield `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>\n`;
    yield* body();
    yield "</section>\n";
  }
  yield `</main><footer>Written by coldframe ${VERSION}. This page loads nothing and sends nothing.</footer></body></html>\n`;
}

function* issueRows({ issues }: Snapshot): Generator<string> {
  yield '<div class="scroll"><table><thead><tr><th>Severity</th><th>Code</th><th>Byte</th><th>Where</th><th>What</th></tr></thead><tbody>\n';
  for (const { severity, code, offset, path, input, message } of issues) {
    const where = [path, input].filter((part) => part !== undefined).join(" in ");
    yield `<tr><td class="${severity}">${severity}</td><td>${text(code)}</td><td class="n">${offset ?? ""}</td><td>${text(where)}</td><td>${text(message)}</td></tr>\n`;
  }
  yield "</tbody></table></div>\n";
}

function* factRows({ facts }: Snapshot): Generator<string> {
  yield '<div class="scroll"><table><tbody>\n';
  for (const { key, value, unit, origin } of facts) {
    const shown = unit === undefined ? String(value) : `${value} ${unit}`;
    yield `<tr><th scope="row">${text(key)}</th><td>${text(shown)}</td><td class="dim">${text(origin ?? "")}</td></tr>\n`;
  }
  yield "</tbody></table></div>\n";
}

function* stackBlocks(table: StackTable): Generator<string> {
  const active = table.contexts.some((context) => context.active === true);
  for (const [ix, context] of table.contexts.entries()) {
    const open = context.active === true || (!active && ix === 0);
    yield `<details class="top"${open ? " open" : ""}><summary>${contextTitle(context)}</summary>`;
    yield* registerTable(context);
    const frames = framesOf(table, context.stack);
    if (frames.length > 0) yield "<table><tbody>";
    for (const [depth, frame] of frames.entries()) {
      yield `<tr><td class="n dim">${depth}</td><td>${text(renderFrame(frame))}</td></tr>`;
    }
    yield frames.length > 0 ? "</tbody></table></details>\n" : '<div class="dim">no frames</div></details>\n';
  }
}

function contextTitle({ kind, name, id, state, count, active, process, labels }: StackContext): string {
  const parts = [
    active === true ? '<b class="error">active</b>' : "",
    `${text(kind)} <span class="name">${text(name)}</span>`,
    id === undefined ? "" : `id ${id}`,
    text(state ?? ""),
    count === 1n ? "" : `× ${count}`,
    process === undefined ? "" : `in ${text(process)}`,
    ...Object.entries(labels ?? {}).map(([key, value]) => `<span class="dim">${text(key)}=${text(value)}</span>`),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function* registerTable({ registers = [] }: StackContext): Generator<string> {
  if (registers.length === 0) return;
  yield '<table><caption class="dim">Registers</caption><tbody>';
  for (const { name, value } of registers) {
    yield `<tr><th scope="row">${text(name)}</th><td>0x${value.toString(16).padStart(8, "0")}</td></tr>`;
  }
  yield "</tbody></table>";
}

function* logRows(logs: LogSource, most: number): Generator<string> {
  const first = Math.max(0, logs.length - most);
  if (first > 0) yield `<p class="dim">The first ${first} of ${logs.length} records are not shown.</p>`;
  yield '<div class="scroll"><table><thead><tr><th>Time</th><th>Level</th><th>Module</th><th>Thread</th><th>Text</th><th>Place</th><th>More</th></tr></thead><tbody>\n';
  for (let ix = first; ix < logs.length; ix++) {
    const { time, level = "", module = "", thread = "", text: message, file, line, dropped, ...more } = logs.at(ix);
    if (dropped !== undefined && dropped > 0)
      yield `<tr><td colspan="7" class="warning">${dropped} records were dropped here</td></tr>\n`;
    const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}`;
    yield `<tr><td class="n">${time === undefined ? "" : renderTime(time, logs)}</td><td class="${text(level)}">${text(level)}</td><td>${text(module)}</td><td>${text(thread)}</td><td>${text(message)}</td><td class="dim">${text(place)}</td><td class="dim">${text(moreOf(more))}</td></tr>\n`;
  }
  yield "</tbody></table></div>\n";
}

function moreOf({ flags, tags = [] }: Pick<LogRecord, "flags" | "tags">): string {
  return [...(flags === undefined ? [] : [`flags 0x${flags.toString(16)}`]), ...tags].join(" ");
}

/** Nested disclosure lists with an explicit stack; what is beyond `most` nodes is counted where it would be. */
function* valueTree(values: ValueSource, most: number): Generator<string> {
  const open: { node: ValueNode; next: number; count: number; page: readonly ValueNode[]; from: number }[] = [];
  let shown = 0;
  const enter = (node: ValueNode, count: number): void => {
    open.push({ node, next: 0, count, page: [], from: 0 });
  };
  enter(values.root, values.count(values.root));
  yield "<ul>\n";
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.next < top.count && shown < most && top.next >= top.from + top.page.length) {
      top.from = top.next;
      top.page = values.page(top.node, top.next, Math.min(PAGE, most - shown));
    }
    const child = shown < most ? top.page[top.next - top.from] : undefined;
    if (child === undefined) {
      if (top.next < top.count) yield `<li class="dim">… ${top.count - top.next} more</li>`;
      open.pop();
      yield open.length > 0 ? "</ul></details></li>\n" : "</ul>\n";
      continue;
    }
    top.next++;
    shown++;
    const count = child.kind === "pointer" ? 0 : values.count(child);
    const label = `<span class="dim">${text(child.typeName ?? "")}</span> <span class="name">${text(child.name)}</span> = ${text(renderValue(values, child))}${noteOf(child)}`;
    const bars = count === 0 ? undefined : drawHistogram(values, child);
    if (count === 0) yield `<li>${label}</li>`;
    else if (bars !== undefined) {
      yield `<li><details><summary>${label}</summary><pre>${text(bars)}</pre></details></li>`;
    } else {
      yield `<li><details${open.length === 1 && top.count <= 20 ? " open" : ""}><summary>${label}</summary><ul>`;
      enter(child, count);
    }
  }
}

function noteOf({ note, origin }: ValueNode): string {
  const parts = [note ?? "", origin === undefined ? "" : `byte ${origin.offset}, ${origin.length} long`];
  const shown = parts.filter((part) => part !== "").join("; ");
  return shown === "" ? "" : ` <span class="dim">${text(shown)}</span>`;
}
