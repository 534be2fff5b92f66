import { SnapshotError } from "../../base/errors.ts";
import { type Limits, limitExceeded } from "../../base/limits.ts";
import type { CallExpression, Expression } from "./ast.ts";
import { type FunctionName, isFunctionName, OPERATORS } from "./function-names.ts";
import { locate } from "./source-text.ts";
import { float, int, string, type Value } from "./values.ts";

export interface ParseOptions {
  readonly limits: Limits;
  /** Files in extended mode: more functions, empty strings, escapes in strings, CR as white space. */
  readonly extended: boolean;
  /** What stands before `::`, and the namespace it means, where the two differ. */
  readonly aliases?: ReadonlyMap<string, string>;
}

type Sign = keyof typeof OPERATORS;

const COMPARISONS: readonly Sign[] = [">=", "<=", "==", "!=", ">", "<"];
const ADDITIONS: readonly Sign[] = ["+", "-"];
/** The longest first. */
const MULTIPLICATIONS: readonly Sign[] = ["*", "//?", "/?", "//", "/"];

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /[+-]?(?:\.\d[\d_]*|\d[\d_]*(?:\.(?:\d[\d_]*)?)?)/y;
const EXPONENT = /[eE][+-]?_*\d[\d_]*/y;
const MAX_I64 = 0x7fff_ffff_ffff_ffffn;

/**
 * Reads an expression. Grammar: specs/triage.md section 3.1. Nesting is limited by `depth`, the depth of the tree
 * (long sums lean to the left) by `evaluationDepth`.
 * @throws SnapshotError `ExpressionSyntax` with the offset of what could not be read (`fields.report` is what Fuchsia's
 * engine would print), `LimitExceeded`.
 */
export function parseExpression(text: string, options: ParseOptions): Expression {
  return new ExpressionParser(text, options).parse();
}

class ExpressionParser {
  private readonly text: string;
  private readonly options: ParseOptions;
  private readonly blanks: RegExp;
  private at = 0;
  private nesting = 0;
  /** End of the longest part, from the beginning, that is an expression. */
  private complete = 0;
  private readonly levels = new WeakMap<Expression, number>();

  constructor(text: string, options: ParseOptions) {
    this.text = text;
    this.options = options;
    this.blanks = options.extended ? /[ \t\n\r]*/y : /[ \t\n]*/y;
  }

  parse(): Expression {
    const expression = this.comparison();
    this.skipBlanks();
    if (this.at < this.text.length) this.fail(this.describeRest());
    return expression;
  }

  private comparison(): Expression {
    const start = this.startOfNext();
    const left = this.sum();
    const sign = this.takeSign(COMPARISONS);
    return sign === undefined ? left : this.binary(sign, left, this.sum(), start);
  }

  private sum(): Expression {
    const start = this.startOfNext();
    let left = this.product();
    for (let sign = this.takeSign(ADDITIONS); sign !== undefined; sign = this.takeSign(ADDITIONS)) {
      left = this.binary(sign, left, this.product(), start);
    }
    return left;
  }

  private product(): Expression {
    const start = this.startOfNext();
    let left = this.primary();
    for (let sign = this.takeSign(MULTIPLICATIONS); sign !== undefined; sign = this.takeSign(MULTIPLICATIONS)) {
      left = this.binary(sign, left, this.primary(), start);
    }
    return left;
  }

  private startOfNext(): number {
    this.skipBlanks();
    return this.at;
  }

  /** The span takes in brackets around the operands, which have none of their own. */
  private binary(sign: Sign, left: Expression, right: Expression, start: number): Expression {
    const span = { start, end: this.at };
    return this.nest({ kind: "call", fn: OPERATORS[sign], args: [left, right], sign, span }, [left, right]);
  }

  private primary(): Expression {
    this.skipBlanks();
    const c = this.text[this.at];
    if (c === "(") return this.bracketed();
    if (c === "[") {
      const start = this.at;
      const items = this.list("]");
      return this.done(this.nest({ kind: "vector", items, span: { start, end: this.at } }, items));
    }
    if (c === "'" || c === '"') return this.done(this.stringLiteral(c));
    const number = this.number();
    if (number !== undefined) return number;
    return c === "-" && this.options.extended ? this.negation() : this.nameOrCall();
  }

  /** `-x` of files in extended mode is `0 - x`. */
  private negation(): Expression {
    const start = this.at++;
    this.enter();
    const operand = this.primary();
    this.nesting--;
    const zero: Expression = { kind: "value", value: int(0n), span: { start, end: start } };
    const span = { start, end: operand.span.end };
    return this.done(this.nest({ kind: "call", fn: "Sub", args: [zero, operand], sign: "-", span }, [operand]));
  }

  private bracketed(): Expression {
    this.enter();
    this.at++;
    const inner = this.comparison();
    this.expect(")");
    this.nesting--;
    return this.done(inner);
  }

