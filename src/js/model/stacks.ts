import { type Brand, NONE } from "../base/brand.ts";
import { TupleIndex } from "../base/tuple-index.ts";
import type { CallTable } from "./calls.ts";

export type FrameIx = number & Brand<"FrameIx">;
export type StackIx = number & Brand<"StackIx">;

/** One place in the code. Frames are interned: equal frames have one index. */
export interface Frame {
  /** Name as the format gives it; empty when unknown. */
  readonly functionName: string;
  readonly file?: string;
  /** 1-based; absent when unknown. */
  readonly line?: number;
  readonly address?: bigint;
  /** Package, module or binary. */
  readonly module?: string;
  readonly inlined?: boolean;
  /** Stands for frames that are not there: left out by the producer, or no stack at all. */
  readonly synthetic?: boolean;
}

/** What has a stack: a thread, a goroutine, a CPU. `count` of them share it (aggregated formats). */
export interface StackContext {
  readonly kind: "thread" | "goroutine" | "cpu" | "task" | "exception";
  readonly name: string;
  readonly id?: bigint;
  readonly state?: string;
  /** Innermost frame of the stack, or `NONE`. */
  readonly stack: StackIx;
  readonly count: bigint;
  /** The context the snapshot is about: the faulting thread, the stalled task. */
  readonly active?: boolean;
  /** Process, core or snapshot it belongs to, where there are several. */
  readonly process?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** In the order of the format; values as captured. */
  readonly registers?: readonly Register[];
  /** `state` was concluded from the stack, because the format has none. */
  readonly stateInferred?: boolean;
  /** `state` in the words of the newest producer, where an older one says less: what to group by across versions. */
  readonly normalState?: string;
  /** It has been blocked at least this long, in nanoseconds: a lower bound; absent does not mean fresh. */
  readonly waitAtLeastNs?: bigint;
  readonly traits?: readonly ContextTrait[];
  /** Frames the producer left out of the stack; NaN when it does not say how many. */
  readonly elidedFrames?: number;
  readonly creator?: ContextCreator;
  /** Stacks of its creator, the creator's creator, … at the moment of creation; nearest first. */
  readonly ancestors?: readonly ContextAncestor[];
  /** What only this producer has, e.g. `gp`, `m`, `bubble`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Byte offset in its input. */
  readonly offset?: number;
}

export type ContextTrait =
  | "locked"
  | "leaked"
  | "scan"
  | "durable"
  | "stack-unavailable"
  /** The producer cut the stack without a mark. */
  | "stack-cut"
  /** The input ends inside it. */
  | "incomplete"
  | "not-started";

/** Where a context was started. */
export interface ContextCreator {
  readonly frame: FrameIx;
  /** Id of the context that started it, in the same process. */
  readonly id?: bigint;
}

export interface ContextAncestor {
  readonly id?: bigint;
  readonly stack: StackIx;
  readonly creator?: FrameIx;
}

/** One process of a snapshot that may hold many. */
export interface CapturedProcess {
  /** Unique in the snapshot; contexts refer to it. */
  readonly name: string;
  /** Name of the input it was read from. */
  readonly input: string;
  readonly pid?: bigint;
  readonly host?: string;
  readonly program?: string;
  readonly buildId?: string;
  /** Version of the runtime or producer; `≥ 1.24` when concluded from what it writes. */
  readonly runtime?: string;
  /** Wall time the process itself names, ns since the epoch. */
  readonly timeNs?: bigint;
  /** What the capture was told about it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The capture instant lies between these, in microseconds since the batch began. */
  readonly sentUs?: number;
  readonly firstByteUs?: number;
  /** Wall time of the batch on the capturing host, ns since the epoch. */
  readonly batchStartNs?: bigint;
  /** Contexts it had, where that is known and more than were read. */
  readonly total?: bigint;
  /** Not all of it could be read. */
  readonly isTruncated?: boolean;
  /** It could not be captured: why. */
  readonly error?: string;
}

export interface Register {
  readonly name: string;
  readonly value: bigint;
}

/**
 * Columnar prefix tree of call stacks: node `s` is frame `frame[s]` called by node `caller[s]` (`NONE` at the root).
 * A context points to its innermost node. Plain and cloneable.
 */
export interface StackTable {
  readonly frames: readonly Frame[];
  readonly frame: Int32Array;
  readonly caller: Int32Array;
  readonly contexts: readonly StackContext[];
  /** What differs from call to call: arguments, addresses. */
  readonly calls?: CallTable;
  readonly processes?: readonly CapturedProcess[];
}

/** Frames of a stack, innermost first. */
export function framesOf(table: StackTable, stack: StackIx): Frame[] {
  const frames: Frame[] = [];
  for (let s: number = stack; s !== NONE; s = table.caller[s]!) frames.push(table.frames[table.frame[s]!]!);
  return frames;
}

/** Builds a `StackTable`, sharing equal frames and common outer parts. */
export class StackTableBuilder {
  private readonly frames: Frame[] = [];
  private readonly frameIx = new Map<string, FrameIx>();
  private readonly nodes = new TupleIndex();
  private readonly contexts: StackContext[] = [];

  addFrame(frame: Frame): FrameIx {
    const key = `${frame.functionName}\0${frame.file ?? ""}\0${frame.line ?? ""}\0${frame.address ?? ""}\0${frame.module ?? ""}\0${frame.inlined === true}`;
    let ix = this.frameIx.get(key);
    if (ix === undefined) {
      ix = (this.frames.push(frame) - 1) as FrameIx;
      this.frameIx.set(key, ix);
    }
    return ix;
  }

  /** The node of a frame called by node `caller` (`NONE` for an outermost frame). */
  addNode(caller: StackIx, frame: FrameIx): StackIx {
    return this.nodes.intern(caller, frame) as StackIx;
  }

  /** @param frames innermost first. */
  addStack(frames: readonly FrameIx[]): StackIx {
    let node = NONE as StackIx;
    for (let i = frames.length - 1; i >= 0; i--) node = this.addNode(node, frames[i]!);
    return node;
  }

  addContext(context: StackContext): void {
    this.contexts.push(context);
  }

  build(): StackTable {
    return {
      frames: this.frames,
      frame: this.nodes.b.take(),
      caller: this.nodes.a.take(),
      contexts: this.contexts,
    };
  }
}

export const NO_STACKS: StackTable = { frames: [], frame: new Int32Array(0), caller: new Int32Array(0), contexts: [] };
