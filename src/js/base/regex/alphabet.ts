import { SIDE_SETS } from "./looks.ts";
import type { RegexProgram } from "./program.ts";

const ASCII = 128;

/**
 * Puts code points that no part of a program can tell apart into one class, as they are met: class numbers count from
 * 0 in that order, so tables by class stay as small as the text is plain.
 */
export class Alphabet {
  /** `members[c][s]` is 1 if class `c` is in set `s` of the program. */
  readonly members: Uint8Array[] = [];
  /** Bits of looks.ts by class; 0 if the program has no looks. */
  readonly sides: number[] = [];
  private readonly program: RegexProgram;
  private readonly ascii = new Int32Array(ASCII).fill(-1);
  private readonly others = new Map<number, number>();
  private readonly classes = new Map<string, number>();

  constructor(program: RegexProgram) {
    this.program = program;
  }

  classOf(code: number): number {
    const known = code < ASCII ? this.ascii[code]! : (this.others.get(code) ?? -1);
    return known >= 0 ? known : this.add(code);
  }

  private add(code: number): number {
    const members = Uint8Array.from(this.program.sets, (set) => (set.has(code) ? 1 : 0));
    const side = this.program.looks.length === 0 ? 0 : sideOf(code);
    const key = `${side}:${members.join("")}`;
    let ix = this.classes.get(key);
    if (ix === undefined) {
      ix = this.members.push(members) - 1;
      this.sides.push(side);
      this.classes.set(key, ix);
    }
    if (code < ASCII) this.ascii[code] = ix;
    else this.others.set(code, ix);
    return ix;
  }
}

function sideOf(code: number): number {
  return SIDE_SETS.reduce((bits, [bit, set]) => (set.has(code) ? bits | bit : bits), 0);
}
