import { packageOf } from "../../base/go-symbol.ts";
import { argumentTextOf, codeOffsetOf, registerOf } from "../../model/calls.ts";
import { type Frame, framesOf, type StackTable } from "../../model/stacks.ts";
import { walkStack } from "../stack-walk.ts";
import { flag, type ReportTable } from "./report-table.ts";

import { CONTEXT_ID, type ContextRow, define, GOROUTINE_ID, type Numbers, PROCESS_ID } from "./table-shape.ts";

interface FrameRow extends ContextRow {
  readonly frame: Frame;
  readonly depth: number;
  /** Row in the calls, or -1. */
  readonly call: number;
}

function* frameRows(table: StackTable, contexts: readonly ContextRow[]): Generator<FrameRow> {
  for (const { context, ix } of contexts) {
    let depth = 0;
    for (const frame of walkStack(table, context.stack)) {
      yield { context, ix, frame, depth, call: table.calls === undefined ? -1 : table.calls.first[ix]! + depth };
      depth++;
    }
  }
}

export function frameTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  const { calls } = table;
  return define<FrameRow>(
    "frames",
    "One row per frame of every goroutine, innermost first.",
    [
      ["context_id", "INTEGER", CONTEXT_ID, ({ ix }) => ix],
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ context }) => numbers.get(context.process ?? "")],
      ["goroutine_id", "INTEGER", GOROUTINE_ID, ({ context }) => context.id],
      ["depth", "INTEGER", "0 is the innermost frame", ({ depth }) => depth],
      ["function", "TEXT", "name as the source has it", ({ frame }) => frame.functionName],
      ["package", "TEXT", "import path of its package", ({ frame }) => packageOf(frame.functionName)],
      ["file", "TEXT", "file", ({ frame }) => frame.file],
      ["line", "INTEGER", "line", ({ frame }) => frame.line],
      ["inlined", "INTEGER", "1 when inlined into the next frame", ({ frame }) => flag(frame.inlined === true)],
      ["arguments", "TEXT", "arguments as printed; NULL where a frame has none", (row) => argumentsOf(table, row)],
      [
        "pc",
        "TEXT",
        "address, 0x…",
        ({ frame, call }) => hex(frame.address ?? (call < 0 ? undefined : registerOf(calls!, call, "pc"))),
      ],
      [
        "offset",
        "INTEGER",
        "distance of the return address from the function's entry",
        ({ call }) => (call < 0 ? undefined : codeOffsetOf(calls!, call)),
      ],
      ["module", "TEXT", "binary", ({ frame }) => frame.module],
    ],
    () => frameRows(table, contexts),
  );
}

function argumentsOf({ calls }: StackTable, { frame, call }: FrameRow): string | undefined {
  if (call < 0 || frame.inlined === true || frame.synthetic === true) return undefined;
  return argumentTextOf(calls!, call);
}

function hex(value: bigint | undefined): string | undefined {
  return value === undefined ? undefined : `0x${value.toString(16)}`;
}

interface AncestorRow extends ContextRow {
  readonly nth: number;
  readonly id: bigint | undefined;
  readonly frame: Frame;
  readonly depth: number;
}

function* ancestorRows(table: StackTable, contexts: readonly ContextRow[]): Generator<AncestorRow> {
  for (const row of contexts) {
    for (const [nth, { id, stack }] of (row.context.ancestors ?? []).entries()) {
      for (const [depth, frame] of framesOf(table, stack).entries()) yield { ...row, nth, id, frame, depth };
    }
  }
}

export function ancestorTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  return define<AncestorRow>(
    "ancestors",
    "One row per frame of every ancestor: the stacks goroutines were created from.",
    [
      ["context_id", "INTEGER", CONTEXT_ID, ({ ix }) => ix],
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ context }) => numbers.get(context.process ?? "")],
      ["goroutine_id", "INTEGER", GOROUTINE_ID, ({ context }) => context.id],
      ["nth", "INTEGER", "0 is the creator, 1 its creator, …", ({ nth }) => nth],
      ["ancestor_id", "INTEGER", "id of the ancestor", ({ id }) => id],
      ["depth", "INTEGER", "0 is the innermost frame", ({ depth }) => depth],
      ["function", "TEXT", "name as the source has it", ({ frame }) => frame.functionName],
      ["file", "TEXT", "file", ({ frame }) => frame.file],
      ["line", "INTEGER", "line", ({ frame }) => frame.line],
    ],
    () => ancestorRows(table, contexts),
  );
}
