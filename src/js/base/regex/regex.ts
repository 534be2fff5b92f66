import { Alphabet } from "./alphabet.ts";
import { LazyDfa, type Spend } from "./lazy-dfa.ts";
import { parsePattern } from "./parser.ts";
import { findMatch } from "./pike.ts";
import { compilePattern, type RegexProgram } from "./program.ts";

export interface RegexMatch {
  /** Position of the first UTF-16 unit. */
  readonly index: number;
  /** Position after the last one. */
  readonly end: number;
  /** Text of each group; index 0 is the whole match; undefined for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * A regular expression in the syntax of the Rust crate `regex`, searched in time linear in the text whatever the
 * pattern is. `spend` is told the steps taken and may throw to stop the search.
 */
export class Regex {
  readonly source: string;
  /** Name of each group by index, undefined for those without one. */
  readonly groupNames: readonly (string | undefined)[];
  private readonly program: RegexProgram;
  private readonly alphabet: Alphabet;
  private readonly dfa: LazyDfa;

  /** @throws SnapshotError `MalformedRegex` with the offset in code points. */
  constructor(source: string) {
    const { pattern, groupNames } = parsePattern(source);
    this.source = source;
    this.groupNames = groupNames;
    this.program = compilePattern(pattern, groupNames.length);
    this.alphabet = new Alphabet(this.program);
    this.dfa = new LazyDfa(this.program, this.alphabet);
  }

  /** Whether the text has a match anywhere. */
  test(text: string, spend: Spend = noLimit): boolean {
    return this.dfa.test(text, spend);
  }

  /** The leftmost match at or after `from`; of several there the one with the pattern's own preference. */
  find(text: string, from = 0, spend: Spend = noLimit): RegexMatch | undefined {
    if (from === 0 && !this.dfa.test(text, spend)) return undefined;
    const slots = findMatch(this.program, this.alphabet, text, from, spend);
    if (slots === undefined) return undefined;
    const groups = this.groupNames.map((_, ix) => {
      const [start, end] = [slots[2 * ix]!, slots[2 * ix + 1]!];
      return start < 0 || end < 0 ? undefined : text.slice(start, end);
    });
    return { index: slots[0]!, end: slots[1]!, groups };
  }
}

function noLimit(): void {}
