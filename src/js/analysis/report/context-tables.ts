import { renderJson } from "../../base/json.ts";
import { type Frame, framesOf, type StackContext, type StackTable } from "../../model/stacks.ts";
import { stateOf } from "../blocked-states.ts";
import { type ContextGroup, groupContexts } from "../group-contexts.ts";
import { isUserFrame, leafFrame, perStack, rootFrame, walkStack } from "../stack-walk.ts";
import { flag, type ReportTable } from "./report-table.ts";

import { CONTEXT_ID, type ContextRow, define, GOROUTINE_ID, type Numbers, PROCESS_ID } from "./table-shape.ts";

export function processTable(table: StackTable, numbers: Numbers): ReportTable {
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
      ["labels", "TEXT", "labels given at capture, as a JSON object", ([name]) => jsonOf(known.get(name)?.labels)],
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

export function contextTable(table: StackTable, contexts: readonly ContextRow[], numbers: Numbers): ReportTable {
  const groups = once(() => groupNumbers(table));
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
      ["group_id", "INTEGER", "its group in `groups`", ({ ix }) => groups().get(ix)],
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

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function groupNumbers(table: StackTable): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  groupContexts(table, { creators: "frame" }).forEach(({ members }, group) => {
    for (const ix of members) numbers.set(ix, group);
  });
  return numbers;
}

export function groupTable(table: StackTable): ReportTable {
  return define<ContextGroup & { readonly number: number }>(
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
    () => groupContexts(table, { creators: "frame" }).map((group, number) => ({ ...group, number })),
  );
}

function foldedStack(table: StackTable, stack: StackContext["stack"]): string {
  const names = framesOf(table, stack).map(({ functionName }) => functionName);
  return names.reverse().join(";");
}
