import { NONE } from "../base/brand.ts";
import { argumentTextOf, type CallTable, codeOffsetOf, registerOf } from "../model/calls.ts";
import { framesOf, type StackContext, type StackIx, type StackTable } from "../model/stacks.ts";
import { pick } from "./json-members.ts";

const FRAME = ["functionName", "file", "line", "address", "module", "inlined", "synthetic"] as const;
const CONTEXT = [
  ...(["kind", "name", "id", "state", "stack", "count", "active", "process", "labels", "registers"] as const),
  ...(["stateInferred", "normalState", "waitAtLeastNs", "traits", "elidedFrames"] as const),
  ...(["creator", "ancestors", "attributes", "offset"] as const),
] as const;
const PROCESS = [
  ...(["name", "input", "pid", "host", "program", "buildId", "runtime", "timeNs", "sentUs", "firstByteUs"] as const),
  ...(["batchStartNs", "total", "isTruncated", "error"] as const),
] as const;

/** Plain data of all stacks: frames once, stacks as lists of frame indices, contexts with the index of their stack. */
export function stacksDocument(table: StackTable): Record<string, unknown> {
  const frameIx = new Map(table.frames.map((frame, ix) => [frame, BigInt(ix)]));
  const numbers = new Map<number, bigint>();
  const stacks: (bigint | undefined)[][] = [];
  const numberOf = (stack: StackIx): bigint | undefined => {
    if (stack === NONE) return undefined;
    let number = numbers.get(stack);
    if (number === undefined) {
      number = BigInt(stacks.length);
      numbers.set(stack, number);
      stacks.push(framesOf(table, stack).map((frame) => frameIx.get(frame)));
    }
    return number;
  };
  const contexts = table.contexts.map((context, ix) => ({
    ...pick(context, CONTEXT),
    stack: numberOf(context.stack),
    ...originDocument(context, numberOf),
    ...(table.calls !== undefined && { calls: callsDocument(table.calls, ix) }),
  }));
  const processes = table.processes?.map((process) => pick(process, PROCESS));
  return { frames: table.frames.map((frame) => pick(frame, FRAME)), stacks, contexts, processes };
}

function originDocument(
  { creator, ancestors }: StackContext,
  numberOf: (stack: StackIx) => bigint | undefined,
): Record<string, unknown> {
  return {
    ...(creator !== undefined && { creator: { frame: BigInt(creator.frame), id: creator.id } }),
    ...(ancestors !== undefined && {
      ancestors: ancestors.map(({ id, stack, creator: by }) => ({
        id,
        stack: numberOf(stack),
        creator: by === undefined ? undefined : BigInt(by),
      })),
    }),
  };
}

/** One object per frame, innermost first; undefined where no frame has anything. */
function callsDocument(calls: CallTable, context: number): Record<string, unknown>[] | undefined {
  const documents: Record<string, unknown>[] = [];
  for (let row = calls.first[context]!; row < calls.first[context + 1]!; row++) {
    const offset = codeOffsetOf(calls, row);
    documents.push({
      arguments: argumentTextOf(calls, row) || undefined,
      codeOffset: offset === undefined ? undefined : BigInt(offset),
      fp: registerOf(calls, row, "fp"),
      sp: registerOf(calls, row, "sp"),
      pc: registerOf(calls, row, "pc"),
    });
  }
  return documents.some((call) => Object.values(call).some((value) => value !== undefined)) ? documents : undefined;
}
