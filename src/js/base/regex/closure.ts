import { holds } from "./looks.ts";
import { OP_LOOK, OP_MATCH, OP_SAVE, OP_SET, OP_SPLIT, type RegexProgram } from "./program.ts";

/** Instructions reachable without consuming anything; reused from position to position. */
export class Closure {
  /** Reached `OP_SET` instructions in no particular order: the first `length` entries. */
  readonly sets: Int32Array;
  length = 0;
  matches = false;
  /** Instructions looked at since the beginning: the work done. */
  visited = 0;
  private readonly program: RegexProgram;
  private readonly seen: Int32Array;
  private readonly stack: Int32Array;
  private round = 0;

  constructor(program: RegexProgram) {
    this.program = program;
    this.sets = new Int32Array(program.op.length);
    this.seen = new Int32Array(program.op.length);
    this.stack = new Int32Array(2 * program.op.length + 2);
  }

  clear(): void {
    this.length = 0;
    this.matches = false;
    this.round++;
  }

  /** Adds what can be reached from `pc` between two neighbours. */
  add(pc: number, before: number, after: number): void {
    const { op, x, y, looks } = this.program;
    const { stack, seen, round } = this;
    let top = 0;
    stack[top++] = pc;
    while (top > 0) {
      const at = stack[--top]!;
      if (seen[at] === round) continue;
      seen[at] = round;
      this.visited++;
      switch (op[at]) {
        case OP_MATCH:
          this.matches = true;
          break;
        case OP_SET:
          this.sets[this.length++] = at;
          break;
        case OP_SPLIT:
          stack[top++] = y[at]!;
          stack[top++] = x[at]!;
          break;
        case OP_SAVE:
          stack[top++] = y[at]!;
          break;
        case OP_LOOK:
          if (holds(looks[x[at]!]!, before, after)) stack[top++] = y[at]!;
          break;
      }
    }
  }
}
