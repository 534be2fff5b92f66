export { builtinTables } from "./analysis/report/builtin-tables.ts";
export { functionNames, functionTable } from "./analysis/report/function-tables.ts";
export {
  type DerivedTable,
  EMPTY_SPEC,
  type ExtraColumn,
  type LinkSide,
  parseReportSpec,
  type ReportSpec,
  renderReportSpec,
  type TableLink,
} from "./analysis/report/report-spec.ts";
export {
  type Cell,
  type ColumnType,
  quoteName,
  type ReportColumn,
  type ReportTable,
  tableDdl,
} from "./analysis/report/report-table.ts";
export { snapshotTables, type TabledSnapshot } from "./analysis/report/snapshot-tables.ts";
export { renderCsv } from "./render/csv.ts";
export { loadSqlEngine, type SqlEngine } from "./sql/engine.ts";
export { snapshotCatalog, stackCatalog } from "./sql/stack-catalog.ts";
export {
  isFunctionTable,
  type LinkedRows,
  type QueryResult,
  type TableCatalog,
  TableDatabase,
} from "./sql/table-database.ts";
