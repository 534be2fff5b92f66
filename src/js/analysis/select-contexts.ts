import { ByteColumn, Uint32Column } from "../base/columns.ts";
import type { CallTable } from "../model/calls.ts";
import type { StackTable } from "../model/stacks.ts";
import type { ContextPredicate } from "./context-filter.ts";

/** The same stacks with only the contexts that `where` keeps. Frames, nodes and processes stay as they are. */
export function selectContexts(table: StackTable, where: ContextPredicate): StackTable {
  const kept: number[] = [];
  table.contexts.forEach((context, ix) => {
    if (where(context, ix)) kept.push(ix);
  });
  if (kept.length === table.contexts.length) return table;
  const { calls, ...rest } = table;
  return {
    ...rest,
    contexts: kept.map((ix) => table.contexts[ix]!),
    ...(calls !== undefined && { calls: selectCalls(calls, kept) }),
  };
}

function selectCalls(calls: CallTable, kept: readonly number[]): CallTable {
  const first = new Uint32Column(kept.length + 1);
  const end = new Uint32Column();
  const offset = new Uint32Column();
  const registers = new Uint32Column();
  const bytes = new ByteColumn();
  for (const ix of kept) {
    first.push(end.length);
    for (let row = calls.first[ix]!; row < calls.first[ix + 1]!; row++) {
      bytes.append(calls.argumentBytes, row === 0 ? 0 : calls.argumentEnd[row - 1]!, calls.argumentEnd[row]!);
      end.push(bytes.length);
      if (calls.codeOffset !== undefined) offset.push(calls.codeOffset[row]!);
      if (calls.registers !== undefined) for (let i = 0; i < 6; i++) registers.push(calls.registers[row * 6 + i]!);
    }
  }
  first.push(end.length);
  return {
    first: first.take(),
    argumentBytes: bytes.take(),
    argumentEnd: end.take(),
    ...(calls.codeOffset !== undefined && { codeOffset: offset.take() }),
    ...(calls.registers !== undefined && { registers: registers.take() }),
  };
}
