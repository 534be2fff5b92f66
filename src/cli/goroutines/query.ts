import { readFile, rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { renderTable, type Snapshot, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import {
  type Cell,
  isFunctionTable,
  loadSqlEngine,
  parseReportSpec,
  type QueryResult,
  renderCsv,
  snapshotCatalog,
  type TableCatalog,
  TableDatabase,
} from "../../js/tables.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";
import { openTableFilter } from "../table-filter.ts";
import { readNumber } from "./options.ts";

/** The verb `query`. */
export async function runQuery(call: Call): Promise<ExitStatus> {
  const onlyFiles = call.options.flag("tables") || call.options.last("sqlite") !== undefined;
  const [sql, files] = onlyFiles ? [undefined, call.operands] : [call.operands[0]!, call.operands.slice(1)];
  if (files.length === 0) throw new SnapshotError("UsageError", "query needs SQL and a FILE");
  const { snapshots } = await openTogether(call, files, { open: await readOpenOptions(call) });
  const snapshot = chooseSnapshot(call, snapshots);
  call.out.issues(snapshot.issues);
  const catalog = snapshotCatalog(snapshot);
  const database = new TableDatabase(await loadSqlEngine(), catalog);
  try {
    await addSpecs(call, database);
    if (call.options.flag("tables")) await listTables(call, database, catalog);
    if (sql !== undefined) await printResult(call, database, sql);
    await writeDatabase(call, database);
  } finally {
    database.close();
  }
  return EXIT.ok;
}

function chooseSnapshot(call: Call, snapshots: readonly Snapshot[]): Snapshot {
  const number = call.options.last("snapshot");
  if (number !== undefined) {
    const chosen = /^\d{1,9}$/.test(number) ? snapshots[Number(number) - 1] : undefined;
    if (chosen !== undefined) return chosen;
    throw new SnapshotError("UsageError", `--snapshot ${number}: there are 1 to ${snapshots.length}`);
  }
  const chosen = snapshots.find(({ stacks }) => stacks.contexts.length > 0) ?? snapshots[0]!;
  if (snapshots.length > 1) {
    call.out.note(
      `reading snapshot ${snapshots.indexOf(chosen) + 1} of ${snapshots.length}; --snapshot N takes another`,
    );
  }
  return chosen;
}

async function addSpecs(call: Call, database: TableDatabase): Promise<void> {
  for (const file of call.options.list("spec")) {
    const path = resolve(call.host.cwd, file);
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      throw fileNotReadable(file, error);
    });
    call.out.issues(database.addSpec(parseReportSpec(text)), file);
  }
}

async function printResult(call: Call, database: TableDatabase, sql: string): Promise<void> {
  const most = readNumber(call.options, "rows") ?? 1000;
  const result = filterRows(
    call,
    interruptible(() => database.query(sql, most === 0 ? {} : { maxRows: most })),
  );
  const kind = call.out.json ? "json" : (call.options.last("as") ?? "table");
  if (kind === "csv") await call.out.text(renderCsv(result.columns, result.rows));
  else if (kind === "json") await printJson(call, result);
  else
    await call.out.text(
      renderTable(
        result.columns.map(titleOf(result)),
        result.rows.map((row) => row.map(cellText)),
      ),
    );
  if (result.isCut) call.out.note(`more than ${result.rows.length} rows; --rows 0 prints all`);
}

/** SQLite lets no signal through to a listener while it works, so for so long the system ends the program itself. */
function interruptible<Result>(run: () => Result): Result {
  const listeners = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  try {
    return run();
  } finally {
    for (const listener of listeners) process.on("SIGINT", listener);
  }
}

/** The rows that `--filter` keeps, of those that were read. */
function filterRows(call: Call, result: QueryResult): QueryResult {
  const filter = openTableFilter(call, "rows");
  if (filter === undefined) return result;
  const columns = new Map(result.columns.map((name, ix) => [name, ix]));
  const rows = result.rows.filter((row) =>
    filter.keeps((name) => {
      const ix = columns.get(name);
      return ix === undefined ? undefined : row[ix];
    }),
  );
  filter.report();
  return { ...result, rows };
}

/** One object per row. */
async function printJson({ out }: Call, { columns, rows }: QueryResult): Promise<void> {
  for (const row of rows) await out.jsonLine(new Map(columns.map((column, ix) => [column, row[ix]])));
}

function titleOf({ rows }: QueryResult): (title: string, ix: number) => { title: string; align: "left" | "right" } {
  return (title, ix) => ({ title, align: rows.every((row) => typeof row[ix] !== "string") ? "right" : "left" });
}

function cellText(cell: Cell): string {
  return cell === null ? "" : String(cell);
}

async function listTables(call: Call, database: TableDatabase, catalog: TableCatalog): Promise<void> {
  const names = [...catalog.names()].filter(([name]) => call.options.flag("functions") || !isFunctionTable(name));
  const derived = database.activeSpec.tables.map(({ name }) => [name, undefined] as const);
  for (const [name, rows] of [...names, ...derived]) {
    const columns = database.columnsOf(name).filter(({ isHidden }) => isHidden !== true);
    if (call.out.json) await call.out.jsonLine({ name, rows, columns });
    else {
      const count = rows === undefined ? "" : ` (${rows})`;
      const list = columns.map((column) => column.name).join(", ");
      await call.out.line(`${call.out.safe(name)}${count}: ${call.out.safe(list)}`);
    }
  }
}

async function writeDatabase(call: Call, database: TableDatabase): Promise<void> {
  const target = call.options.last("sqlite");
  if (target === undefined) return;
  const path = resolve(call.host.cwd, target);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, database.exportFile(call.options.list("with-table")));
    await rename(unfinished, path);
  } catch (error) {
    throw error instanceof SnapshotError ? error : fileNotReadable(path, error);
  }
  call.out.note(`wrote ${path}`);
}
