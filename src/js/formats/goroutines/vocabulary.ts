import { NONE } from "../../base/brand.ts";
import { ByteInterner } from "../../base/byte-interner.ts";
import { TupleIndex } from "../../base/tuple-index.ts";
import { type Labels, parseLabels } from "./label-text.ts";
import { parseStatus, type Status } from "./status-text.ts";

/** Frame name that stands for frames the runtime left out. */
export const ELIDED_FRAMES = "(frames elided)";
export const NON_GO_FUNCTION = "non-Go function";

const MAX_LINE = 0x3fff_ffff;

/**
 * Everything that repeats in the dumps of one reader, kept once: names, files, states, label sets, frames and the
 * prefix tree of stacks. Numbers of one vocabulary mean the same in all its dumps.
 */
export class Vocabulary {
  readonly functions: ByteInterner = new ByteInterner();
  readonly files: ByteInterner = new ByteInterner();
  /** Rows are (function, file, 2 × line + inlined); file is `NONE` and line 0 when unknown. */
  readonly frames: TupleIndex = new TupleIndex();
  /** Rows are (caller node or `NONE`, frame): a stack is the node of its innermost frame. */
  readonly nodes: TupleIndex = new TupleIndex();
  private readonly statusTexts = new ByteInterner();
  private readonly statuses: Status[] = [];
  private readonly labelTexts = new ByteInterner();
  private readonly labelSets: (Labels | undefined)[] = [];

  internStatus(bytes: Uint8Array, from: number, to: number): number {
    const row = this.statusTexts.intern(bytes, from, to);
    if (row === this.statuses.length) this.statuses.push(parseStatus(this.statusTexts.text(row)));
    return row;
  }

  status(row: number): Status {
    return this.statuses[row]!;
  }

  /** @returns a row, or `NONE` when the text is not a label set. */
  internLabels(bytes: Uint8Array, from: number, to: number): number {
    const row = this.labelTexts.intern(bytes, from, to);
    if (row === this.labelSets.length) {
      const text = this.labelTexts.text(row);
      const parsed = parseLabels(text);
      this.labelSets.push(parsed !== undefined && parsed.end === text.length ? parsed.labels : undefined);
    }
    return this.labelSets[row] === undefined ? NONE : row;
  }

  labels(row: number): Labels {
    return this.labelSets[row]!;
  }

  /** @param line 0 when unknown */
  internFrame(functionIx: number, fileIx: number, line: number, inlined: boolean): number {
    return this.frames.intern(functionIx, fileIx, Math.min(line, MAX_LINE) * 2 + (inlined ? 1 : 0));
  }

  isInlined(frame: number): boolean {
    return (this.frames.c.values[frame]! & 1) === 1;
  }

  /** Interns a function that is not in the input as it stands. */
  internName(name: string): number {
    const bytes = new TextEncoder().encode(name);
    return this.functions.intern(bytes, 0, bytes.length);
  }
}
