import { argumentTextOf } from "../../model/calls.ts";
import type { StackTable } from "../../model/stacks.ts";
import { walkStack } from "../stack-walk.ts";
import type { ReportTable } from "./report-table.ts";

import { CONTEXT_ID, type ContextRow, define, GOROUTINE_ID, type Numbers, PROCESS_ID } from "./table-shape.ts";

interface LabelRow extends ContextRow {
  readonly key: string;
  readonly value: string;
}

export function labelTable(contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  return define<LabelRow>(
    "labels",
    "One row per label of every goroutine.",
    [
      ["context_id", "INTEGER", CONTEXT_ID, ({ ix }) => ix],
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ context }) => numbers.get(context.process ?? "")],
      ["goroutine_id", "INTEGER", GOROUTINE_ID, ({ context }) => context.id],
      ["key", "TEXT", "key", ({ key }) => key],
      ["value", "TEXT", "value", ({ value }) => value],
    ],
    () =>
      contexts.flatMap((row) =>
        Object.entries(row.context.labels ?? {}).map(([key, value]) => ({ ...row, key, value })),
      ),
  );
}

interface CapturedRow extends ContextRow {
  readonly tableName: string;
  readonly expression: string;
  readonly value: string;
}

/** Words of arguments with where they are: `0x1` is `arg0`, the second word of the second aggregate `arg1.1`. */
function* capturedRows(table: StackTable, contexts: readonly ContextRow[]): Generator<CapturedRow> {
  for (const row of contexts) {
    for (const [key, value] of Object.entries(row.context.labels ?? {})) {
      yield { ...row, tableName: "labels", expression: key, value };
    }
    let call = table.calls?.first[row.ix] ?? -1;
    for (const frame of walkStack(table, row.context.stack)) {
      if (call >= 0) {
        for (const [expression, value] of argumentPaths(argumentTextOf(table.calls!, call))) {
          yield { ...row, tableName: frame.functionName, expression, value };
        }
        call++;
      }
    }
  }
}

/** Every word of an argument text with its path. Doubtful words keep their `?`. */
export function* argumentPaths(text: string): Generator<readonly [path: string, word: string]> {
  const counters = [0];
  for (const [token] of text.matchAll(/\{|\}|,|[^\s{},]+/g)) {
    const last = counters.length - 1;
    if (token === "{") counters.push(0);
    else if (token === "}") {
      if (last > 0) counters.pop();
    } else if (token === ",") counters[last]!++;
    else if (token !== "...") yield [`arg${counters.join(".")}`, token];
  }
}

export function capturedTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  return define<CapturedRow>(
    "all_captured_data",
    "Every argument word and label of every frame: where else does this value occur?",
    [
      ["context_id", "INTEGER", CONTEXT_ID, ({ ix }) => ix],
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ context }) => numbers.get(context.process ?? "")],
      ["goroutine_id", "INTEGER", GOROUTINE_ID, ({ context }) => context.id],
      ["table_name", "TEXT", "function it was given to, or `labels`", ({ tableName }) => tableName],
      ["expr", "TEXT", "`arg0`, `arg1.2`, or the key of the label", ({ expression }) => expression],
      ["value", "TEXT", "word as printed (`?`: doubtful), or value of the label", ({ value }) => value],
    ],
    () => capturedRows(table, contexts),
  );
}
