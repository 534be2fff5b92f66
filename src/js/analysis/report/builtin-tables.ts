import { packageOf } from "../../base/go-symbol.ts";
import { renderJson } from "../../base/json.ts";
import { argumentTextOf, codeOffsetOf, registerOf } from "../../model/calls.ts";
import { type Frame, framesOf, type StackContext, type StackTable } from "../../model/stacks.ts";
import { stateOf } from "../blocked-states.ts";
import { groupContexts } from "../group-contexts.ts";
import { isUserFrame, leafFrame, perStack, rootFrame, walkStack } from "../stack-walk.ts";
import { type Cell, type ColumnType, flag, type ReportColumn, type ReportTable } from "./report-table.ts";

type Column<Row> = readonly [name: string, type: ColumnType, note: string, read: (row: Row) => Cell | undefined];

function define<Row>(
  name: string,
  note: string,
  columns: readonly Column<Row>[],
  rows: () => Iterable<Row>,
  rowCount?: number,
): ReportTable {
  return {
    name,
    note,
    columns: columns.map(([column, type, text]): ReportColumn => ({ name: column, type, note: text })),
    ...(rowCount !== undefined && { rowCount }),
    *rows() {
      for (const row of rows()) yield columns.map(([, , , read]) => read(row) ?? null);
    },
  };
}

interface ContextRow {
  readonly context: StackContext;
  readonly ix: number;
}

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

/** Numbers of the processes, from 1. */
function processNumbers({ processes = [], contexts }: StackTable): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { name } of processes) numbers.set(name, numbers.size + 1);
  for (const { process = "" } of contexts) if (!numbers.has(process)) numbers.set(process, numbers.size + 1);
  return numbers;
}

type Numbers = ReadonlyMap<string, number>;

const PROCESS_ID = "number of the process in the snapshot, from 1";
const GOROUTINE_ID = "id in its process; NULL for records of a profile and for threads";
const CONTEXT_ID = "number of the goroutine or record in the snapshot, from 0";

function processTable(table: StackTable, numbers: Numbers): ReportTable {
  const counts = new Map<string, bigint>();
  for (const { process = "", count } of table.contexts) counts.set(process, (counts.get(process) ?? 0n) + count);
  const known = new Map((table.processes ?? []).map((process) => [process.name, process]));
  return define<readonly [string, number]>(
    "processes",
    "One row per process, those that could not be captured included.",
    [
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ([, number]) => number],
      ["name", "TEXT", "name in the snapshot", ([name]) => name],
      ["input", "TEXT", "file it was read from", ([name]) => known.get(name)?.input],
      ["hostname", "TEXT", "host, where the capture says it", ([name]) => known.get(name)?.host],
      ["pid", "INTEGER", "process id, where the capture says it", ([name]) => known.get(name)?.pid],
      ["cmd", "TEXT", "path of the program", ([name]) => known.get(name)?.program],
      ["build_id", "TEXT", "GNU build id of the program", ([name]) => known.get(name)?.buildId],
      ["runtime", "TEXT", "version of the runtime, `≥` where it is concluded", ([name]) => known.get(name)?.runtime],
      ["capture_time_ns", "INTEGER", "wall time, ns since 1970", ([name]) => captureTime(known.get(name))],
      ["sent_us", "INTEGER", "request sent, µs since the batch began", ([name]) => whole(known.get(name)?.sentUs)],
      [
        "first_byte_us",
        "INTEGER",
        "first byte received, µs since the batch began",
        ([name]) => whole(known.get(name)?.firstByteUs),
      ],
      ["goroutines", "INTEGER", "goroutines read", ([name]) => counts.get(name) ?? 0n],
      ["total", "INTEGER", "goroutines there were, where that is stated", ([name]) => known.get(name)?.total],
      ["truncated", "INTEGER", "1 when not all could be read", ([name]) => flag(known.get(name)?.isTruncated === true)],
      ["error", "TEXT", "why it could not be captured", ([name]) => known.get(name)?.error],
    ],
    () => numbers,
    numbers.size,
  );
}

function captureTime(process: { batchStartNs?: bigint; timeNs?: bigint } | undefined): bigint | undefined {
  return process?.batchStartNs ?? process?.timeNs;
}

function whole(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.trunc(value);
}

function contextTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  const groups = groupNumbers(table);
  const depth = perStack((stack) => framesOf(table, stack).length);
  const userFrame = perStack((stack) => {
    for (const frame of walkStack(table, stack)) if (isUserFrame(frame)) return frame.functionName;
    return undefined;
  });
  const creator = ({ context }: ContextRow): Frame | undefined =>
    context.creator === undefined ? undefined : table.frames[context.creator.frame];
  const has =
    (trait: string) =>
    ({ context }: ContextRow) =>
      flag(context.traits?.some((t) => t === trait) === true);
  return define<ContextRow>(
    "goroutines",
    "One row per goroutine, or per record of a profile, which stands for several (`count`).",
    [
      ["context_id", "INTEGER", CONTEXT_ID, ({ ix }) => ix],
      ["process_snapshot_id", "INTEGER", PROCESS_ID, ({ context }) => numbers.get(context.process ?? "")],
      ["process", "TEXT", "name of the process", ({ context }) => context.process],
      ["goroutine_id", "INTEGER", GOROUTINE_ID, ({ context }) => context.id],
      ["kind", "TEXT", "`goroutine`, or `thread` for the runtime's own stacks", ({ context }) => context.kind],
      ["count", "INTEGER", "goroutines it stands for", ({ context }) => context.count],
      ["status", "TEXT", "state as printed", ({ context }) => context.state],
      ["normal_status", "TEXT", "state in words of the newest Go", ({ context }) => stateOf(context) || undefined],
      [
        "status_inferred",
        "INTEGER",
        "1 when the state was concluded from the stack",
        ({ context }) => flag(context.stateInferred === true),
      ],
      [
        "wait_for",
        "INTEGER",
        "ns it has been blocked at least; NULL when not known, which does not mean fresh",
        ({ context }) => context.waitAtLeastNs,
      ],
      ["locked", "INTEGER", "1 when locked to a thread", has("locked")],
      ["leaked", "INTEGER", "1 when the runtime has found it leaked", has("leaked")],
      ["group_id", "INTEGER", "its group in `groups`", ({ ix }) => groups.get(ix)],
      ["depth", "INTEGER", "frames on its stack", ({ context }) => depth(context.stack)],
      ["leaf_function", "TEXT", "innermost function", ({ context }) => leafFrame(table, context.stack)?.functionName],
      [
        "user_function",
        "TEXT",
        "innermost function outside runtime and standard library",
        ({ context }) => userFrame(context.stack),
      ],
      ["root_function", "TEXT", "outermost function", ({ context }) => rootFrame(table, context.stack)?.functionName],
      ["created_by_function", "TEXT", "function that created it", (row) => creator(row)?.functionName],
      ["created_by_file", "TEXT", "file of that", (row) => creator(row)?.file],
      ["created_by_line", "INTEGER", "line of that", (row) => creator(row)?.line],
      ["created_by_goroutine", "INTEGER", "goroutine that created it", ({ context }) => context.creator?.id],
      ["labels", "TEXT", "labels as a JSON object", ({ context }) => jsonOf(context.labels)],
      [
        "elided_frames",
        "INTEGER",
        "frames the runtime left out, where it says how many",
        ({ context }) => elided(context),
      ],
      ["attributes", "TEXT", "gp, m, mp, bubble as a JSON object", ({ context }) => jsonOf(context.attributes)],
    ],
    () => contexts,
    contexts.length,
  );
}

function jsonOf(value: Readonly<Record<string, string>> | undefined): string | undefined {
  return value === undefined ? undefined : renderJson(value);
}

function elided({ elidedFrames }: StackContext): number | undefined {
  return elidedFrames === undefined || Number.isNaN(elidedFrames) ? undefined : elidedFrames;
}

function groupNumbers(table: StackTable): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  groupContexts(table, { creators: "frame" }).forEach(({ members }, group) => {
    for (const ix of members) numbers.set(ix, group);
  });
  return numbers;
}

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

function frameTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
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

interface LabelRow extends ContextRow {
  readonly key: string;
  readonly value: string;
}

function labelTable(contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
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

function ancestorTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
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

function groupTable(table: StackTable): ReportTable {
  const groups = groupContexts(table, { creators: "frame" });
  return define<(typeof groups)[number] & { readonly number: number }>(
    "groups",
    "Goroutines of equal stacks, argument shapes, states and creating lines; largest first.",
    [
      ["group_id", "INTEGER", "number of the group, 0 is the largest", ({ number }) => number],
      ["count", "INTEGER", "goroutines in it", ({ count }) => count],
      ["status", "TEXT", "state", ({ state }) => state],
      ["longest_wait_for", "INTEGER", "longest known wait, ns at least", ({ longestWaitNs }) => longestWaitNs],
      ["waiting", "INTEGER", "members whose wait is known", ({ waiting }) => waiting],
      ["processes", "INTEGER", "processes it occurs in", ({ processes }) => processes.length],
      ["leaf_function", "TEXT", "innermost function", ({ stack }) => leafFrame(table, stack)?.functionName],
      ["stack", "TEXT", "functions, outermost first, `;` between them", ({ stack }) => foldedStack(table, stack)],
    ],
    () => groups.map((group, number) => ({ ...group, number })),
    groups.length,
  );
}

function foldedStack(table: StackTable, stack: StackContext["stack"]): string {
  const names = framesOf(table, stack).map(({ functionName }) => functionName);
  return names.reverse().join(";");
}

function statisticsTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
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

function capturedTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
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
