import type { Scalar } from "coldframe";
import type { CellTone, Detail, TableColumn, TableModel } from "./types.ts";

/** A column over rows that are at hand. */
export interface RecordColumn<Row> extends TableColumn {
  read(row: Row): Scalar | undefined;
  /** What is shown, where that is not the scalar. */
  show?(row: Row): string | undefined;
  tone?(row: Row): CellTone | undefined;
}

export interface RecordTable<Row> {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly RecordColumn<Row>[];
  detail?(row: Row, ix: number): Detail;
  enter?(row: Row, ix: number): void;
  field?(row: Row, path: string): Scalar | undefined;
  /** Keeps columns in which no row has anything: they were asked for. */
  readonly keepsEmpty?: boolean;
}

/** A table model over an array. Columns in which no row has anything are left out. */
export function recordTable<Row>(table: RecordTable<Row>): TableModel {
  const { name, rows, columns, detail, enter, field, keepsEmpty } = table;
  const isEmpty = (value: Scalar | undefined): boolean => value === undefined || value === null || value === "";
  const shown =
    rows.length === 0 || keepsEmpty === true
      ? columns
      : columns.filter(({ read }) => rows.some((row) => !isEmpty(read(row))));
  return {
    name,
    columns: shown,
    length: rows.length,
    scalar: (row, column) => shown[column]?.read(rows[row]!) ?? null,
    text: (row, column) => shown[column]?.show?.(rows[row]!),
    tone: (row, column) => shown[column]?.tone?.(rows[row]!),
    ...(field !== undefined && { field: (row: number, path: string) => field(rows[row]!, path) }),
    ...(detail !== undefined && { detail: (row: number) => detail(rows[row]!, row) }),
    ...(enter !== undefined && { enter: (row: number) => enter(rows[row]!, row) }),
  };
}

/** All members of a plain record as fields of the detail panel. */
export function recordDetail(title: string, record: object, rest: Partial<Detail> = {}): Detail {
  const fields = Object.entries(record).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === "") return [];
    if (Array.isArray(value) && value.length === 0) return [];
    return [{ name, value: Array.isArray(value) ? value.map(String).join(", ") : String(value) }];
  });
  return { title, fields, json: () => record, ...rest };
}
