/** A value of a cell. 64-bit unsigned numbers and addresses are text, signed ones and counts are integers. */
export type Cell = string | bigint | number | null;

/** SQLite's storage classes as far as tables use them. */
export type ColumnType = "INTEGER" | "REAL" | "TEXT";

export interface ReportColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** One phrase. */
  readonly note: string;
  /** Shown only when asked for: the raw form of another column. */
  readonly isHidden?: boolean;
}

/** A table that is read row by row, when it is asked for. */
export interface ReportTable {
  readonly name: string;
  /** One sentence. */
  readonly note: string;
  readonly columns: readonly ReportColumn[];
  /** Rows, where that is known without reading them. */
  readonly rowCount?: number;
  /** Cells in the order of the columns. */
  rows(): Iterable<readonly Cell[]>;
}

/** `CREATE TABLE` of a table. */
export function tableDdl({ name, columns }: Pick<ReportTable, "name" | "columns">): string {
  const list = columns.map((column) => `  ${quoteName(column.name)} ${column.type}`);
  return `CREATE TABLE ${quoteName(name)} (\n${list.join(",\n")}\n)`;
}

/** A name as SQL quotes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Truth as SQLite has it. */
export function flag(value: boolean): number {
  return value ? 1 : 0;
}
