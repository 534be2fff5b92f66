import type { Alphabet } from "./alphabet.ts";
import type { Spend } from "./lazy-dfa.ts";
import { holds, SIDE_EDGE } from "./looks.ts";
import { OP_LOOK, OP_MATCH, OP_SAVE, OP_SET, OP_SPLIT, type RegexProgram } from "./program.ts";

const NOWHERE = -1;

/** Threads of one position in order of priority, each with its slots. */
class ThreadList {
  readonly pcs: Int32Array;
  readonly slots: Int32Array;
  readonly seen: Int32Array;
  length = 0;
  round = 0;

  constructor(instructions: number, slots: number) {
    this.pcs = new Int32Array(instructions);
    this.slots = new Int32Array(instructions * slots);
    this.seen = new Int32Array(instructions).fill(NOWHERE);
  }

  clear(): void {
    this.length = 0;
    this.round++;
  }
}

/**
 * Finds the leftmost match and its groups; of several the one that a backtracking engine would find first.
 * Time is the product of text and program. @returns positions by slot (UTF-16 units), -1 for groups without part.
 */
export function findMatch(
  program: RegexProgram,
  alphabet: Alphabet,
  text: string,
  from: number,
  spend: Spend,
): Int32Array | undefined {
  return new PikeMachine(program, alphabet, text, spend).run(from);
}

class PikeMachine {
  private readonly program: RegexProgram;
  private readonly alphabet: Alphabet;
  private readonly text: string;
  private readonly spend: Spend;
  private readonly slotStack: Int32Array;
  private readonly pcStack: number[] = [];

  constructor(program: RegexProgram, alphabet: Alphabet, text: string, spend: Spend) {
    this.program = program;
    this.alphabet = alphabet;
    this.text = text;
    this.spend = spend;
    this.slotStack = new Int32Array(program.slots);
  }

  run(from: number): Int32Array | undefined {
    const { program, text } = this;
    let current = new ThreadList(program.op.length, program.slots);
    let next = new ThreadList(program.op.length, program.slots);
    let found: Int32Array | undefined;
    let before = this.sideBefore(from);
    for (let at = from; ; ) {
      const code = text.codePointAt(at);
      const symbol = code === undefined ? NOWHERE : this.alphabet.classOf(code);
      const after = symbol === NOWHERE ? SIDE_EDGE : this.alphabet.sides[symbol]!;
      if (found === undefined) {
        // A new attempt has the least priority of all.
        this.slotStack.fill(NOWHERE);
        this.addThread(current, program.start, at, before, after);
      }
      if (current.length === 0 && found !== undefined) break;
      this.spend(1 + current.length);
      const width = code === undefined ? 0 : code > 0xffff ? 2 : 1;
      found = this.advance(current, next, symbol, at + width) ?? found;
      if (code === undefined) break;
      [current, next] = [next, current];
      next.clear();
      before = after;
      at += width;
    }
    return found;
  }

  /** Moves every thread over one character. @returns the slots of a match, which cuts off all threads behind it. */
  private advance(current: ThreadList, next: ThreadList, symbol: number, at: number): Int32Array | undefined {
    const { program } = this;
    const code = this.text.codePointAt(at);
    const after = code === undefined ? SIDE_EDGE : this.alphabet.sides[this.alphabet.classOf(code)]!;
    for (let i = 0; i < current.length; i++) {
      const pc = current.pcs[i]!;
      const slots = current.slots.subarray(pc * program.slots, (pc + 1) * program.slots);
      if (program.op[pc] === OP_MATCH) return slots.slice();
      if (symbol === NOWHERE || this.alphabet.members[symbol]![program.x[pc]!] !== 1) continue;
      this.slotStack.set(slots);
      this.addThread(next, program.y[pc]!, at, this.alphabet.sides[symbol]!, after);
    }
    return undefined;
  }

  private sideBefore(at: number): number {
    if (at === 0) return SIDE_EDGE;
    const last = this.text.charCodeAt(at - 1);
    const isPair = at > 1 && (last & 0xfc00) === 0xdc00 && (this.text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
    return this.alphabet.sides[this.alphabet.classOf(this.text.codePointAt(at - (isPair ? 2 : 1))!)]!;
  }

  /** Follows everything that consumes nothing, in order of priority; the slots under way are in `slotStack`. */
  private addThread(list: ThreadList, start: number, at: number, before: number, after: number): void {
    const { op, x, y, looks, slots: slotCount } = this.program;
    const { pcStack, slotStack: slots } = this;
    // Entries: an instruction to follow, or (negative) a slot to set back to the value below it.
    pcStack.push(start);
    while (pcStack.length > 0) {
      const pc = pcStack.pop()!;
      if (pc < 0) {
        slots[-pc - 1] = pcStack.pop()!;
        continue;
      }
      if (list.seen[pc] === list.round) continue;
      list.seen[pc] = list.round;
      switch (op[pc]) {
        case OP_SPLIT:
          pcStack.push(y[pc]!, x[pc]!);
          break;
        case OP_SAVE:
          pcStack.push(slots[x[pc]!]!, -x[pc]! - 1, y[pc]!);
          slots[x[pc]!] = at;
          break;
        case OP_LOOK:
          if (holds(looks[x[pc]!]!, before, after)) pcStack.push(y[pc]!);
          break;
        case OP_SET:
        case OP_MATCH:
          list.pcs[list.length++] = pc;
          list.slots.set(slots, pc * slotCount);
          break;
      }
    }
  }
}
