import type { Alphabet } from "./alphabet.ts";
import { Closure } from "./closure.ts";
import { SIDE_EDGE } from "./looks.ts";
import type { RegexProgram } from "./program.ts";

/** Called with the number of steps taken; throws when there were too many. */
export type Spend = (steps: number) => void;

const MATCHED = -2;
const UNKNOWN = -1;
/** The automaton is forgotten and begun anew beyond these: memory stays bounded, time linear. */
const MAX_STATES = 2_000;
const MAX_KERNEL = 2_000_000;
/** Characters per step of the budget while the automaton is known. */
const CHARS_PER_STEP = 16;

interface State {
  /** Instructions just arrived at, sorted, not yet followed. */
  readonly kernel: Int32Array;
  /** The neighbour before the position; always 0 without looks. */
  readonly before: number;
  /** Next state by class of character. */
  readonly next: number[];
}

/** Says whether a text has a match anywhere, building the deterministic automaton as the text demands. */
export class LazyDfa {
  private readonly program: RegexProgram;
  private readonly alphabet: Alphabet;
  private readonly closure: Closure;
  private states: State[] = [];
  private ixByKey = new Map<string, number>();
  private kernelTotal = 0;

  constructor(program: RegexProgram, alphabet: Alphabet) {
    this.program = program;
    this.alphabet = alphabet;
    this.closure = new Closure(program);
  }

  test(text: string, spend: Spend): boolean {
    spend(1 + Math.ceil(text.length / CHARS_PER_STEP));
    let state = this.stateIx(new Int32Array(0), this.program.looks.length === 0 ? 0 : SIDE_EDGE);
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at)!;
        if (code > 0xffff) at++;
      }
      const symbol = this.alphabet.classOf(code);
      let next = this.states[state]!.next[symbol] ?? UNKNOWN;
      if (next === UNKNOWN) next = this.step(state, symbol, spend);
      if (next === MATCHED) return true;
      state = next;
    }
    return this.follow(this.states[state]!, SIDE_EDGE, spend);
  }

  /** Fills the closure of a state whose next neighbour is known. @returns whether a match ends here. */
  private follow(state: State, after: number, spend: Spend): boolean {
    const { closure } = this;
    const visited = closure.visited;
    closure.clear();
    for (const pc of state.kernel) closure.add(pc, state.before, after);
    closure.add(this.program.start, state.before, after);
    spend(1 + closure.visited - visited);
    return closure.matches;
  }

  private step(from: number, symbol: number, spend: Spend): number {
    const state = this.states[from]!;
    const side = this.alphabet.sides[symbol]!;
    const next = this.follow(state, side, spend) ? MATCHED : this.successor(symbol, side);
    state.next[symbol] = next;
    return next;
  }

  private successor(symbol: number, side: number): number {
    const { closure, program } = this;
    const members = this.alphabet.members[symbol]!;
    const kernel: number[] = [];
    for (let i = 0; i < closure.length; i++) {
      const pc = closure.sets[i]!;
      if (members[program.x[pc]!] === 1) kernel.push(program.y[pc]!);
    }
    return this.stateIx(Int32Array.from(kernel).sort(), side);
  }

  private stateIx(kernel: Int32Array, before: number): number {
    const key = `${before}:${kernel.join()}`;
    const known = this.ixByKey.get(key);
    if (known !== undefined) return known;
    if (this.states.length >= MAX_STATES || this.kernelTotal > MAX_KERNEL) this.forget();
    this.kernelTotal += kernel.length;
    const ix = this.states.push({ kernel, before, next: [] }) - 1;
    this.ixByKey.set(key, ix);
    return ix;
  }

  private forget(): void {
    this.states = [];
    this.ixByKey = new Map();
    this.kernelTotal = 0;
  }
}
