import { renderCell, renderTable, type Snapshot, SnapshotError, type ValueSource } from "../../js/index.ts";
import { entryRow, fieldContent } from "../../js/triage.ts";
import { type Entry, type Field, MapTable, openMap, type TableColumn, tableColumn } from "../../js/view.ts";
import type { Call } from "../command.ts";
import { openTableFilter } from "../table-filter.ts";

/** Rows printed at once: their columns are as wide as the widest among them. */
const PAGE = 1000;

/** Whether the entries of a map are asked for, and not what is inside a value. */
export function wantsTable({ options }: Call): boolean {
  return ["sort", "columns", "cpu"].some((name) => options.last(name) !== undefined);
}

/** `ls` of a map, array or struct with a column for each member: filtered, sorted, one page or all of it. */
export async function listTable(call: Call, snapshot: Snapshot, path: string): Promise<void> {
  const { options, out, signal } = call;
  const { map, entryPath } = openMap(snapshot, path);
  const filter = openTableFilter(call, "rows");
  const { values } = snapshot;
  const cpu = options.count("cpu", 0);
  const whole = cpu === undefined ? new MapTable(map, values) : new MapTable(map, values).onCpu(cpu);
  let table = filter === undefined ? whole : whole.filter((entry) => filter.keeps(entryRow(values, whole, entry)));
  const order = options.list("sort").slice(-1).map(columnOf);
  const columns = options
    .list("columns")
    .flatMap((names) => names.split(","))
    .map(columnOf);
  checkColumns(table, [...order, ...columns]);
  for (const { name } of order) table = table.sort(name, options.flag("descending") ? "descending" : "ascending");
  if (columns.length === 0) columns.push(...table.columns().slice(0, MOST_COLUMNS));
  const { from, to } = pageOf(call, table.length);
  for (let row = from; row < to && !signal.aborted; row += PAGE) {
    const rows = table
      .page(row, Math.min(PAGE, to - row))
      .map((entry, ix) => ({ path: entryPath(table.entryOf(row + ix)), entry }));
    if (out.json)
      for (const { path: place, entry } of rows) await out.jsonLine(rowJson(values, place, table, entry, columns));
    else await out.pieces([textOf(call, values, table, rows, columns, row === from)]);
  }
  filter?.report();
  if (to < table.length && !out.json) out.note(`rows ${from + 1} to ${to} of ${table.length}`);
}

const MOST_COLUMNS = 8;

/** As in filters, a name of neither side is the value's. */
function columnOf(name: string): TableColumn {
  return tableColumn(/^(?:key|value)(?:[.[]|$)/.test(name) ? name : `value.${name}`);
}

/** @throws SnapshotError of the first row for a column that none of the first rows has. */
function checkColumns(table: MapTable, columns: readonly TableColumn[]): void {
  const rows = columns.length === 0 ? [] : table.page(0, PAGE);
  for (const column of columns) {
    const errors = rows.map((entry) => table.cell(entry, column).error);
    if (errors.length > 0 && !errors.includes(undefined)) throw errors[0]!;
  }
}

/** Rows of the page that is asked for; all of them unless `--rows` says how many. @throws SnapshotError `UsageError` */
export function pageOf({ options }: Call, total: number): { readonly from: number; readonly to: number } {
  const rows = options.count("rows");
  const page = options.count("page");
  if (rows === undefined && page !== undefined)
    throw new SnapshotError("UsageError", "--page needs --rows: how long is a page?");
  if (rows === undefined) return { from: 0, to: total };
  const from = Math.min(total, rows * ((page ?? 1) - 1));
  return { from, to: Math.min(total, from + rows) };
}

interface Row {
  readonly path: string;
  readonly entry: Entry;
}

function textOf(
  call: Call,
  values: ValueSource,
  table: MapTable,
  rows: readonly Row[],
  columns: readonly TableColumn[],
  first: boolean,
): string {
  const titles = [{ title: "PATH" }, ...columns.map(({ name }) => ({ title: name }))];
  const shown = first ? titles : titles.map((column) => ({ ...column, title: "" }));
  const cells = rows.map(({ path, entry }) => [
    path,
    ...columns.map((column) => cellText(values, table.cell(entry, column))),
  ]);
  return renderTable(shown, cells, { titleStyle: call.out.colors.bold });
}

/** Empty for a value that is not there. */
function cellText(values: ValueSource, field: Field): string {
  if (field.node !== undefined) return renderCell(values, field.node);
  const key = field.tryAsU64();
  return key.ok ? String(key.value) : "";
}

function rowJson(
  values: ValueSource,
  path: string,
  table: MapTable,
  entry: Entry,
  columns: readonly TableColumn[],
): object {
  const cells = columns.map((column) => {
    const field = table.cell(entry, column);
    return [column.name, fieldContent(values, field) ?? (cellText(values, field) || null)] as const;
  });
  return { path, cells: Object.fromEntries(cells) };
}
