import { ANY, NOT_LF, NOT_LF_NOR_CR, rangeSet } from "./char-set.ts";
import { fold, NEST_LIMIT, parseClass } from "./class-parser.ts";
import { PatternCursor } from "./cursor.ts";
import { parseEscape } from "./escapes.ts";
import { DEFAULT_FLAGS, type Flags, type Look, type ParsedPattern, type Pattern } from "./syntax.ts";

const FLAG_LETTERS: Readonly<Record<string, keyof Flags>> = {
  i: "ignoreCase",
  m: "multiLine",
  s: "dotAll",
  U: "swapGreed",
  u: "unicode",
  R: "crlf",
  x: "verbose",
};

const LOOK_AROUND: readonly string[] = ["?=", "?!", "?<=", "?<!"];
const GROUP_NAME = /^[A-Za-z_\p{Alphabetic}][\p{Alphabetic}\p{Nd}_.[\]]*$/u;

/**
 * Reads the syntax of the Rust crate `regex` (1.x): no back-references, no look-around.
 * Nesting is limited to 250 groups and classes, so recursion here is bounded.
 * @throws SnapshotError `MalformedRegex` with the offset in code points.
 */
export function parsePattern(pattern: string): ParsedPattern {
  return new PatternParser(pattern).parse();
}

class PatternParser {
  private readonly cursor: PatternCursor;
  private readonly groupNames: (string | undefined)[] = [undefined];
  private flags: Flags = DEFAULT_FLAGS;
  /** Open groups. */
  private depth = 0;
  /** Levels below a pattern; leaves are not listed. */
  private readonly levels = new WeakMap<Pattern, number>();

  constructor(pattern: string) {
    this.cursor = new PatternCursor(pattern);
  }

  parse(): ParsedPattern {
    const pattern = this.choice();
    if (!this.cursor.isEnd) this.cursor.fail("a closing bracket without its opening one");
    return { pattern, groupNames: this.groupNames };
  }

  private choice(): Pattern {
    const items = [this.sequence()];
    while (this.cursor.skip("|")) items.push(this.sequence());
    return items.length === 1 ? items[0]! : this.nest({ op: "choice", items }, items);
  }

  private sequence(): Pattern {
    const items: Pattern[] = [];
    // What a quantifier would apply to: false at the beginning and after `(?flags)`.
    let repeatable = false;
    for (;;) {
      this.cursor.skipBlanks();
      const c = this.cursor.peek();
      if (c === "" || c === "|" || c === ")") break;
      if (c === "*" || c === "+" || c === "?" || c === "{") {
        if (!repeatable) this.cursor.fail("a repetition of nothing");
        items.push(this.quantifier(items.pop()!));
      } else {
        const item = c === "(" ? this.group() : this.atom();
        repeatable = item !== undefined;
        if (item !== undefined) items.push(item);
      }
    }
    if (items.length === 1) return items[0]!;
    return items.length === 0 ? { op: "empty" } : this.nest({ op: "sequence", items }, items);
  }

  private atom(): Pattern {
    const { cursor, flags } = this;
    if (cursor.peek() === "[") return { op: "set", set: parseClass(cursor, flags, this.depth + 1) };
    if (cursor.peek() === "\\") {
      const escaped = parseEscape(cursor, flags);
      if (escaped.is === "look") return { op: "look", look: escaped.look };
      const set = escaped.is === "set" ? escaped.set : rangeSet(escaped.code, escaped.code);
      return { op: "set", set: fold(set, flags) };
    }
    const c = cursor.take();
    if (c === "^" || c === "$") return { op: "look", look: this.anchor(c) };
    if (c === ".") return this.dot();
    const code = c.codePointAt(0)!;
    return { op: "set", set: fold(rangeSet(code, code), flags) };
  }

  private anchor(c: "^" | "$"): Look {
    const side = c === "^" ? "Start" : "End";
    if (!this.flags.multiLine) return `text${side}`;
    return this.flags.crlf ? `line${side}Crlf` : `line${side}`;
  }

  private dot(): Pattern {
    const { flags, cursor } = this;
    if (!flags.unicode) cursor.fail("it can match what is not UTF-8", cursor.at - 1);
    if (flags.dotAll) return { op: "set", set: ANY };
    return { op: "set", set: flags.crlf ? NOT_LF_NOR_CR : NOT_LF };
  }

