import type { TaskWhereabouts } from "../../analysis/scheduler/find-task.ts";
import { escapeTerminal } from "../../base/text.ts";
import { renderTable } from "../table.ts";

const COLUMNS = [{ title: "SURE" }, { title: "WHERE" }, { title: "WHAT" }, { title: "WHY" }] as const;

/** Where a task is, the most certain first. Escaped for terminals. */
export function renderTask({ pid, comm, sightings, addresses, silent }: TaskWhereabouts): string {
  const name = comm === undefined ? String(pid) : `${comm}[${pid}]`;
  if (sightings.length === 0) return escapeTerminal(`Nothing in the capture speaks of task ${name}.\n`);
  const rows = sightings.map(({ confidence, table, path, text, why }) => [
    confidence,
    table === "logs" ? `line ${path}` : path,
    text,
    why ?? "",
  ]);
  const lines = [`Task ${name}\n`, renderTable(COLUMNS, rows)];
  for (const { kva, why, confidence } of addresses)
    lines.push(`address 0x${kva.toString(16)} (${confidence}: ${why})\n`);
  if (silent.length > 0) lines.push(`not in: ${silent.join(", ")}\n`);
  return escapeTerminal(lines.join(""));
}
