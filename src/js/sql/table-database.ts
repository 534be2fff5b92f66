import type { BindParams, Database, Statement } from "sql.js";
import type { ReportSpec, TableLink } from "../analysis/report/report-spec.ts";
import type { Cell, ReportColumn, ReportTable } from "../analysis/report/report-table.ts";
import { quoteName, tableDdl } from "../analysis/report/report-table.ts";
import { toHexString } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { suggestNames } from "../base/text.ts";
import type { SqlEngine } from "./engine.ts";

/** Tables by name, made when a query mentions them. */
export interface TableCatalog {
  /** Names with how many rows they have, where that is known. */
  names(): ReadonlyMap<string, number | undefined>;
  get(name: string): ReportTable | undefined;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** More rows exist than were read. */
  readonly isCut: boolean;
}

/** Rows that a link joins: row numbers of either table, from 1 in the order of its rows. */
export interface LinkedRows {
  readonly link: TableLink;
  readonly pairs: readonly (readonly [from: bigint, to: bigint])[];
  readonly isCut: boolean;
}

const MAX_ROWS = 1_000_000;
const MAX_INTEGER = 0x7fff_ffff_ffff_ffffn;
const SQL_TYPES: Readonly<Record<string, string>> = { TimestampNanos: "INTEGER", DurationNanos: "INTEGER" };

/**
 * SQL over the tables of a snapshot. A table is filled the first time a query names it, so a table per function and a
 * row per argument cost nothing until they are asked for. Close it when done: SQLite's memory is its own.
 */
export class TableDatabase {
  private readonly db: Database;
  private readonly catalog: TableCatalog;
  private readonly loaded = new Set<string>();
  private readonly views = new Set<string>();
  private spec: ReportSpec = { columns: [], tables: [], links: [] };

  constructor(engine: SqlEngine, catalog: TableCatalog) {
    this.db = new engine.Database();
    this.catalog = catalog;
  }

  close(): void {
    this.db.close();
  }

  /**
   * Runs a query (or several statements; the result is that of the last one that gives rows).
   * @throws SnapshotError `InvalidQuery` with the names there are.
   */
  query(sql: string, options: { readonly maxRows?: number } = {}): QueryResult {
    this.loadMentioned(sql);
    let result: QueryResult = { columns: [], rows: [], isCut: false };
    try {
      for (const statement of this.db.iterateStatements(sql)) {
        const read = readRows(statement, options.maxRows ?? MAX_ROWS);
        if (read.columns.length > 0) result = read;
      }
    } catch (cause) {
      throw this.invalidQuery(sql, cause);
    }
    return result;
  }

  /** Columns of a table or view, hidden ones included. */
  columnsOf(name: string): readonly ReportColumn[] {
    const table = this.catalog.get(name);
    if (table !== undefined) return [...table.columns, ...this.extraColumns(name)];
    const { rows } = this.query(`SELECT name, type FROM pragma_table_info('${name.replaceAll("'", "''")}')`);
    return rows.map(([column, type]) => ({
      name: String(column),
      type: type === "INTEGER" ? "INTEGER" : "TEXT",
      note: "",
    }));
  }

  private extraColumns(table: string): ReportColumn[] {
    return this.spec.columns
      .filter((column) => column.table === table)
      .map(({ name, type, sql }) => ({ name, type: type in SQL_TYPES ? "INTEGER" : (type as "TEXT"), note: sql }));
  }

  /**
   * Adds the columns, derived tables and links of a spec. What does not fit this snapshot — a function that is on no
   * stack, a column that is missing — is left out and noted.
   */
  addSpec(spec: ReportSpec): readonly Issue[] {
    const issues: Issue[] = [];
    const attempt = (what: string, run: () => void): boolean => {
      try {
        run();
        return true;
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
        issues.push({ code: error.code, severity: "warning", message: `${what}: ${error.message}`, path: what });
        return false;
      }
    };
    const columns = spec.columns.filter((column, ix) =>
      attempt(`columns[${ix}]`, () => {
        this.load(column.table, true);
        const type = SQL_TYPES[column.type] ?? column.type;
        this.run(
          `ALTER TABLE ${quoteName(column.table)} ADD COLUMN ${quoteName(column.name)} ${type} GENERATED ALWAYS AS (${column.sql}) VIRTUAL`,
        );
      }),
    );
    const tables = spec.tables.filter((table, ix) =>
      attempt(`tables[${ix}]`, () => {
        this.loadMentioned(table.sql);
        this.run(`CREATE VIEW ${quoteName(table.name)} AS ${table.sql}`);
        this.views.add(table.name);
        this.query(`SELECT * FROM ${quoteName(table.name)}`, { maxRows: 1 });
      }),
    );
    const links = spec.links.filter((link, ix) => attempt(`links[${ix}]`, () => void this.linkedRows(link, 1)));
    this.spec = {
      columns: [...this.spec.columns, ...columns],
      tables: [...this.spec.tables, ...tables],
      links: [...this.spec.links, ...links],
    };
    return issues;
  }

  /** What of all specs fits this snapshot. */
  get activeSpec(): ReportSpec {
    return this.spec;
  }

  /** Rows that a link joins. NULL joins nothing. */
  linkedRows(link: TableLink, maxRows = 100_000): LinkedRows {
    const { from, to } = link;
    const same = from.columns.map((column, ix) => `a.${quoteName(column)} = b.${quoteName(to.columns[ix]!)}`);
    const isSelf = from.table === to.table;
    const isSymmetric = isSelf && from.columns.join("\0") === to.columns.join("\0");
    // A row is not linked to itself, and two rows of a symmetric link only once.
    const other = isSymmetric ? " AND a.rowid < b.rowid" : isSelf ? " AND a.rowid <> b.rowid" : "";
    const sql = `SELECT a.rowid, b.rowid FROM ${this.numberedRows(from.table)} a JOIN ${this.numberedRows(to.table)} b ON ${same.join(" AND ")}${other}`;
    const { rows, isCut } = this.query(sql, { maxRows });
    return { link, pairs: rows.map(([a, b]) => [BigInt(a as bigint), BigInt(b as bigint)] as const), isCut };
  }

