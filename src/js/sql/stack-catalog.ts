import { builtinTables } from "../analysis/report/builtin-tables.ts";
import { functionNames, functionTable } from "../analysis/report/function-tables.ts";
import type { ReportTable } from "../analysis/report/report-table.ts";
import { snapshotTables, type TabledSnapshot } from "../analysis/report/snapshot-tables.ts";
import type { StackTable } from "../model/stacks.ts";
import type { TableCatalog } from "./table-database.ts";

/** The built-in tables of a snapshot's stacks and a table per function. */
export function stackCatalog(stacks: StackTable): TableCatalog {
  return catalogOf(builtinTables(stacks), stacks);
}

/** All tables of a snapshot of any format: of its stacks, facts, issues, log records and values. */
export function snapshotCatalog(snapshot: TabledSnapshot): TableCatalog {
  return catalogOf([...builtinTables(snapshot.stacks), ...snapshotTables(snapshot)], snapshot.stacks);
}

function catalogOf(tables: readonly ReportTable[], stacks: StackTable): TableCatalog {
  const builtin = new Map(tables.map((table) => [table.name, table]));
  let functions: ReadonlyMap<string, number> | undefined;
  const known = (): ReadonlyMap<string, number> => {
    functions ??= functionNames(stacks);
    return functions;
  };
  return {
    names(): ReadonlyMap<string, number | undefined> {
      const names = new Map<string, number | undefined>();
      for (const table of builtin.values()) names.set(table.name, table.rowCount);
      for (const [name, rows] of known()) names.set(name, rows);
      return names;
    },
    get(name: string): ReportTable | undefined {
      return builtin.get(name) ?? (known().has(name) ? functionTable(stacks, name) : undefined);
    },
  };
}
