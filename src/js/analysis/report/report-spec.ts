import { SnapshotError } from "../../base/errors.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../base/json.ts";
import type { ColumnType } from "./report-table.ts";

const REPORT_SPEC_SCHEMA = 1;

/**
 * What people add to the built-in tables: columns, derived tables, links. It says nothing about a snapshot, so one file
 * serves all of them. Schema: docs/json-schema/report-spec.schema.json.
 */
export interface ReportSpec {
  readonly columns: readonly ExtraColumn[];
  readonly tables: readonly DerivedTable[];
  readonly links: readonly TableLink[];
}

/** A column computed from the others of its table by an SQL expression. */
export interface ExtraColumn {
  readonly table: string;
  readonly name: string;
  readonly sql: string;
  /** How to show it; `TimestampNanos` and `DurationNanos` are numbers of nanoseconds. */
  readonly type: ColumnType | "TimestampNanos" | "DurationNanos";
}

/** A table that is a query over those before it. */
export interface DerivedTable {
  readonly name: string;
  readonly sql: string;
  readonly note?: string | undefined;
}

/** Rows that belong together: equal values in as many columns on either side. */
export interface TableLink {
  readonly from: LinkSide;
  readonly to: LinkSide;
  readonly note?: string | undefined;
}

export interface LinkSide {
  readonly table: string;
  readonly columns: readonly string[];
}

const TYPES: ReadonlySet<string> = new Set(["INTEGER", "REAL", "TEXT", "TimestampNanos", "DurationNanos"]);

export const EMPTY_SPEC: ReportSpec = { columns: [], tables: [], links: [] };

/**
 * Reads a spec file.
 * @throws SnapshotError `MalformedJson`, `NewerSchema`, `MalformedReportSpec` with the path of what is wrong.
 */
export function parseReportSpec(text: string): ReportSpec {
  const json = parseJson(text);
  if (!(json instanceof Map)) throw malformed("", "an object");
  const schema = json.get("schema");
  if (typeof schema === "bigint" && schema > BigInt(REPORT_SPEC_SCHEMA)) {
    throw new SnapshotError(
      "NewerSchema",
      `reading a report spec: schema ${schema} is newer than ${REPORT_SPEC_SCHEMA}`,
      {
        fields: { found: Number(schema), supported: REPORT_SPEC_SCHEMA },
      },
    );
  }
  if (schema !== BigInt(REPORT_SPEC_SCHEMA)) throw malformed("schema", String(REPORT_SPEC_SCHEMA));
  return {
    columns: list(json, "columns", readColumn),
    tables: list(json, "tables", readTable),
    links: list(json, "links", readLink),
  };
}

function malformed(path: string, expected: string): SnapshotError {
  const where = path === "" ? "" : ` at ${path}`;
  return new SnapshotError("MalformedReportSpec", `reading a report spec: expected ${expected}${where}`, { path });
}

function list<Item>(json: JsonObject, key: string, read: (item: JsonObject, path: string) => Item): readonly Item[] {
  const value = json.get(key);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw malformed(key, "an array");
  return value.map((item: JsonValue, ix) => {
    if (!(item instanceof Map)) throw malformed(`${key}[${ix}]`, "an object");
    return read(item, `${key}[${ix}]`);
  });
}

function text(item: JsonObject, key: string, path: string): string {
  const value = item.get(key);
  if (typeof value !== "string" || value === "") throw malformed(`${path}.${key}`, "a text");
  return value;
}

function note(item: JsonObject): { note?: string } {
  const value = item.get("note");
  return typeof value === "string" ? { note: value } : {};
}

function readColumn(item: JsonObject, path: string): ExtraColumn {
  const type = item.get("type") ?? "TEXT";
  if (typeof type !== "string" || !TYPES.has(type)) throw malformed(`${path}.type`, `one of ${[...TYPES].join(", ")}`);
  return {
    table: text(item, "table", path),
    name: text(item, "name", path),
    sql: text(item, "sql", path),
    type: type as ExtraColumn["type"],
  };
}

function readTable(item: JsonObject, path: string): DerivedTable {
  return { name: text(item, "name", path), sql: text(item, "sql", path), ...note(item) };
}

function readLink(item: JsonObject, path: string): TableLink {
  const from = readSide(item.get("from"), `${path}.from`);
  const to = readSide(item.get("to"), `${path}.to`);
  if (from.columns.length !== to.columns.length)
    throw malformed(`${path}.to.columns`, "as many columns as on the other side");
  return { from, to, ...note(item) };
}

function readSide(value: JsonValue | undefined, path: string): LinkSide {
  if (!(value instanceof Map)) throw malformed(path, "an object");
  const columns = value.get("columns");
  if (!Array.isArray(columns) || columns.length === 0 || columns.some((column) => typeof column !== "string")) {
    throw malformed(`${path}.columns`, "an array of names");
  }
  return { table: text(value, "table", path), columns: columns as readonly string[] };
}

/** The spec as it is saved. */
export function renderReportSpec(spec: ReportSpec): object {
  return { schema: REPORT_SPEC_SCHEMA, ...spec };
}