  /** A derived table has no row numbers of its own: its rows are numbered as they come. */
  private numberedRows(name: string): string {
    const quoted = quoteName(name);
    return this.views.has(name) ? `(SELECT row_number() OVER () AS rowid, * FROM ${quoted})` : quoted;
  }

  /**
   * The database as an SQLite file: the built-in tables, the function tables asked for, and everything a spec added.
   * @param extra names of function tables to put in
   */
  exportFile(extra: readonly string[] = []): Uint8Array<ArrayBuffer> {
    for (const [name, rows] of this.catalog.names()) if (!isFunctionTable(name) && rows !== 0) this.load(name);
    for (const name of extra) this.load(name, true);
    return new Uint8Array(this.db.export());
  }

  private loadMentioned(sql: string): void {
    for (const name of mentionedNames(sql)) this.load(name);
  }

  /** @throws SnapshotError `InvalidQuery` when `isNeeded` and there is no such table */
  private load(name: string, isNeeded = false): void {
    if (this.loaded.has(name) || this.views.has(name)) return;
    const table = this.catalog.get(name);
    if (table === undefined) {
      if (isNeeded) throw this.noTable(name);
      return;
    }
    this.loaded.add(name);
    this.run(tableDdl(table));
    const marks = table.columns.map(() => "?").join(", ");
    const statement = this.db.prepare(`INSERT INTO ${quoteName(name)} VALUES (${marks})`);
    this.run("BEGIN");
    for (const row of table.rows()) statement.run(row.map(bindable) as BindParams);
    this.run("COMMIT");
    statement.free();
  }

  private run(sql: string): void {
    try {
      this.db.run(sql);
    } catch (cause) {
      throw this.invalidQuery(sql, cause);
    }
  }

  private invalidQuery(sql: string, cause: unknown): SnapshotError {
    const message = cause instanceof Error ? cause.message : String(cause);
    // SQLite puts the schema's name before the table's: `main`, which is also Go's commonest package.
    const missing = /^no such table: (?:main\.)?(.*)$/.exec(message)?.[1];
    if (missing !== undefined) return this.noTable(missing, sql);
    const column = /^no such column: (?:.*\.)?(.*)$/.exec(message)?.[1];
    if (column !== undefined) return this.noColumn(column, sql);
    return new SnapshotError("InvalidQuery", `running a query: ${message}`, { fields: { sql }, cause });
  }

  /** Names the columns of the tables that the query reads. */
  private noColumn(name: string, sql: string): SnapshotError {
    const tables = [...mentionedNames(sql)].filter((table) => this.loaded.has(table));
    const columns = tables.flatMap((table) => this.catalog.get(table)?.columns.map((column) => column.name) ?? []);
    const near = suggestNames(name, columns)[0];
    const shown = columns.slice(0, 8).join(", ") + (columns.length > 8 ? ", …" : "");
    const hint = near === undefined ? `; there are ${shown}` : `; did you mean ${near}?`;
    const among = tables.length > 0 ? ` in ${tables.join(", ")}${hint}` : "";
    return new SnapshotError("InvalidQuery", `running a query: there is no column ${name}${among}`, {
      fields: { sql },
      available: columns.slice(0, 50),
    });
  }

  private noTable(name: string, sql?: string): SnapshotError {
    const names = [...this.catalog.names().keys(), ...this.views];
    const near = names.includes(`main.${name}`) ? [`"main.${name}" in double quotes`] : suggestNames(name, names);
    const hint = near.length > 0 ? `; did you mean ${near[0]}?` : "";
    return new SnapshotError("InvalidQuery", `running a query: there is no table ${name}${hint}`, {
      ...(sql !== undefined && { fields: { sql } }),
      available: names.filter((known) => !isFunctionTable(known)).slice(0, 50),
    });
  }
}

/** Names of functions have a dot; those of other tables do not. */
export function isFunctionTable(name: string): boolean {
  return !/^\w+$/.test(name);
}

/** SQLite has no unsigned 64-bit integers; an id beyond its range is NULL rather than wrong. */
function bindable(cell: Cell): Cell {
  return typeof cell === "bigint" && (cell > MAX_INTEGER || cell < -MAX_INTEGER - 1n) ? null : cell;
}

/** The published types lack the second parameter. */
interface BigIntReader {
  get(params: null, config: { readonly useBigInt: boolean }): readonly unknown[];
}

function readRows(statement: Statement, most: number): QueryResult {
  const columns = statement.getColumnNames();
  const rows: (readonly Cell[])[] = [];
  const reader = statement as unknown as BigIntReader;
  let isCut = false;
  while (statement.step()) {
    if (rows.length >= most) {
      isCut = true;
      break;
    }
    rows.push(reader.get(null, { useBigInt: true }).map(toCell));
  }
  return { columns, rows, isCut };
}

function toCell(value: unknown): Cell {
  if (value instanceof Uint8Array) return toHexString(value);
  if (typeof value === "bigint") {
    const small = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
    return small ? Number(value) : value;
  }
  return value as Cell;
}

/** Every word and every quoted name of a query: a superset of the tables it uses. */
function mentionedNames(sql: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of sql.matchAll(/"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([A-Za-z_]\w*)/g)) {
    names.add(match[1]?.replaceAll('""', '"') ?? match[2] ?? match[3] ?? match[4]!);
  }
  return names;
}
