import type { StackContext, StackTable } from "../../model/stacks.ts";
import type { Cell, ColumnType, ReportColumn, ReportTable } from "./report-table.ts";

/** One column and how a row is read. */
export type Column<Row> = readonly [name: string, type: ColumnType, note: string, read: (row: Row) => Cell | undefined];

/** A table of rows that are read one by one. */
export function define<Row>(
  name: string,
  note: string,
  columns: readonly Column<Row>[],
  rows: () => Iterable<Row>,
  rowCount?: number,
): ReportTable {
  return {
    name,
    note,
    columns: columns.map(([column, type, text]): ReportColumn => ({ name: column, type, note: text })),
    ...(rowCount !== undefined && { rowCount }),
    *rows() {
      for (const row of rows()) yield columns.map(([, , , read]) => read(row) ?? null);
    },
  };
}

/** One goroutine, thread or record, and its number. */
export interface ContextRow {
  readonly context: StackContext;
  readonly ix: number;
}

/** Numbers of the processes, from 1. */
export function processNumbers({ processes = [], contexts }: StackTable): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { name } of processes) numbers.set(name, numbers.size + 1);
  for (const { process = "" } of contexts) if (!numbers.has(process)) numbers.set(process, numbers.size + 1);
  return numbers;
}

export type Numbers = ReadonlyMap<string, number>;

export const PROCESS_ID = "number of the process in the snapshot, from 1";
export const GOROUTINE_ID = "id in its process; NULL for records of a profile and for threads";
export const CONTEXT_ID = "number of the goroutine or record in the snapshot, from 0";
