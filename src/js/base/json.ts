import { toHexString } from "./bytes.ts";
import { SnapshotError } from "./errors.ts";
import { limitExceeded } from "./limits.ts";

/**
 * JSON without loss: integers keep all digits, objects keep document order (also for keys that look like numbers),
 * and the last of equal keys wins, as in every common reader.
 *
 * Integer literals (no fraction, no exponent) are `bigint`; all other numbers are `number`. So 1 and 1.0 stay apart.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

export interface JsonReadOptions {
  /** Deepest nesting of arrays and objects; default 512. */
  readonly depth?: number;
}

const DEFAULT_DEPTH = 512;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
/** So many decimal digits are exact in a double. */
const SAFE_DIGITS = 15;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const SMALL_E = 0x65;
const SMALL_F = 0x66;
const SMALL_N = 0x6e;
const SMALL_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Folds `E` into `e`. */
const LOWER_CASE = 0x20;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Reads one JSON text (RFC 8259; surrounding white space allowed).
 * @throws SnapshotError `MalformedJson` with the offset in UTF-16 units, `LimitExceeded` (depth).
 */
export function parseJson(text: string, options: JsonReadOptions = {}): JsonValue {
  return new JsonReader(text, options.depth ?? DEFAULT_DEPTH).read();
}

class JsonReader {
  private at = 0;
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  read(): JsonValue {
    const value = this.value(0);
    this.blanks();
    if (this.at < this.text.length) this.fail("end of text");
    return value;
  }

  private value(depth: number): JsonValue {
    this.blanks();
    switch (this.text.charCodeAt(this.at)) {
      case OPEN_BRACE:
        return this.object(depth + 1);
      case OPEN:
        return this.array(depth + 1);
      case QUOTE:
        return this.string();
      case SMALL_T:
        return this.word("true", true);
      case SMALL_F:
        return this.word("false", false);
      case SMALL_N:
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    this.enter(depth);
    const object = new Map<string, JsonValue>();
    this.blanks();
    if (this.skip(CLOSE_BRACE)) return object;
    for (;;) {
      this.blanks();
      if (this.text.charCodeAt(this.at) !== QUOTE) this.fail("a string as key");
      const key = this.string();
      this.blanks();
      if (!this.skip(COLON)) this.fail('":"');
      object.set(key, this.value(depth));
      this.blanks();
      if (this.skip(CLOSE_BRACE)) return object;
      if (!this.skip(COMMA)) this.fail('"," or "}"');
    }
  }

  private array(depth: number): JsonValue[] {
    this.enter(depth);
    const array: JsonValue[] = [];
    this.blanks();
    if (this.skip(CLOSE)) return array;
    for (;;) {
      array.push(this.value(depth));
      this.blanks();
      if (this.skip(CLOSE)) return array;
      if (!this.skip(COMMA)) this.fail('"," or "]"');
    }
  }

  private string(): string {
    const { text } = this;
    const start = ++this.at;
    for (let at = start; ; at++) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      // Also at the end, where there is no code.
      if (c === BACKSLASH || !(c >= SPACE)) return this.stringWithEscapes();
    }
  }

  private stringWithEscapes(): string {
    let out = "";
    for (;;) {
      PLAIN.lastIndex = this.at;
      PLAIN.test(this.text);
      out += this.text.slice(this.at, PLAIN.lastIndex);
      this.at = PLAIN.lastIndex;
      const c = this.text[this.at];
      if (c === '"') {
        this.at++;
        return out;
      }
      if (c !== "\\") this.fail("the end of the string");
      out += this.escape();
    }
  }

  private escape(): string {
    const c = this.text[this.at + 1] ?? "";
    if (c === "u") {
      const hex = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail("four hex digits");
      this.at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = Object.hasOwn(ESCAPES, c) ? ESCAPES[c] : undefined;
    if (plain === undefined) this.fail("an escape");
    this.at += 2;
    return plain;
  }

  /** Short integers are read digit by digit: they are most of what there is. */
  private number(): number | bigint {
    const { text } = this;
    const isNegative = text.charCodeAt(this.at) === MINUS;
    const first = isNegative ? this.at + 1 : this.at;
    let at = first;
    let value = 0;
    let c = text.charCodeAt(at);
    for (; c >= ZERO && c <= NINE; c = text.charCodeAt(++at)) value = value * 10 + c - ZERO;
    const digits = at - first;
    const isInteger = c !== DOT && (c | LOWER_CASE) !== SMALL_E;
    const hasLeadingZero = digits > 1 && text.charCodeAt(first) === ZERO;
    if (digits === 0 || digits > SAFE_DIGITS || !isInteger || hasLeadingZero) return this.longNumber();
    this.at = at;
    return BigInt(isNegative ? -value : value);
  }

  private longNumber(): number | bigint {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) this.fail("a value");
    this.at = NUMBER.lastIndex;
    return match[1] === undefined && match[2] === undefined ? BigInt(match[0]) : Number(match[0]);
  }