  private nameOrCall(): Expression {
    const start = this.at;
    const first = this.match(NAME);
    if (first === undefined) this.fail("a value");
    if (this.nesting === 0) this.complete = this.at;
    const call = isFunctionName(first, this.options.extended) ? this.call(first, start) : undefined;
    if (call !== undefined) return this.done(call);
    let name = first;
    let namespace: string | undefined;
    if (this.text.startsWith("::", this.at)) {
      const end = this.at;
      this.at += 2;
      const second = this.match(NAME);
      if (second === undefined) {
        this.at = end;
        this.fail('a name after "::"');
      }
      namespace = this.options.aliases?.get(first) ?? first;
      name = second;
    }
    const written = this.text.slice(start, this.at);
    const span = { start, end: this.at };
    return this.done({ kind: "variable", written, name, span, ...(namespace !== undefined && { namespace }) });
  }

  /** The call of a function if an opening bracket follows; function names are not reserved. */
  private call(fn: FunctionName, start: number): CallExpression | undefined {
    const end = this.at;
    this.skipBlanks();
    if (this.text[this.at] !== "(") {
      this.at = end;
      return undefined;
    }
    const args = this.list(")");
    const call: CallExpression = { kind: "call", fn, args, span: { start, end: this.at } };
    return this.nest(call, args);
  }

  /** Reads `(a, b)` or `[a, b]` from its opening bracket on; no comma at the end. */
  private list(close: ")" | "]"): Expression[] {
    this.enter();
    this.at++;
    const items: Expression[] = [];
    this.skipBlanks();
    if (this.text[this.at] !== close) {
      do items.push(this.comparison());
      while (this.takeChar(","));
    }
    this.expect(close);
    this.nesting--;
    return items;
  }

  private number(): Expression | undefined {
    const start = this.at;
    const mantissa = this.match(NUMBER);
    if (mantissa === undefined) return undefined;
    const exponent = mantissa.endsWith(".") ? "" : (this.match(EXPONENT) ?? "");
    const value = readNumber(mantissa + exponent);
    return this.done({ kind: "value", value, span: { start, end: this.at } });
  }

  private stringLiteral(quote: "'" | '"'): Expression {
    const start = this.at;
    const end = this.findQuote(quote);
    if (end < 0) this.fail(`the closing ${quote}`, this.text.length);
    const written = this.text.slice(start + 1, end);
    if (written === "" && !this.options.extended) this.fail("a character: texts cannot be empty", end);
    this.at = end + 1;
    const value = this.options.extended ? written.replace(/\\(['"\\])/g, "$1") : written;
    return { kind: "value", value: string(value), span: { start, end: this.at } };
  }

  private findQuote(quote: string): number {
    if (!this.options.extended) return this.text.indexOf(quote, this.at + 1);
    for (let at = this.at + 1; at < this.text.length; at++) {
      if (this.text[at] === quote) return at;
      if (this.text[at] === "\\") at++;
    }
    return -1;
  }

  private nest<T extends Expression>(expression: T, parts: readonly Expression[]): T {
    const level = parts.reduce((most, part) => Math.max(most, this.levels.get(part) ?? 1), 1) + 1;
    const { evaluationDepth } = this.options.limits;
    if (level > evaluationDepth) {
      throw limitExceeded("evaluationDepth", evaluationDepth, level, "reading an expression", this.at);
    }
    this.levels.set(expression, level);
    return expression;
  }

  private enter(): void {
    const { depth } = this.options.limits;
    if (++this.nesting > depth) throw limitExceeded("depth", depth, this.nesting, "reading an expression", this.at);
  }

  private done(expression: Expression): Expression {
    if (this.nesting === 0) this.complete = this.at;
    return expression;
  }

  private takeSign(signs: readonly Sign[]): Sign | undefined {
    const start = this.at;
    this.skipBlanks();
    const sign = signs.find((candidate) => this.text.startsWith(candidate, this.at));
    this.at = sign === undefined ? start : this.at + sign.length;
    return sign;
  }

  private takeChar(c: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private expect(c: string): void {
    if (!this.takeChar(c)) this.fail(`"${c}"`);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.text)?.[0];
    if (text !== undefined) this.at += text.length;
    return text;
  }

  private skipBlanks(): void {
    this.match(this.blanks);
  }

  private describeRest(): string {
    const c = this.text[this.at]!;
    if (c === "(") return "an operator: there is no function of that name";
    return /[<>=!]/.test(c) ? "the end: comparisons do not chain" : "an operator";
  }

  private fail(expected: string, at: number = this.at): never {
    const { line, column } = locate(this.text, at);
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 12)) : "the end";
    const message = `reading an expression: found ${found}, expected ${expected}, at line ${line} column ${column}`;
    this.at = this.complete;
    this.skipBlanks();
    const report = renderReport(this.text, this.at);
    throw new SnapshotError("ExpressionSyntax", message, {
      offset: at,
      fields: { line, column, found, expected, report },
    });
  }
}

function readNumber(text: string): Value {
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace("+", ""));
    if (value >= -MAX_I64 - 1n && value <= MAX_I64) return int(value);
  }
  return float(Number(text.replaceAll("_", "")));
}

/** What Fuchsia's engine prints for text it could not read from `offset` on. */
function renderReport(text: string, offset: number): string {
  if (offset >= text.length) return "Expression Error: \n0: in Eof, got empty input\n\n";
  const { line, column } = locate(text, offset);
  const source = text.split("\n")[line - 1]!;
  return `Expression Error: \n0: at line ${line}, in Eof:\n${source}\n${"^".padStart(column)}\n\n`;
}
