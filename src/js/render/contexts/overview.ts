import { countStates } from "../../analysis/waits.ts";
import { escapeTerminal } from "../../base/text.ts";
import { findFact } from "../../model/facts.ts";
import type { SnapshotParts } from "../../model/snapshot.ts";
import type { StackTable } from "../../model/stacks.ts";
import { timeText } from "../profile/report.ts";
import { renderTable } from "../table.ts";
import { waitText } from "./context-text.ts";

/** What there is: processes, how many goroutines, since when, why it died, how far apart the instants may be. */
export function renderOverview(parts: SnapshotParts): string {
  const { stacks, facts } = parts;
  const processes = stacks.processes ?? [];
  const live = processes.filter(({ error }) => error === undefined);
  const count = findFact(facts, "goroutines.count") ?? 0n;
  const profile = findFact(facts, "goroutines.profile");
  const kind = profile === undefined ? "" : ` (${escapeTerminal(String(profile), false)} profile)`;
  const counts = countGoroutines(stacks);
  const shown = [...counts.values()].reduce((sum, n) => sum + n, 0n);
  // Filters leave goroutines out; the fact counts all that were read.
  const amount = shown === count || typeof count !== "bigint" ? `${count}` : `${shown} of ${count}`;
  const plural = (word: string, n: bigint | number, end: string): string => (BigInt(n) === 1n ? word : `${word}${end}`);
  const goroutines = plural("goroutine", typeof count === "bigint" ? count : 0n, "s");
  const lines = [`${amount} ${goroutines} in ${live.length} ${plural("process", live.length, "es")}${kind}`];
  const reason = findFact(facts, "reason");
  if (reason !== undefined) lines.push(`reason: ${escapeTerminal(String(reason)).replaceAll("\n", "\n  ")}`);
  const upper = findFact(facts, "goroutines.skew-upper");
  if (upper !== undefined) {
    lines.push(`captured at most ${Math.ceil(Number(upper) / 1000)} ms apart`);
  }
  const rows = processes.map(({ name, error, total, isTruncated, runtime, buildId, timeNs, batchStartNs, labels }) => {
    const own = counts.get(name) ?? 0n;
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
      labels === undefined
        ? ""
        : Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(" "),
    ];
  });
  return `${lines.join("\n")}\n${indent(renderTable(OVERVIEW_COLUMNS, rows))}`;
}

const OVERVIEW_COLUMNS = [
  { title: "" },
  { title: "", align: "right" },
  { title: "" },
  { title: "" },
  { title: "" },
  { title: "" },
] as const;

function countGoroutines({ contexts }: StackTable): ReadonlyMap<string | undefined, bigint> {
  const counts = new Map<string | undefined, bigint>();
  for (const { process, kind, count } of contexts) {
    if (kind === "goroutine") counts.set(process, (counts.get(process) ?? 0n) + count);
  }
  return counts;
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

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
