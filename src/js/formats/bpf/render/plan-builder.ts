import type { RenderPlan } from "../../../abi/btf.ts";
import * as P from "../../../abi/btf-plan.ts";
import { concatBytes, encodeUtf8 } from "../../../base/bytes.ts";
import { limitExceeded } from "../../../base/limits.ts";

/** Instructions of one plan; types that nest exponentially end here. */
const MAX_INSTRUCTIONS = 1 << 18;
/** Literals between two instructions: types without members that nest exponentially end here. */
const MAX_LITERAL = 1 << 22;
const WORDS = P.OP_BYTES / 4;
const U32_MAX = 0xffff_ffff;

/** Collects the instructions of a plan, with the literals and tables they need. */
export class PlanBuilder {
  private readonly words: number[] = [];
  private readonly parts: Uint8Array[] = [];
  private readonly literals = new Map<string, readonly [number, number]>();
  private poolBytes = 0;
  private pending = "";
  private loops = 0;
  private groups = 0;

  /** Text as it stands; runs of it become one instruction. */
  text(text: string): void {
    this.pending += text;
    if (this.pending.length > MAX_LITERAL) {
      throw limitExceeded("textLength", MAX_LITERAL, this.pending.length, "compiling a render plan");
    }
  }

  op(code: number, x = 0, y = 0, z = 0): number {
    this.flush();
    return this.push(code, x, y, z);
  }

  /** Where the next instruction will be. */
  here(): number {
    this.flush();
    return this.words.length / WORDS;
  }

  /** Points a jump to the next instruction. */
  land(jump: number): void {
    this.words[jump * WORDS + 1] = this.here();
  }

  /**
   * Repeats what `body` writes. @param count turns or `P.LOOP_TO_END`. @param at byte offset of the first element.
   * @returns false if loops nest too deep.
   */
  loop(count: number, stride: number, at: number, separator: string, body: () => void): void {
    if (++this.loops > P.MAX_FRAMES) throw limitExceeded("depth", P.MAX_FRAMES, this.loops, "rendering: arrays nest");
    const start = this.op(P.OP_LOOP, count, stride, at);
    const [off, length] = this.literal(separator);
    this.push(P.OP_LITERAL, off, length, 0);
    body();
    this.op(P.OP_NEXT, start);
    this.loops--;
  }

  /** What `body` writes counts only if a value in it is not 0. */
  group(body: () => void): void {
    if (++this.groups > P.MAX_GROUPS)
      throw limitExceeded("depth", P.MAX_GROUPS, this.groups, "rendering: structs nest");
    this.op(P.OP_GROUP);
    body();
    this.op(P.OP_UNGROUP);
    this.groups--;
  }

  /** A table of values and the literals that stand for them. @returns its place in the pool. */
  valueTable(rows: readonly (readonly [value: bigint, text: string])[]): number {
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const table = new Uint8Array(8 + sorted.length * 16);
    const view = new DataView(table.buffer);
    view.setUint32(0, sorted.length, true);
    sorted.forEach(([value, text], ix) => {
      const [off, length] = this.literal(text);
      view.setBigUint64(8 + ix * 16, value, true);
      view.setUint32(16 + ix * 16, off, true);
      view.setUint32(20 + ix * 16, length, true);
    });
    return this.place(table);
  }

  /** A table of u32, one per turn of a loop. */
  turnTable(numbers: readonly number[]): number {
    const table = new Uint8Array(numbers.length * 4);
    const view = new DataView(table.buffer);
    numbers.forEach((number, ix) => {
      view.setUint32(ix * 4, number, true);
    });
    return this.place(table);
  }

  build(): RenderPlan {
    this.op(P.OP_END);
    return { program: Uint32Array.from(this.words), pool: concatBytes(this.parts) };
  }

  private flush(): void {
    if (this.pending === "") return;
    const [off, length] = this.literal(this.pending);
    this.pending = "";
    this.push(P.OP_LITERAL, off, length, 0);
  }

  private push(code: number, x: number, y: number, z: number): number {
    const at = this.words.length / WORDS;
    if (at >= MAX_INSTRUCTIONS) {
      throw limitExceeded(
        "tableBytes",
        MAX_INSTRUCTIONS * P.OP_BYTES,
        (at + 1) * P.OP_BYTES,
        "compiling a render plan",
      );
    }
    // A place beyond 2^32 stays beyond all data.
    this.words.push(code, Math.min(x, U32_MAX), Math.min(y, U32_MAX), Math.min(z, U32_MAX));
    return at;
  }

  private literal(text: string): readonly [number, number] {
    let found = this.literals.get(text);
    if (found === undefined) {
      const bytes = encodeUtf8(text);
      found = [this.place(bytes), bytes.length];
      this.literals.set(text, found);
    }
    return found;
  }

  /** Tables hold 64-bit values: everything starts at a multiple of 8. */
  private place(bytes: Uint8Array): number {
    const at = this.poolBytes;
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    this.parts.push(padded);
    this.poolBytes += padded.length;
    return at;
  }
}
