import { append } from "../../base/append.ts";
import { type Column, renderTable } from "../table.ts";

export interface RowTableOptions {
  /** Show columns that are zero in every row; default false: they are named below. */
  readonly zeros?: boolean | undefined;
  /** At most so many rows; what is left out is counted. */
  readonly rows?: number | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** Members that hold addresses of the captured system. */
const ADDRESS = /(?:_kvas?|_addr|_vm_start|_pointer|_table_root|^pcs|_low32)$/;
const ROWS = 256;

/** Rows of any captured table, a column per member; lists below their row's number. */
export function rowTable(rows: readonly (object | null)[], options: RowTableOptions = {}): string {
  const most = options.rows ?? ROWS;
  const shown = rows.slice(0, most).map((row) => (row ?? {}) as Row);
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const lists = names.filter((name) => shown.some((row) => Array.isArray(row[name])));
  const scalars = names.filter((name) => !lists.includes(name));
  const isIdle = (name: string): boolean => shown.every((row) => isNothing(row[name]));
  const idle = options.zeros === true || shown.length < 2 ? [] : scalars.filter(isIdle);
  const used = scalars.filter((name) => !idle.includes(name));
  const columns: Column[] = used.map((name) => ({
    title: name,
    align: shown.every((row) => typeof row[name] !== "string") ? "right" : "left",
  }));
  const cells = shown.map((row, ix) =>
    rows[ix] === null ? ["not captured"] : used.map((name) => cellText(name, row[name])),
  );
  const lines = [isWide(used, cells) ? sideways(used, cells) : renderTable(columns, cells)];
  for (const name of lists) append(lines, listLines(name, shown));
  if (idle.length > 0) lines.push(`zero in every row: ${idle.join(", ")}\n`);
  if (rows.length > most) lines.push(`… ${rows.length - most} more rows\n`);
  return lines.join("");
}

const WIDE = 130;
const FEW = 4;

/** Few rows of many columns read better as many rows of few columns. */
function isWide(names: readonly string[], cells: readonly (readonly string[])[]): boolean {
  if (cells.length > FEW) return false;
  const widths = names.map((name, ix) => Math.max(name.length, ...cells.map((row) => (row[ix] ?? "").length)) + 2);
  return widths.reduce((sum, width) => sum + width, 0) > WIDE;
}

function sideways(names: readonly string[], cells: readonly (readonly string[])[]): string {
  const columns: Column[] = [{ title: "" }, ...cells.map((): Column => ({ title: "", align: "right" }))];
  return renderTable(
    columns,
    names.map((name, ix) => [name, ...cells.map((row) => row[ix] ?? "")]),
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === 0 || value === 0n || value === false || value === "";
}

function cellText(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (ADDRESS.test(name) && (typeof value === "bigint" || typeof value === "number")) return `0x${value.toString(16)}`;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(Object.values(value).map(String)) : String(value);
}

/** `task_kvas of row 2: 0x… 0x…`, wrapped. */
function listLines(name: string, rows: readonly Row[]): string[] {
  return rows.flatMap((row, ix) => {
    const list = row[name];
    if (!Array.isArray(list) || list.length === 0) return [];
    const lines: string[] = [];
    let line = `${name} of row ${ix}:`;
    for (const text of list.map((one) => cellText(name, one))) {
      if (line.length + text.length + 1 > WIDE) {
        lines.push(line);
        line = "   ";
      }
      line += ` ${text}`;
    }
    return [...lines, line].map((one) => `${one}\n`);
  });
}
