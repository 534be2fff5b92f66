import { type Brand, NONE } from "../base/brand.ts";

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
  private readonly frame: number[] = [];
  private readonly caller: number[] = [];
  private readonly nodeIx = new Map<number, Map<number, StackIx>>();
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
      frame: Int32Array.from(this.frame),
      caller: Int32Array.from(this.caller),
      contexts: this.contexts,
    };
  }

  private addNode(caller: StackIx, frame: FrameIx): StackIx {
    let callees = this.nodeIx.get(caller);
    if (callees === undefined) {
      callees = new Map();
      this.nodeIx.set(caller, callees);
    }
    let node = callees.get(frame);
    if (node === undefined) {
      node = (this.frame.push(frame) - 1) as StackIx;
      this.caller.push(caller);
      callees.set(frame, node);
    }
    return node;
  }
}

export const NO_STACKS: StackTable = { frames: [], frame: new Int32Array(0), caller: new Int32Array(0), contexts: [] };
