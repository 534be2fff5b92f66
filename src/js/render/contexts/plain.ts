import type { GroupChange } from "../../analysis/compare-contexts.ts";
import type { ContextGroup } from "../../analysis/group-contexts.ts";
import { argumentTextOf } from "../../model/calls.ts";
import { type Frame, framesOf, type StackTable } from "../../model/stacks.ts";

/** Plain objects for JSON output; names are stable. */

export function plainFrame({ functionName, file, line, inlined, synthetic, address, module }: Frame): object {
  return {
    function: functionName,
    file,
    line,
    ...(inlined === true && { inlined }),
    ...(synthetic === true && { synthetic }),
    ...(address !== undefined && { address: `0x${address.toString(16)}` }),
    ...(module !== undefined && { module }),
  };
}

/** One context with its stack, innermost frame first, and the arguments of every call. */
export function plainContext(table: StackTable, ix: number): object {
  const context = table.contexts[ix]!;
  const { id, process, state, stateInferred, normalState, count, waitAtLeastNs, labels, traits, creator } = context;
  const first = table.calls?.first[ix];
  return {
    id,
    process,
    kind: context.kind,
    state,
    ...(stateInferred === true && { stateInferred }),
    normalState,
    count,
    waitAtLeastNs,
    labels,
    traits,
    frames: framesOf(table, context.stack).map((frame, depth) => ({
      ...plainFrame(frame),
      ...(first !== undefined && frame.inlined !== true && { arguments: argumentTextOf(table.calls!, first + depth) }),
    })),
    creator: creator === undefined ? undefined : { id: creator.id, ...plainFrame(table.frames[creator.frame]!) },
    elidedFrames: context.elidedFrames,
    attributes: context.attributes,
    ancestors: context.ancestors?.map(({ id: ancestor, stack }) => ({
      id: ancestor,
      frames: framesOf(table, stack).map(plainFrame),
    })),
  };
}

export function plainGroup(table: StackTable, group: ContextGroup): object {
  const first = table.contexts[group.members[0]!]!;
  const { creator } = first;
  return {
    count: group.count,
    state: group.state,
    ...(first.stateInferred === true && { stateInferred: true }),
    processes: group.processes,
    ids: group.members.map((ix) => table.contexts[ix]!.id).filter((id) => id !== undefined),
    longestWaitNs: group.longestWaitNs,
    longest: group.longest === undefined ? undefined : table.contexts[group.longest]!.id,
    waiting: group.waiting,
    traits: first.traits,
    frames: framesOf(table, group.stack).map(plainFrame),
    creator: creator === undefined ? undefined : plainFrame(table.frames[creator.frame]!),
  };
}

export function plainChange(before: StackTable, after: StackTable, change: GroupChange): object {
  const { inBefore, inAfter } = change;
  return {
    before: change.before,
    after: change.after,
    group: inAfter === undefined ? plainGroup(before, inBefore!) : plainGroup(after, inAfter),
  };
}
