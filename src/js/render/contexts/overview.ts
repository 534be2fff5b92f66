import { countStates } from "../../analysis/waits.ts";
import { escapeTerminal } from "../../base/text.ts";
import { findFact } from "../../model/facts.ts";
import type { SnapshotParts } from "../../model/snapshot.ts";
import { timeText } from "../profile/report.ts";
import { renderTable } from "../table.ts";
import { waitText } from "./context-text.ts";

/** What there is: processes, how many goroutines, since when, why it died, how far apart the instants may be. */
export function renderOverview(parts: SnapshotParts): string {
  const { stacks, facts } = parts;
  const processes = stacks.processes ?? [];
  const live = processes.filter(({ error }) => error === undefined);
  const count = findFact(facts, "goroutines.count") ?? 0n;
  const lines = [`${count} goroutines in ${live.length} process${live.length === 1 ? "" : "es"}`];
  const reason = findFact(facts, "reason");
  if (reason !== undefined) lines.push(`reason: ${escapeTerminal(String(reason)).replaceAll("\n", "\n  ")}`);
  const upper = findFact(facts, "goroutines.skew-upper");
  if (upper !== undefined) {
    lines.push(`captured at most ${Math.ceil(Number(upper) / 1000)} ms apart`);
  }
  const rows = processes.map(({ name, error, total, isTruncated, runtime, buildId, timeNs, batchStartNs }) => {
    const own = stacks.contexts.reduce(
      (sum, c) => (c.process === name && c.kind === "goroutine" ? sum + c.count : sum),
      0n,
    );
    const time = batchStartNs ?? timeNs;
    const read =
      error !== undefined
        ? `not captured: ${error}`
        : isTruncated === true
          ? `${own} of ${total ?? "more"}, cut`
          : String(own);
    return [
      name,
      read,
      runtime === undefined ? "" : `go ${runtime}`,
      time === undefined ? "" : timeText(time),
      buildId ?? "",
    ];
  });
  return `${lines.join("\n")}\n${indent(renderTable([{ title: "" }, { title: "", align: "right" }, { title: "" }, { title: "" }, { title: "" }], rows))}`;
}

/** States × processes. */
export function renderStates(parts: SnapshotParts): string {
  const { processes, rows } = countStates(parts.stacks);
  const perProcess = processes.length > 1 ? processes : [];
  const columns = [
    { title: "state" },
    { title: "all", align: "right" as const },
    ...perProcess.map((title) => ({ title: escapeTerminal(title, false), align: "right" as const })),
    { title: "longest" },
  ];
  const cells = rows.map((row) => [
    `${row.state === "" ? "(unknown)" : row.state}${row.inferred > 0n ? " (inferred)" : ""}`,
    String(row.count),
    ...(perProcess.length > 0 ? row.perProcess.map((n) => (n === 0n ? "" : String(n))) : []),
    row.longestWaitNs === undefined ? "" : waitText(row.longestWaitNs),
  ]);
  return renderTable(columns, cells);
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