  private word<T extends null | boolean>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail("a value");
    this.at += word.length;
    return value;
  }

  private enter(depth: number): void {
    if (depth > this.maxDepth) throw limitExceeded("depth", this.maxDepth, depth, "reading JSON", this.at);
    this.at++;
  }

  private blanks(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== SPACE && c !== LF && c !== CR && c !== TAB) return;
      this.at++;
    }
  }

  private skip(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : "the end";
    throw new SnapshotError("MalformedJson", `reading JSON: found ${found}, expected ${expected}, at ${this.at}`, {
      offset: this.at,
      fields: { found },
    });
  }
}

/** What `renderJson` accepts: plain data, with `bigint`, `Map` and `Uint8Array` (written as lower-case hex). */
export interface JsonWriteOptions {
  /** Spaces per level; 0 writes one line. Default 0. */
  readonly indent?: number;
  /** `"number"` (default) writes bare integers of any size, `"string"` quotes those beyond 2^53. */
  readonly bigint?: "number" | "string";
  /** True writes whole numbers of type `number` as `2.0`, so that they are read back as such. Default false. */
  readonly markFloats?: boolean;
}

/**
 * Writes JSON with exact integers. `undefined` members are left out; NaN and infinities become the strings
 * "NaN", "Infinity", "-Infinity", as in protobuf's JSON; lone surrogates are escaped.
 */
export function renderJson(value: unknown, options: JsonWriteOptions = {}): string {
  return writeJson(value, options, "");
}

function writeJson(value: unknown, options: JsonWriteOptions, pad: string): string {
  switch (typeof value) {
    case "string":
      return quoteJson(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      return renderNumber(value, options);
    case "bigint":
      return renderBigint(value, options);
    default:
      if (value === null || value === undefined) return "null";
      if (value instanceof Uint8Array) return `"${toHexString(value)}"`;
      if (Array.isArray(value) || ArrayBuffer.isView(value))
        return writeItems(value as Iterable<unknown>, options, pad);
      return writeMembers(value instanceof Map ? value : Object.entries(value), options, pad);
  }
}

function writeItems(items: Iterable<unknown>, options: JsonWriteOptions, pad: string): string {
  const inner = pad + " ".repeat(options.indent ?? 0);
  let text = "";
  for (const item of items) text += `${before(text, options, inner)}${writeJson(item, options, inner)}`;
  return `[${text}${after(text, options, pad)}]`;
}

function writeMembers(members: Iterable<readonly [unknown, unknown]>, options: JsonWriteOptions, pad: string): string {
  const inner = pad + " ".repeat(options.indent ?? 0);
  const colon = isCompact(options) ? ":" : ": ";
  let text = "";
  for (const [key, member] of members) {
    if (member === undefined) continue;
    text += `${before(text, options, inner)}${quoteJson(String(key))}${colon}${writeJson(member, options, inner)}`;
  }
  return `{${text}${after(text, options, pad)}}`;
}

function isCompact({ indent = 0 }: JsonWriteOptions): boolean {
  return indent === 0;
}

/** What comes before the next item of a list that is `text` so far. */
function before(text: string, options: JsonWriteOptions, inner: string): string {
  const comma = text === "" ? "" : ",";
  return isCompact(options) ? comma : `${comma}\n${inner}`;
}

function after(text: string, options: JsonWriteOptions, pad: string): string {
  return text === "" || isCompact(options) ? "" : `\n${pad}`;
}

const MOST_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** Printable ASCII that JSON writes as it is. */
const UNQUOTED = /^[ !#-[\]-~]*$/;

/** A string as JSON; lone surrogates are escaped. */
function quoteJson(text: string): string {
  return UNQUOTED.test(text) ? `"${text}"` : JSON.stringify(text);
}

function renderNumber(value: number, { markFloats }: JsonWriteOptions): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return markFloats === true && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function renderBigint(value: bigint, { bigint }: JsonWriteOptions): string {
  return bigint === "string" && (value > MOST_SAFE || value < -MOST_SAFE) ? `"${value}"` : String(value);
}
