import type { StackTable } from "../../model/stacks.ts";
import { capturedTable, labelTable } from "./captured-tables.ts";
import { contextTable, groupTable, processTable } from "./context-tables.ts";
import { ancestorTable, frameTable } from "./frame-tables.ts";
import type { ReportTable } from "./report-table.ts";
import { statisticsTable } from "./statistics-table.ts";
import { type ContextRow, processNumbers } from "./table-shape.ts";

/** The tables every snapshot with stacks has. docs/tables.md is compared with them by a test. */
export function builtinTables(table: StackTable): readonly ReportTable[] {
  const numbers = processNumbers(table);
  const contexts: readonly ContextRow[] = table.contexts.map((context, ix) => ({ context, ix }));
  return [
    processTable(table, numbers),
    contextTable(table, contexts, numbers),
    frameTable(table, contexts, numbers),
    labelTable(contexts, numbers),
    ancestorTable(table, contexts, numbers),
    groupTable(table),
    statisticsTable(table, contexts, numbers),
    capturedTable(table, contexts, numbers),
  ];
}
