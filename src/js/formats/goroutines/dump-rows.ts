import { NONE } from "../../base/brand.ts";
import { ByteColumn, Int32Column, Uint32Column } from "../../base/columns.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Marks of a goroutine row. */
export const ROW_UNAVAILABLE = 1;
/** A thread's own stack (goroutine 0, `runtime stack:`), not a goroutine. */
export const ROW_THREAD = 2;
/** The text ended inside this block. */
export const ROW_BROKEN = 4;
export const ROW_CREATOR_ID = 8;
/** No header stood before the frames. */
export const ROW_NO_HEADER = 16;

/** `elided` of a row whose mark gives no number (`...additional frames elided...`). */
export const ELIDED_UNKNOWN = 0xffff_ffff;

/** One `[originating from goroutine N]:` block. */
export interface AncestorRow {
  readonly id: bigint;
  stack: number;
  creator: number;
  /** Frames as printed, `(...)` ones included. */
  inlinedText: number;
}

/** `gp=… m=… mp=…` of a crash header. */
export interface ThreadText {
  readonly gp: string;
  readonly m: string;
  readonly mp: string;
}

/** Columns of the goroutines of one text, in the order of the text. */
export class GoroutineRows {
  readonly idLo: Uint32Column = new Uint32Column();
  readonly idHi: Uint32Column = new Uint32Column();
  readonly status: Int32Column = new Int32Column();
  readonly labels: Int32Column = new Int32Column();
  readonly stack: Int32Column = new Int32Column();
  /** First row of its calls; they are in the order of the frames, innermost first. */
  readonly firstCall: Uint32Column = new Uint32Column();
  readonly creator: Int32Column = new Int32Column();
  readonly creatorLo: Uint32Column = new Uint32Column();
  readonly creatorHi: Uint32Column = new Uint32Column();
  readonly marks: Uint32Column = new Uint32Column();
  readonly elided: Uint32Column = new Uint32Column();
  /** Byte offset of the header in the input. */
  readonly offset: Uint32Column = new Uint32Column();
  readonly ancestors: Map<number, AncestorRow[]> = new Map();
  readonly threads: Map<number, ThreadText> = new Map();

  get length(): number {
    return this.status.length;
  }

  append(idLo: number, idHi: number, status: number, labels: number, firstCall: number, offset: number): number {
    this.idLo.push(idLo);
    this.idHi.push(idHi);
    this.labels.push(labels);
    this.stack.push(NONE);
    this.firstCall.push(firstCall);
    this.creator.push(NONE);
    this.creatorLo.push(0);
    this.creatorHi.push(0);
    this.marks.push(0);
    this.elided.push(0);
    this.offset.push(offset);
    return this.status.push(status);
  }

  mark(row: number, mark: number): void {
    this.marks.values[row] = this.marks.values[row]! | mark;
  }

  has(row: number, mark: number): boolean {
    return (this.marks.values[row]! & mark) !== 0;
  }

  /** The id as one number for look-ups; ids above 2^53 lose digits here, nowhere else. */
  idOf(row: number): number {
    return this.idHi.values[row]! * 0x1_0000_0000 + this.idLo.values[row]!;
  }
}

/** Columns of the frames of all goroutines: what differs from call to call. */
export class CallRows {
  readonly arguments: ByteColumn = new ByteColumn(1 << 16);
  readonly argumentEnd: Uint32Column = new Uint32Column(1 << 12);
  readonly codeOffset: Uint32Column = new Uint32Column(1 << 12);
  /** fp, sp, pc as (lo, hi) pairs, six words per call; filled only where a text has them. */
  registers: Uint32Column | undefined;

  get length(): number {
    return this.argumentEnd.length;
  }

  /** Ends the call whose argument text was appended last. */
  finish(codeOffset: number): void {
    this.argumentEnd.push(this.arguments.length);
    this.codeOffset.push(codeOffset);
  }

  /** Drops argument bytes of a call that was never finished. */
  rollBack(): void {
    this.arguments.length = this.length === 0 ? 0 : this.argumentEnd.values[this.length - 1]!;
  }

  /** Adds registers of the call that is finished next. */
  addRegisters(words: ArrayLike<number>): void {
    this.registers ??= new Uint32Column(1 << 12);
    while (this.registers.length < this.length * 6) this.registers.push(0);
    for (let i = 0; i < 6; i++) this.registers.push(words[i]!);
  }
}

/** Frames of the stack being read; turned into a node of the prefix tree when it is complete. */
export class StackScratch {
  readonly frames: Int32Column = new Int32Column();

  clear(): void {
    this.frames.length = 0;
  }

  /** @returns node of the innermost frame, `NONE` for no frames. */
  intern(vocabulary: Vocabulary): number {
    let node = NONE;
    for (let i = this.frames.length - 1; i >= 0; i--) node = vocabulary.nodes.intern(node, this.frames.values[i]!);
    return node;
  }
}
