import { framesOf, type Scalar, type Snapshot, type StackContext } from "coldframe";
import { durationText } from "../../state/numbers.ts";
import type { TableColumn, TableModel } from "../../state/types.ts";
import { contextDetail } from "./context-detail.tsx";

interface ContextColumn extends TableColumn {
  read(context: StackContext, snapshot: Snapshot): Scalar;
  /** Left out where no row has it. */
  readonly optional?: boolean;
  /** Left out where all rows have the same. */
  readonly varies?: boolean;
}

const COLUMNS: readonly ContextColumn[] = [
  { name: "kind", width: 80, read: ({ kind }) => kind, varies: true },
  { name: "id", width: 76, align: "end", read: ({ id }) => id ?? null, optional: true },
  { name: "name", width: 130, read: ({ name, kind, id }) => (name === `${kind} ${id}` ? "" : name), optional: true },
  { name: "process", width: 110, read: ({ process }) => process ?? null, optional: true },
  { name: "state", width: 150, read: ({ state }) => state ?? null, optional: true },
  {
    name: "wait",
    title: "waits ≥",
    width: 90,
    align: "end",
    read: ({ waitAtLeastNs }) => waitAtLeastNs ?? null,
    optional: true,
  },
  { name: "count", width: 60, align: "end", read: ({ count }) => count, varies: true },
  { name: "function", read: (context, snapshot) => innermostName(context, snapshot) },
  {
    name: "created_by",
    title: "created by",
    width: 220,
    read: ({ creator }, { stacks }) => (creator === undefined ? null : stacks.frames[creator.frame]!.functionName),
    optional: true,
  },
  { name: "frames", width: 56, align: "end", read: ({ stack }, { stacks }) => BigInt(framesOf(stacks, stack).length) },
];

/** Contexts as rows; columns that no context has are left out. */
export function contextTable(
  snapshot: Snapshot,
  contexts: readonly StackContext[] = snapshot.stacks.contexts,
): TableModel {
  const isSeen = ({ optional, varies, read }: ContextColumn): boolean => {
    const first = contexts[0] && read(contexts[0], snapshot);
    if (varies === true) return contexts.some((context) => read(context, snapshot) !== first);
    return (
      optional !== true || contexts.some((context) => !["", null].includes(read(context, snapshot) as string | null))
    );
  };
  const columns = COLUMNS.filter(isSeen);
  return {
    name: "contexts",
    columns,
    length: contexts.length,
    scalar: (row, column) => columns[column]!.read(contexts[row]!, snapshot),
    text(row, column) {
      const { waitAtLeastNs } = contexts[row]!;
      return columns[column]!.name === "wait" && waitAtLeastNs !== undefined ? durationText(waitAtLeastNs) : undefined;
    },
    tone(row, column) {
      const { active, state } = contexts[row]!;
      const { name } = columns[column]!;
      if (name === "state") return /run/i.test(state ?? "") ? "run" : "wait";
      return name === "function" && active === true ? "fault" : undefined;
    },
    field: (row, path) => contexts[row]!.labels?.[path] ?? contexts[row]!.attributes?.[path],
    detail: (row) => contextDetail(snapshot, contexts[row]!),
  };
}

/** The innermost function that is the program's own: a parked runtime says nothing. */
function innermostName({ stack }: StackContext, { stacks }: Snapshot): string | null {
  const frames = framesOf(stacks, stack);
  const first = frames[0];
  if (first === undefined) return null;
  const own = frames.find(({ functionName }) => !/^(?:runtime|internal|sync|time)\b/.test(functionName));
  return (own ?? first).functionName || (first.address === undefined ? null : `0x${first.address.toString(16)}`);
}
