import { SnapshotError } from "../base/errors.ts";
import { compareText } from "../base/text.ts";
import { type Fact, findFact } from "../model/facts.ts";

/**
 * A condition over facts: comparisons joined by `&&`, `||`, `!` and parentheses. `version >= "1.4.0" && device != lab`.
 * Operators: == != < <= > >= and =~ (contains). Values that both hold a dotted version are compared as versions
 * (Semantic Versioning 2.0.0, section 11), integers as integers, everything else by code units. A fact that is absent
 * makes every comparison false but `!=`.
 */
export interface FactFilter {
  readonly text: string;
  matches(facts: readonly Fact[]): boolean;
}

type Condition = (facts: readonly Fact[]) => boolean;
type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "=~";

const MAX_LENGTH = 4096;
const MAX_DEPTH = 50;
const TOKEN =
  /\s*(?:(&&|\|\||[()]|==|!=|=~|<=|>=|<|>|!)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\p{L}\p{N}_.:+\-/]+))/uy;

interface Token {
  readonly kind: "operator" | "text" | "word" | "end";
  readonly text: string;
  readonly at: number;
}

/** @throws SnapshotError `MalformedFilter` with the offset in the text. */
export function parseFactFilter(text: string): FactFilter {
  const parser = new FilterParser(readTokens(text));
  const condition = parser.parse();
  return { text, matches: (facts) => condition(facts) };
}

function readTokens(text: string): Token[] {
  if (text.length > MAX_LENGTH) throw wrong(`at most ${MAX_LENGTH} characters`, MAX_LENGTH);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw wrong("a comparison", at);
    const [, operator, double, single, word] = match;
    const quoted = double ?? single;
    if (operator !== undefined) tokens.push({ kind: "operator", text: operator, at });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replace(/\\(.)/g, "$1"), at });
    else tokens.push({ kind: "word", text: word!, at });
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): Condition {
    const condition = this.either();
    const { kind, at } = this.peek();
    if (kind !== "end") throw wrong("&&, || or the end", at);
    return condition;
  }

  private peek(): Token {
    return this.tokens[this.next]!;
  }

  private accept(operator: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== "operator" || text !== operator) return false;
    this.next++;
    return true;
  }

  private either(): Condition {
    const choices = [this.both()];
    while (this.accept("||")) choices.push(this.both());
    return (facts) => choices.some((choice) => choice(facts));
  }

  private both(): Condition {
    const conditions = [this.unary()];
    while (this.accept("&&")) conditions.push(this.unary());
    return (facts) => conditions.every((condition) => condition(facts));
  }

  private unary(): Condition {
    if (++this.depth > MAX_DEPTH) throw wrong(`at most ${MAX_DEPTH} levels`, this.peek().at);
    const condition = this.negated();
    this.depth--;
    return condition;
  }

  private negated(): Condition {
    if (this.accept("!")) {
      const inner = this.unary();
      return (facts) => !inner(facts);
    }
    if (!this.accept("(")) return this.comparison();
    const inner = this.either();
    if (!this.accept(")")) throw wrong("a closing parenthesis", this.peek().at);
    return inner;
  }

  private comparison(): Condition {
    const key = this.take("the name of a fact");
    const { kind, text, at } = this.peek();
    if (kind !== "operator" || !isOperator(text)) throw wrong("==, !=, <, <=, >, >= or =~", at);
    this.next++;
    const value = this.take("a value");
    return (facts) => compareFact(findFact(facts, key.text), text, value.text);
  }

  private take(what: string): Token {
    const token = this.peek();
    if (token.kind !== "word" && token.kind !== "text") throw wrong(what, token.at);
    this.next++;
    return token;
  }
}

function isOperator(text: string): text is Operator {
  return ["==", "!=", "<", "<=", ">", ">=", "=~"].includes(text);
}

function compareFact(
  fact: string | bigint | number | boolean | undefined,
  operator: Operator,
  wanted: string,
): boolean {
  if (fact === undefined) return operator === "!=";
  const value = String(fact);
  if (operator === "=~") return value.includes(wanted);
  const order = compareVersions(value, wanted);
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

interface Version {
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
}

/**
 * Order of two versions, or of two texts if one holds none. What stands before the first number (`v`, `fw `) and build
 * metadata (`+…`) do not count.
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [readVersion(a), readVersion(b)];
  if (x === undefined || y === undefined) return compareText(a, b);
  const length = Math.max(x.numbers.length, y.numbers.length);
  for (let i = 0; i < length; i++) {
    const [m, n] = [x.numbers[i] ?? 0n, y.numbers[i] ?? 0n];
    if (m !== n) return m < n ? -1 : 1;
  }
  return comparePre(x.pre, y.pre);
}

/** Longer texts are no versions, and their numbers would take long to read. */
const MAX_VERSION = 256;

function readVersion(text: string): Version | undefined {
  if (text.length > MAX_VERSION) return undefined;
  const match = /^[^\d+-]*(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { numbers: match[1]!.split(".").map(BigInt), pre: match[2]?.split(".") ?? [] };
}

/** A version without pre-release marks is the later one. */
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const order = compareIdentifiers(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(a: string, b: string): number {
  const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isA && isB) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  return isA === isB ? compareText(a, b) : isA ? -1 : 1;
}

function wrong(expected: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedFilter", `reading a filter: expected ${expected} at ${offset}`, {
    offset,
    fields: { expected },
  });
}
