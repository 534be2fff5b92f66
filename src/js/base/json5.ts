import { SnapshotError } from "./errors.ts";
import { limitExceeded } from "./limits.ts";

/** A value of a JSON5 text and where it stands there (UTF-16 units). */
export type Json5Node = {
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** Integer literals without fraction and exponent are exact; hexadecimal ones too. */
  | { readonly kind: "number"; readonly value: bigint | number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly Json5Node[] }
  | { readonly kind: "object"; readonly members: readonly Json5Member[] }
);

export interface Json5Member {
  readonly key: string;
  readonly keyStart: number;
  readonly value: Json5Node;
}

const BLANKS =
  /(?:[\t\n\v\f\r \u00a0\u2028\u2029\ufeff\u1680\u2000-\u200a\u202f\u205f\u3000]+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const HEX = /[+-]?0[xX][0-9a-fA-F]+/y;
const DECIMAL = /[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPECIAL = /[+-]?(?:Infinity|NaN)/y;
const IDENTIFIER =
  /(?:[\p{L}\p{Nl}$_]|\\u[0-9a-fA-F]{4})(?:[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\u200c\u200d]|\\u[0-9a-fA-F]{4})*/uy;
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "0": "\0" };

/**
 * Reads one JSON5 text (json5.org, version 1.0.0) with exact integers, document order and the place of every value.
 * @param maxDepth deepest nesting of arrays and objects
 * @throws SnapshotError `MalformedJson` with the offset in UTF-16 units, `LimitExceeded` (depth)
 */
export function parseJson5(text: string, maxDepth: number): Json5Node {
  return new Json5Reader(text, maxDepth).read();
}

class Json5Reader {
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  read(): Json5Node {
    const node = this.value(0);
    this.skipBlanks();
    if (this.at < this.text.length) this.fail("the end");
    return node;
  }

  private value(depth: number): Json5Node {
    this.skipBlanks();
    const start = this.at;
    const c = this.text[start];
    if (c === "{") return this.object(depth + 1, start);
    if (c === "[") return this.array(depth + 1, start);
    if (c === '"' || c === "'") return { kind: "string", value: this.string(c), start, end: this.at };
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, start)) continue;
      this.at += word.length;
      return value === null ? { kind: "null", start, end: this.at } : { kind: "boolean", value, start, end: this.at };
    }
    return { kind: "number", value: this.number(), start, end: this.at };
  }

  private object(depth: number, start: number): Json5Node {
    this.enter(depth);
    const members: Json5Member[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.skip("}")) break;
      const keyStart = this.at;
      const key = this.key();
      this.skipBlanks();
      if (!this.skip(":")) this.fail('":"');
      members.push({ key, keyStart, value: this.value(depth) });
      this.skipBlanks();
      if (this.skip("}")) break;
      if (!this.skip(",")) this.fail('"," or "}"');
    }
    return { kind: "object", members, start, end: this.at };
  }

  private array(depth: number, start: number): Json5Node {
    this.enter(depth);
    const items: Json5Node[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.skip("]")) break;
      items.push(this.value(depth));
      this.skipBlanks();
      if (this.skip("]")) break;
      if (!this.skip(",")) this.fail('"," or "]"');
    }
    return { kind: "array", items, start, end: this.at };
  }

  private key(): string {
    const c = this.text[this.at];
    if (c === '"' || c === "'") return this.string(c);
    const name = this.match(IDENTIFIER);
    if (name === undefined) this.fail("a key");
    return name.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }

  private string(quote: string): string {
    this.at++;
    let value = "";
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n" || c === "\r") this.fail("the end of the string");
      if (c === quote) break;
      const [piece, next] = readStringPiece(this.text, this.at) ?? this.fail("an escape");
      value += piece;
      this.at = next;
    }
    this.at++;
    return value;
  }

  private number(): bigint | number {
    const hex = this.match(HEX);
    if (hex !== undefined) return hex.startsWith("-") ? -BigInt(hex.slice(1)) : BigInt(hex.replace("+", ""));
    const special = this.match(SPECIAL);
    if (special !== undefined) return Number(special);
    const decimal = this.match(DECIMAL);
    if (decimal === undefined) this.fail("a value");
    if (/[\w$.]/.test(this.text[this.at] ?? "")) this.fail("the end of the number");
    return /^[+-]?\d+$/.test(decimal) ? BigInt(decimal.replace("+", "")) : Number(decimal);
  }

  private enter(depth: number): void {
    if (depth > this.maxDepth) throw limitExceeded("depth", this.maxDepth, depth, "reading JSON5", this.at);
    this.at++;
  }

  private skipBlanks(): void {
    this.match(BLANKS);
    if (this.text.startsWith("/*", this.at)) this.fail("the end of the comment");
  }

  private skip(c: string): boolean {
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.text)?.[0];
    if (text !== undefined) this.at += text.length;
    return text;
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : "the end";
    throw new SnapshotError("MalformedJson", `reading JSON5: found ${found}, expected ${expected}, at ${this.at}`, {
      offset: this.at,
      fields: { found },
    });
  }
}

/** One character or escape of a string: what it stands for, and where the next begins. Undefined: a bad escape. */
function readStringPiece(text: string, at: number): readonly [piece: string, next: number] | undefined {
  const c = text[at]!;
  if (c !== "\\") return [c, at + 1];
  const escaped = text[at + 1] ?? "";
  if (escaped === "u" || escaped === "x") {
    const length = escaped === "u" ? 4 : 2;
    const hex = text.slice(at + 2, at + 2 + length);
    const isHex = hex.length === length && /^[0-9a-fA-F]+$/.test(hex);
    return isHex ? [String.fromCharCode(Number.parseInt(hex, 16)), at + 2 + length] : undefined;
  }
  if (escaped === "\r" && text[at + 2] === "\n") return ["", at + 3];
  if (escaped === "" || /[1-9]/.test(escaped) || (escaped === "0" && /\d/.test(text[at + 2] ?? ""))) return undefined;
  if (/[\n\r\u2028\u2029]/.test(escaped)) return ["", at + 2];
  return [Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped]! : escaped, at + 2];
}

/** The offset in the text of character `ix` of a string that starts (with its quote) at `start`. */
export function offsetInString(text: string, start: number, ix: number): number {
  let at = start + 1;
  for (let seen = 0; seen < ix && at < text.length; ) {
    const piece = readStringPiece(text, at);
    if (piece === undefined) break;
    seen += piece[0].length;
    at = piece[1];
  }
  return at;
}

/** The same value as plain JSON. A float stays one (`5.0`), an integer is exact; what JSON cannot say becomes null. */
export function toPlainJson(node: Json5Node): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return plainNumber(node.value);
    case "string":
      return JSON.stringify(node.value);
    case "array":
      return `[${node.items.map(toPlainJson).join(",")}]`;
    case "object":
      return `{${node.members.map(({ key, value }) => `${JSON.stringify(key)}:${toPlainJson(value)}`).join(",")}}`;
  }
}

function plainNumber(value: bigint | number): string {
  if (typeof value === "bigint") return String(value);
  if (!Number.isFinite(value)) return "null";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
