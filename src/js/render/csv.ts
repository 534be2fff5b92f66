import { escapeCsv } from "../base/text.ts";

/** RFC 4180, CRLF, a header line. Cells that a spreadsheet would run are defused; NULL is an empty cell. */
export function renderCsv(
  columns: readonly string[],
  rows: Iterable<readonly (string | bigint | number | null)[]>,
): string {
  const lines = [columns.map(escapeCsv).join(",")];
  for (const row of rows) lines.push(row.map((cell) => cellText(cell)).join(","));
  return lines.map((line) => `${line}\r\n`).join("");
}

/** Numbers are safe as they are: a leading minus of a number runs nothing. */
function cellText(cell: string | bigint | number | null): string {
  if (cell === null) return "";
  return typeof cell === "string" ? escapeCsv(cell) : String(cell);
}
