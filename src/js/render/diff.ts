import type { DiffEntry, DiffValue } from "../analysis/diff-entry.ts";
import type { DiffSection, DiffSubject, SnapshotDiff } from "../analysis/diff-snapshots.ts";
import { renderJson } from "../base/json.ts";
import { escapeHtml, escapeTerminal } from "../base/text.ts";

const MARKS = { added: "+", removed: "-", changed: "~" } as const;
const TITLES = { facts: "Facts", threads: "Threads", logs: "Logs", values: "Values" } as const;

/** Lines of text: `~ path: before → after (+delta)`. Control characters are escaped. */
export function renderDiffText(diff: SnapshotDiff): string {
  const lines = [`--- ${subjectText(diff.before)}`, `+++ ${subjectText(diff.after)}`];
  for (const section of diff.sections) {
    if (section.entries.length === 0) continue;
    lines.push("", `${TITLES[section.name]} (${section.entries.length + section.omitted})`);
    for (const entry of section.entries) lines.push(`  ${entryText(entry)}`);
    if (section.omitted > 0) lines.push(`  … and ${section.omitted} more`);
  }
  if (diff.isEqual) lines.push("", "No differences.");
  return `${lines.join("\n")}\n`;
}

function subjectText({ name, format, version, buildId }: DiffSubject): string {
  const more = [version, buildId === undefined ? undefined : `build ${buildId}`].filter((part) => part !== undefined);
  return escapeTerminal([name, `(${[format, ...more].join(", ")})`].join(" "), false);
}

function entryText(entry: DiffEntry): string {
  return escapeTerminal(`${MARKS[entry.kind]} ${entry.path}: ${changeText(entry)}`, false);
}

function changeText({ kind, before, after, delta, unit, path }: DiffEntry): string {
  const isAddress = path.includes(".registers.");
  const show = (value: DiffValue | undefined): string => (value === undefined ? "" : valueText(value, isAddress));
  const suffix = unit === undefined ? "" : ` ${unit}`;
  if (kind !== "changed") return `${show(kind === "added" ? after : before)}${suffix}`;
  const change = delta === undefined ? "" : ` (${deltaText(delta, isAddress)}${suffix})`;
  return `${show(before)} → ${show(after)}${change === "" ? suffix : change}`;
}

function valueText(value: DiffValue, isAddress: boolean): string {
  return isAddress && typeof value === "bigint" ? `0x${value.toString(16).padStart(8, "0")}` : String(value);
}

function deltaText(delta: bigint | number, isAddress: boolean): string {
  const sign = delta < 0 ? "-" : "+";
  const size = delta < 0 ? -delta : delta;
  return `${sign}${isAddress && typeof size === "bigint" ? `0x${size.toString(16)}` : String(size)}`;
}

/** Everything, 64-bit integers exact. */
export function renderDiffJson(diff: SnapshotDiff): string {
  return renderJson({ schema: 1, ...diff });
}

const STYLE = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#1b1b1b;background:#fff}
h1{font-size:1.2rem}h2{font-size:1rem;margin-top:1.5rem}table{border-collapse:collapse;width:100%}
td,th{padding:.2rem .6rem;text-align:left;vertical-align:top;border-top:1px solid #ddd;font-family:ui-monospace,monospace}
.added{background:#e8f5e9}.removed{background:#fdecea}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}td,th{border-color:#444}
.added{background:#12361a}.removed{background:#451616}}`;

/** One self-contained page without scripts. */
export function renderDiffHtml(diff: SnapshotDiff): string {
  const title = `${diff.before.name} → ${diff.after.name}`;
  const body = diff.isEqual ? "<p>No differences.</p>" : diff.sections.map(sectionHtml).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(subjectText(diff.before))}<br>${escapeHtml(subjectText(diff.after))}</p>
${body}</body></html>
`;
}

function sectionHtml({ name, entries, omitted }: DiffSection): string {
  if (entries.length === 0) return "";
  const rows = entries.map(rowHtml).join("\n");
  const more = omitted > 0 ? `<p>… and ${omitted} more</p>` : "";
  return `<h2>${TITLES[name]} (${entries.length + omitted})</h2>
<table><thead><tr><th>path</th><th>before</th><th>after</th><th>change</th></tr></thead><tbody>
${rows}
</tbody></table>${more}
`;
}

function rowHtml({ path, kind, before, after, delta, unit }: DiffEntry): string {
  const isAddress = path.includes(".registers.");
  const show = (value: DiffValue | undefined): string =>
    value === undefined ? "" : escapeHtml(escapeTerminal(valueText(value, isAddress)));
  const change = delta === undefined ? kind : `${deltaText(delta, isAddress)}${unit === undefined ? "" : ` ${unit}`}`;
  const cells = [escapeHtml(escapeTerminal(path, false)), show(before), show(after), escapeHtml(change)];
  return `<tr class="${kind}">${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}
