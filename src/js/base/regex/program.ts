import { SnapshotError } from "../errors.ts";
import type { CharSet } from "./char-set.ts";
import type { Look, Pattern } from "./syntax.ts";

/** Instructions a pattern may have: `a{1,1000}{1,1000}` would have a million. */
const MAX_INSTRUCTIONS = 100_000;
/** Instructions times positions kept per thread: what a search with groups needs. */
const MAX_SLOT_CELLS = 16_000_000;

export const OP_MATCH = 0;
/** Consumes a code point of set `x`, goes on at `y`. */
export const OP_SET = 1;
/** Goes on at `x`, with less priority at `y`. */
export const OP_SPLIT = 2;
/** Goes on at `y` if look `x` holds. */
export const OP_LOOK = 3;
/** Stores the position in slot `x`, goes on at `y`. */
export const OP_SAVE = 4;

/** A Thompson automaton: instruction `i` is `op[i]` with `x[i]` and `y[i]`. */
export interface RegexProgram {
  readonly op: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly start: number;
  readonly sets: readonly CharSet[];
  readonly looks: readonly Look[];
  readonly slots: number;
}

/** @throws SnapshotError `MalformedRegex` if the program would be too large; nothing is built in that case. */
export function compilePattern(pattern: Pattern, groups: number): RegexProgram {
  const size = instructionsOf(pattern) + 2 * groups + 2;
  if (size > MAX_INSTRUCTIONS || size * groups * 2 > MAX_SLOT_CELLS) {
    const reason = "it is too large";
    throw new SnapshotError("MalformedRegex", `reading a regular expression: ${reason} (limit ${MAX_INSTRUCTIONS})`, {
      offset: 0,
      fields: { reason },
    });
  }
  return new Compiler(size).compile(pattern, groups);
}

/** An upper bound; at least 1, so that repetitions of nothing count too. */
function instructionsOf(pattern: Pattern): number {
  switch (pattern.op) {
    case "empty":
    case "set":
    case "look":
      return 1;
    case "sequence":
    case "choice":
      return pattern.items.reduce((sum, item) => sum + instructionsOf(item) + 1, 0);
    case "group":
      return instructionsOf(pattern.item) + 2;
    case "repeat":
      return (instructionsOf(pattern.item) + 1) * (Math.max(pattern.min, pattern.max ?? 0) + 1);
  }
}

class Compiler {
  private readonly op: Uint8Array;
  private readonly x: Int32Array;
  private readonly y: Int32Array;
  private readonly sets = new Map<string, number>();
  private readonly setList: CharSet[] = [];
  private readonly looks: Look[] = [];
  private used = 0;

  constructor(size: number) {
    this.op = new Uint8Array(size);
    this.x = new Int32Array(size);
    this.y = new Int32Array(size);
  }

  compile(pattern: Pattern, groups: number): RegexProgram {
    const end = this.emit(OP_SAVE, 1, this.emit(OP_MATCH, 0, 0));
    const start = this.emit(OP_SAVE, 0, this.build(pattern, end));
    const { op, x, y, setList: sets, looks, used } = this;
    return {
      op: op.slice(0, used),
      x: x.slice(0, used),
      y: y.slice(0, used),
      start,
      sets,
      looks,
      slots: 2 * groups,
    };
  }

  /** Emits `pattern` going on at `next`; returns where it starts. Programs grow from the end to the beginning. */
  private build(pattern: Pattern, next: number): number {
    switch (pattern.op) {
      case "empty":
        return next;
      case "set":
        return this.emit(OP_SET, this.setIx(pattern.set), next);
      case "look":
        return this.emit(OP_LOOK, this.lookIx(pattern.look), next);
      case "sequence":
        return pattern.items.reduceRight((after, item) => this.build(item, after), next);
      case "choice":
        return this.buildChoice(pattern.items, next);
      case "group": {
        const close = this.emit(OP_SAVE, 2 * pattern.index + 1, next);
        return this.emit(OP_SAVE, 2 * pattern.index, this.build(pattern.item, close));
      }
      case "repeat":
        return this.buildRepeat(pattern, next);
    }
  }

  private buildChoice(items: readonly Pattern[], next: number): number {
    let start = this.build(items.at(-1)!, next);
    for (let ix = items.length - 2; ix >= 0; ix--) start = this.emit(OP_SPLIT, this.build(items[ix]!, next), start);
    return start;
  }

  private buildRepeat(repeat: Extract<Pattern, { op: "repeat" }>, next: number): number {
    let start = next;
    if (repeat.max === undefined) start = this.buildLoop(repeat, next);
    // Optional copies nest: x{0,3} is (x(x(x)?)?)?, each of which may stop.
    for (let n = repeat.min; n < (repeat.max ?? 0); n++)
      start = this.split(this.build(repeat.item, start), next, repeat);
    for (let n = 0; n < repeat.min; n++) start = this.build(repeat.item, start);
    return start;
  }

  private buildLoop(repeat: Extract<Pattern, { op: "repeat" }>, next: number): number {
    const loop = this.emit(OP_SPLIT, 0, 0);
    const body = this.build(repeat.item, loop);
    this.x[loop] = repeat.greedy ? body : next;
    this.y[loop] = repeat.greedy ? next : body;
    return loop;
  }

  private split(body: number, next: number, { greedy }: { readonly greedy: boolean }): number {
    return greedy ? this.emit(OP_SPLIT, body, next) : this.emit(OP_SPLIT, next, body);
  }

  private emit(op: number, x: number, y: number): number {
    const at = this.used++;
    this.op[at] = op;
    this.x[at] = x;
    this.y[at] = y;
    return at;
  }

  private setIx(set: CharSet): number {
    const known = this.sets.get(set.key);
    if (known !== undefined) return known;
    this.sets.set(set.key, this.setList.length);
    return this.setList.push(set) - 1;
  }

  private lookIx(look: Look): number {
    const known = this.looks.indexOf(look);
    return known >= 0 ? known : this.looks.push(look) - 1;
  }
}
