import type { Issue, Snapshot } from "coldframe";
import {
  EMPTY_SPEC,
  loadSqlEngine,
  parseReportSpec,
  type QueryResult,
  type ReportSpec,
  snapshotCatalog,
  TableDatabase,
} from "coldframe/tables";
import type { Task } from "./task.ts";

export interface Query {
  readonly sql: string;
  /** Text of a report spec; empty for none. */
  readonly spec: string;
  readonly maxRows: number;
}

export interface Tables {
  /** Names with their rows, where those are known. */
  readonly names: readonly (readonly [name: string, rows: number | undefined])[];
  /** What of the spec fits this snapshot. */
  readonly spec: ReportSpec;
  /** What of it does not. */
  readonly issues: readonly Issue[];
}

interface Opened {
  readonly text: string;
  readonly database: TableDatabase;
  readonly issues: readonly Issue[];
}

/** SQLite keeps what a query filled, for as long as the snapshot and the spec are the same. */
const databases = new WeakMap<Snapshot, Opened>();

async function databaseOf(snapshot: Snapshot, text: string): Promise<Opened> {
  const found = databases.get(snapshot);
  if (found?.text === text) return found;
  const spec = text.trim() === "" ? EMPTY_SPEC : parseReportSpec(text);
  const database = new TableDatabase(await loadSqlEngine(), snapshotCatalog(snapshot));
  const opened = { text, database, issues: database.addSpec(spec) };
  found?.database.close();
  databases.set(snapshot, opened);
  return opened;
}

export const tables: Task<string, Tables> = {
  id: "tables",
  what: "loading SQLite",
  aside: true,
  async run({ snapshots: [snapshot] }, text) {
    const { database, issues } = await databaseOf(snapshot!, text);
    return { names: [...snapshotCatalog(snapshot!).names()], spec: database.activeSpec, issues };
  },
};

export const query: Task<Query, QueryResult> = {
  id: "query",
  what: "running the query",
  aside: true,
  run: async ({ snapshots: [snapshot] }, { sql, spec, maxRows }) =>
    (await databaseOf(snapshot!, spec)).database.query(sql, { maxRows }),
};

export const databaseFile: Task<string, Uint8Array<ArrayBuffer>> = {
  id: "database-file",
  what: "writing the database",
  aside: true,
  run: async ({ snapshots: [snapshot] }, text) => (await databaseOf(snapshot!, text)).database.exportFile(),
};
