import { argumentTextOf } from "../../model/calls.ts";
import type { Frame, StackContext, StackTable } from "../../model/stacks.ts";
import { walkStack } from "../stack-walk.ts";
import { argumentPaths } from "./captured-tables.ts";
import { type Cell, flag, type ReportColumn, type ReportTable } from "./report-table.ts";

/** Words of arguments that become columns of a function's table. */
const MAX_WORDS = 24;

interface CallRow {
  readonly context: StackContext;
  readonly ix: number;
  readonly frame: Frame;
  readonly depth: number;
  readonly words: ReadonlyMap<string, string>;
}

/** Functions that have a table: every one that is on a stack. With how many rows theirs has. */
export function functionNames(table: StackTable): ReadonlyMap<string, number> {
  const perNode = new Map<number, number>();
  for (const { stack } of table.contexts) perNode.set(stack, (perNode.get(stack) ?? 0) + 1);
  // Rows of a node are those of the contexts below it; callers come before their callees.
  const rows = new Float64Array(table.frame.length);
  for (let node = rows.length - 1; node >= 0; node--) {
    rows[node]! += perNode.get(node) ?? 0;
    if (table.caller[node]! >= 0) rows[table.caller[node]!]! += rows[node]!;
  }
  const names = new Map<string, number>();
  rows.forEach((count, node) => {
    const frame = table.frames[table.frame[node]!]!;
    if (count > 0 && frame.functionName !== "" && frame.synthetic !== true) {
      names.set(frame.functionName, (names.get(frame.functionName) ?? 0) + count);
    }
  });
  return names;
}

/**
 * Table of one function: one row per frame of it over all goroutines, argument words as columns `arg0`, `arg1.0`, …;
 * words that were passed in registers are doubtful and stand in `raw_arg0` only.
 */
export function functionTable(table: StackTable, functionName: string): ReportTable {
  const calls = collectCalls(table, functionName);
  const paths: string[] = [];
  for (const { words } of calls)
    for (const path of words.keys()) if (!paths.includes(path) && paths.length < MAX_WORDS) paths.push(path);
  const numbers = new Map((table.processes ?? []).map(({ name }, ix) => [name, ix + 1]));
  const columns: ReportColumn[] = [
    { name: "context_id", type: "INTEGER", note: "number of the goroutine or record in the snapshot, from 0" },
    { name: "process_snapshot_id", type: "INTEGER", note: "number of the process in the snapshot, from 1" },
    { name: "goroutine_id", type: "INTEGER", note: "id in its process" },
    { name: "depth", type: "INTEGER", note: "0 is the innermost frame" },
    { name: "file", type: "TEXT", note: "file" },
    { name: "line", type: "INTEGER", note: "line" },
    { name: "inlined", type: "INTEGER", note: "1 when inlined into the next frame" },
    ...paths.map(
      (path): ReportColumn => ({ name: path, type: "TEXT", note: "argument word; NULL when missing or doubtful" }),
    ),
    ...paths.map(
      (path): ReportColumn => ({ name: `raw_${path}`, type: "TEXT", note: "argument word as printed", isHidden: true }),
    ),
  ];
  return {
    name: functionName,
    note: `One row per frame of ${functionName}.`,
    columns,
    rowCount: calls.length,
    *rows(): Generator<readonly Cell[]> {
      for (const { context, ix, frame, depth, words } of calls) {
        const raw = paths.map((path) => words.get(path) ?? null);
        yield [
          ix,
          numbers.get(context.process ?? "") ?? null,
          context.id ?? null,
          depth,
          frame.file ?? null,
          frame.line ?? null,
          flag(frame.inlined === true),
          ...raw.map((word) => (word?.endsWith("?") === true ? null : word)),
          ...raw,
        ];
      }
    },
  };
}

function collectCalls(table: StackTable, functionName: string): CallRow[] {
  const rows: CallRow[] = [];
  table.contexts.forEach((context, ix) => {
    let depth = 0;
    for (const frame of walkStack(table, context.stack)) {
      if (frame.functionName === functionName) {
        const text = table.calls === undefined ? "" : argumentTextOf(table.calls, table.calls.first[ix]! + depth);
        rows.push({ context, ix, frame, depth, words: new Map(argumentPaths(text)) });
      }
      depth++;
    }
  });
  return rows;
}