  /** A group, or undefined for `(?flags)`, which changes the flags of what follows in the enclosing group. */
  private group(): Pattern | undefined {
    const { cursor } = this;
    const start = cursor.at++;
    if (++this.depth > NEST_LIMIT) cursor.fail("nested too deeply", start);
    const outer = this.flags;
    let index: number | undefined;
    cursor.skipBlanks();
    if (LOOK_AROUND.some((prefix) => cursor.startsWith(prefix))) cursor.fail("look-around is not supported", start);
    if (cursor.skip("?P<") || cursor.skip("?<")) index = this.addGroup(this.groupName());
    else if (!cursor.skip("?")) index = this.addGroup(undefined);
    else if (this.parseFlags(start) === ")") {
      this.depth--;
      return undefined;
    }
    this.syncVerbose();
    const item = this.choice();
    if (!cursor.skip(")")) cursor.fail("no end of the group", start);
    this.depth--;
    this.flags = outer;
    this.syncVerbose();
    return index === undefined ? item : this.nest({ op: "group", index, item }, [item]);
  }

  private nest(pattern: Pattern, items: readonly Pattern[]): Pattern {
    const level = items.reduce((most, item) => Math.max(most, this.levels.get(item) ?? 0), 0) + 1;
    if (level > NEST_LIMIT) this.cursor.fail("nested too deeply");
    this.levels.set(pattern, level);
    return pattern;
  }

  private addGroup(name: string | undefined): number {
    return this.groupNames.push(name) - 1;
  }

  private groupName(): string {
    const start = this.cursor.at;
    let name = "";
    while (!this.cursor.isEnd && this.cursor.peek() !== ">") name += this.cursor.take();
    if (!this.cursor.skip(">") || !GROUP_NAME.test(name)) this.cursor.fail("not a group name", start);
    if (this.groupNames.includes(name)) this.cursor.fail("the group name occurs twice", start);
    return name;
  }

  /** Reads `flags-flags` up to and with `)` or `:`, which it returns. */
  private parseFlags(start: number): string {
    const { cursor } = this;
    const seen = new Set<string>();
    let value = true;
    let last = "";
    for (;;) {
      const c = cursor.take();
      if (c === ":" || c === ")") {
        if (last === "-" || (last === "" && c === ")")) cursor.fail("flags are missing", start);
        this.syncVerbose();
        return c;
      }
      if (seen.has(c) || !(c === "-" || Object.hasOwn(FLAG_LETTERS, c))) cursor.fail("not a flag", cursor.at - 1);
      seen.add(c);
      if (c === "-") value = false;
      else this.flags = { ...this.flags, [FLAG_LETTERS[c]!]: value };
      last = c;
    }
  }

  private syncVerbose(): void {
    this.cursor.verbose = this.flags.verbose;
  }

  private quantifier(item: Pattern): Pattern {
    const { cursor } = this;
    const c = cursor.peek();
    const [min, max] = c === "{" ? this.counts() : ([c === "+" ? 1 : 0, c === "?" ? 1 : undefined] as const);
    if (c !== "{") cursor.at++;
    const greedy = cursor.skip("?") === this.flags.swapGreed;
    return this.nest({ op: "repeat", item, min, greedy, ...(max !== undefined && { max }) }, [item]);
  }

  /** Reads `{n}`, `{n,}`, `{n,m}` or `{,m}`. */
  private counts(): readonly [min: number, max: number | undefined] {
    const { cursor } = this;
    const start = cursor.at++;
    const min = this.decimal();
    if (min !== undefined && cursor.skip("}")) return [min, min];
    if (!cursor.skip(",")) cursor.fail("not a repetition", start);
    const max = this.decimal();
    if ((min === undefined && max === undefined) || !cursor.skip("}")) cursor.fail("not a repetition", start);
    if (max !== undefined && (min ?? 0) > max) cursor.fail("the repetition is upside down", start);
    return [min ?? 0, max];
  }

  private decimal(): number | undefined {
    const { cursor } = this;
    const skipSpace = (): void => {
      while (/^\s$/u.test(cursor.peek())) cursor.at++;
    };
    skipSpace();
    const start = cursor.at;
    let digits = "";
    while (/^[0-9]$/.test(cursor.peek())) digits += cursor.take();
    skipSpace();
    if (digits === "") return undefined;
    const value = Number(digits);
    if (value > 0xffff_ffff) cursor.fail("the repetition is too large", start);
    return value;
  }
}
