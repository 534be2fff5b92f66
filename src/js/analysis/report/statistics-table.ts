import { framesOf, type StackTable } from "../../model/stacks.ts";
import { perStack } from "../stack-walk.ts";
import type { ReportTable } from "./report-table.ts";

import { type ContextRow, define, type Numbers, PROCESS_ID } from "./table-shape.ts";

export function statisticsTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  const collect = (): Iterable<{
    number: number;
    goroutines: bigint;
    frames: number;
    withArguments: number;
    argumentBytes: number;
    stacks: number;
  }> => {
    const rows = new Map(
      [...numbers.values()].map((number) => [
        number,
        { number, goroutines: 0n, frames: 0, withArguments: 0, argumentBytes: 0, stacks: new Set<number>() },
      ]),
    );
    const depth = perStack((stack) => framesOf(table, stack).length);
    for (const { context, ix } of contexts) {
      const row = rows.get(numbers.get(context.process ?? "")!)!;
      row.goroutines += context.count;
      row.frames += depth(context.stack);
      row.stacks.add(context.stack);
      countArguments(table, ix, row);
    }
    return [...rows.values()].map((row) => ({ ...row, stacks: row.stacks.size }));
  };
  return define(
    "snapshot_statistics",
    "Sizes, one row per process.",
    [
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ number }) => number],
      ["goroutines", "INTEGER", "goroutines", ({ goroutines }) => goroutines],
      ["frames", "INTEGER", "frames of all stacks together", ({ frames }) => frames],
      ["distinct_stacks", "INTEGER", "different stacks", ({ stacks }) => stacks],
      ["num_frames_with_data", "INTEGER", "frames with arguments", ({ withArguments }) => withArguments],
      ["frame_data_bytes", "INTEGER", "bytes of argument texts", ({ argumentBytes }) => argumentBytes],
    ],
    collect,
    numbers.size,
  );
}

function countArguments(
  { calls }: StackTable,
  ix: number,
  row: { withArguments: number; argumentBytes: number },
): void {
  if (calls === undefined) return;
  for (let call = calls.first[ix]!; call < calls.first[ix + 1]!; call++) {
    const size = calls.argumentEnd[call]! - (call === 0 ? 0 : calls.argumentEnd[call - 1]!);
    row.argumentBytes += size;
    if (size > 0) row.withArguments++;
  }
}
