import { escapeTerminal } from "../base/text.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

export interface TableOptions {
  /** Applied to whole lines after padding, so that widths stay right. */
  readonly titleStyle?: ((line: string) => string) | undefined;
}

/**
 * Rows of text in aligned columns, two spaces apart, one line each. Cells are hostile: control characters are escaped.
 * The last column is not padded. Widths count UTF-16 units.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const cells = rows.map((row) => columns.map((_, ix) => escapeTerminal(row[ix] ?? "", false)));
  const widths = columns.map(({ title }, ix) =>
    cells.reduce((max, row) => Math.max(max, row[ix]!.length), title.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, ix) => {
        if (columns[ix]!.align === "right") return cell.padStart(widths[ix]!);
        return ix === columns.length - 1 ? cell : cell.padEnd(widths[ix]!);
      })
      .join("  ")
      .trimEnd();
  const style = options.titleStyle ?? ((text: string) => text);
  const hasTitles = columns.some(({ title }) => title !== "");
  const lines = hasTitles ? [style(line(columns.map(({ title }) => title)))] : [];
  for (const row of cells) lines.push(line(row));
  return lines.map((text) => `${text}\n`).join("");
}
