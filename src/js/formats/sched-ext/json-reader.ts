import { decodeUtf8, decodeUtf8Lossy } from "../../base/bytes.ts";
import type { ErrorCode } from "../../base/error-codes.ts";
import type { Issue } from "../../base/issue.ts";
import type { JsonValue } from "../../base/json.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const END = -1;
/** Bytes between two calls of `onStep`. */
const STEP = 1 << 20;
/** Strings up to this length are looked up before they are built: keys and kinds repeat all the time. */
const INTERNED_LENGTH = 32;
const INTERNED_SLOTS = 1024;
/** Decimal digits that are exact in a double. */
const SAFE_DIGITS = 15;
const ESCAPED: Readonly<Record<number, string>> = {
  [QUOTE]: '"',
  [BACKSLASH]: "\\",
  47: "/",
  98: "\b",
  102: "\f",
  110: "\n",
  114: "\r",
  116: "\t",
};

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null" | "end" | "other";

export interface ReaderLimits {
  /** Nesting of objects and arrays. */
  readonly depth: number;
  /** Issues kept; further ones are counted. */
  readonly issues: number;
}

export interface ReaderMark {
  readonly at: number;
  readonly depth: number;
  readonly fresh: boolean;
}

export interface ByteCount {
  readonly count: number;
  readonly isZero: boolean;
}

/** An integer as a number where that is exact, else as a bigint; a double has a fraction, an exponent or is -0. */
export interface NumberToken {
  isInteger: boolean;
  value: number | bigint;
}

/**
 * Reads JSON from bytes, one token at a time. Broken syntax ends the reading: `failed` turns true, every loop over
 * members or elements stops, and what was read until then stays. Values of an unexpected kind are issues and skipped.
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  readonly issues: Issue[] = [];
  /** Issues beyond the limit. */
  droppedIssues = 0;
  /** Names and indices down to the value being read. */
  readonly path: (string | number)[] = [];
  at: number;
  failed = false;
  /** Called about once per `STEP` bytes; may throw to end the reading. */
  onStep: ((at: number) => void) | undefined;
  private stepAt = STEP;
  private readonly limits: ReaderLimits;
  private depth = 0;
  /** The opening bracket of each open container, by depth. */
  private readonly containers: number[] = [];
  /** No member or element of the innermost container was read yet. */
  private fresh = false;
  private readonly interned: (string | undefined)[] = new Array<string | undefined>(INTERNED_SLOTS);
  private readonly token: NumberToken = { isInteger: false, value: 0 };

  constructor(bytes: Uint8Array, limits: ReaderLimits, at = 0) {
    this.bytes = bytes;
    this.limits = limits;
    this.at = at;
  }

  kind(): JsonKind {
    const c = this.next();
    if (c === OPEN_OBJECT) return "object";
    if (c === QUOTE) return "string";
    if (c === MINUS || (c >= ZERO && c <= NINE)) return "number";
    if (c === OPEN_ARRAY) return "array";
    if (c === 0x74 || c === 0x66) return "boolean";
    if (c === 0x6e) return "null";
    return c === END ? "end" : "other";
  }

  /** Enters `{`; false if something else is there. */
  openObject(): boolean {
    return this.open(OPEN_OBJECT);
  }
  /** Enters `[`; false if something else is there. */
  openArray(): boolean {
    return this.open(OPEN_ARRAY);
  }

  /** The next key of the object, its value next; undefined once `}` is passed or reading failed. */
  nextKey(): string | undefined {
    if (!this.advance(CLOSE_OBJECT)) return undefined;
    if (this.next() !== QUOTE) return this.fail("a key");
    const key = this.readString();
    if (this.failed) return undefined;
    if (this.next() !== 0x3a) return this.fail('":"');
    this.at++;
    return key;
  }

  /** Whether another element follows; false once `]` is passed or reading failed. */
  nextElement(): boolean {
    return this.advance(CLOSE_ARRAY);
  }

  /** The string that comes next; the caller has looked. */
  readString(): string {
    const start = ++this.at;
    const { bytes } = this;
    let hash = 0;
    let ascii = true;
    for (let at = start; at < bytes.length; at++) {
      const c = bytes[at]!;
      if (c === QUOTE) {
        this.at = at + 1;
        return ascii && at - start <= INTERNED_LENGTH ? this.intern(start, at, hash) : this.decode(start, at);
      }
      if (c === BACKSLASH) return this.readEscaped(start, at);
      if (c < 0x20) break;
      if (c >= 0x80) ascii = false;
      hash = (Math.imul(hash, 31) + c) | 0;
    }
    this.at = this.endOfPlain(start);
    this.fail("the end of a string");
    return "";
  }

  /** The number that comes next; the result is reused by the next call. */
  readNumber(): NumberToken {
    const { bytes, token } = this;
    const start = this.at;
    let at = start;
    if (bytes[at] === MINUS) at++;
    const digits = at;
    let value = 0;
    for (let c = bytes[at]!; c >= ZERO && c <= NINE; c = bytes[++at]!) value = value * 10 + (c - ZERO);
    const count = at - digits;
    if (count === 0 || (count > 1 && bytes[digits] === ZERO)) {
      this.at = count === 0 ? at : digits;
      this.fail("a number");
    }
    const end = this.endOfNumber(at);
    if (end === bytes.length && this.depth > 0) this.cutNumber(end);
    token.isInteger = end === at && !(value === 0 && digits > start);
    if (!token.isInteger) token.value = this.toDouble(start, end);
    else if (count <= SAFE_DIGITS) token.value = digits > start ? -value : value;
    else token.value = BigInt(this.asciiText(start, end));
    if (!this.failed) this.at = end;
    return token;
  }

  /** Inside a container the end of the input cannot end a number: the rest of its digits may be missing. */
  private cutNumber(end: number): void {
    this.at = end;
    this.fail("the rest of a number");
  }

  /** `true` or `false`. */
  readBoolean(): boolean {
    const value = this.bytes[this.at] === 0x74;
    this.word(value ? "true" : "false");
    return value;
  }

  readNull(): null {
    this.word("null");
    return null;
  }

  /** Passes over any value, checking its syntax. Without recursion: nesting is the input's choice. */
  skip(): void {
    const base = this.depth;
    this.skipOne();
    while (this.depth > base && !this.failed) {
      const inObject = this.containers[this.depth] === OPEN_OBJECT;
      if (inObject ? this.nextKey() !== undefined : this.nextElement()) this.skipOne();
    }
  }

  /**
   * Reads an array of numbers 0 … 255 into `sink`, which must be large enough; without one only counts.
   * @returns the number of bytes before `]` or before the first element that is no byte (an issue).
   */
  readBytes(sink?: Uint8Array): ByteCount {
    if (!this.openArray()) return { count: 0, isZero: true };
    const { bytes } = this;
    let count = 0;
    let all = 0;
    let at = this.at;
    for (;;) {
      const elementAt = at;
      at = this.blanks(count === 0 ? at : at + 1);
      const start = at;
      let value = 0;
      for (let c = bytes[at]!; c >= ZERO && c <= NINE; c = bytes[++at]!) value = value * 10 + (c - ZERO);
      const end = at;
      at = this.blanks(at);
      const closes = bytes[at] === CLOSE_ARRAY;
      const length = bytes[start] === ZERO ? 1 : 3;
      const isByte = end > start && end - start <= length && value <= 0xff && (closes || bytes[at] === COMMA);
      if (!isByte) {
        this.at = elementAt;
        break;
      }
      if (sink !== undefined) sink[count] = value;
      all |= value;
      count++;
      this.at = at;
      if (closes) break;
    }
    this.fresh = count === 0;
    this.finishBytes();
    return { count, isZero: all === 0 };
  }

  /** Whether a further level would pass the limit: then the value is an issue and passed over. */
  skipTooDeep(): boolean {
    if (this.depth < this.limits.depth) return false;
    this.problem("LimitExceeded", `JSON nests deeper than the limit of ${this.limits.depth} levels`);
    this.skip();
    return true;
  }

  /** Any value; integers as bigint, objects as `Map`. */
  readValue(): JsonValue {
    if (this.skipTooDeep()) return null;
    switch (this.kind()) {
      case "object":
        return this.readMap();
      case "array":
        return this.readList();
      case "string":
        return this.readString();
      case "number": {
        const { isInteger, value } = this.readNumber();
        return isInteger ? BigInt(value) : value;
      }
      case "boolean":
        return this.readBoolean();
      case "null":
        return this.readNull();
      default:
        this.fail("a value");
        return null;
    }
  }

  /** A place to come back to with `reset`, after a look ahead. */
  mark(): ReaderMark {
    return { at: this.at, depth: this.depth, fresh: this.fresh };
  }
  reset(mark: ReaderMark): void {
    if (!this.failed) this.rewind(mark);
  }

  /** Like `reset`, also after broken syntax: it will be met again. */
  rewind(mark: ReaderMark): void {
    if (this.failed) this.issues.pop();
    this.failed = false;
    this.at = mark.at;
    this.depth = mark.depth;
    this.fresh = mark.fresh;
  }

  /** Notes that the value at hand is not what the format has there. */
  problem(code: ErrorCode, message: string, offset: number = this.at): void {
    if (this.failed) return;
    if (this.issues.length >= this.limits.issues) {
      this.droppedIssues++;
      return;
    }
    const path = renderPath(this.path);
    this.issues.push({ code, severity: "error", message, offset, ...(path !== "" && { path }) });
  }

  /** Ends the reading: the text is not JSON from here on. */
  fail(expected: string): undefined {
    const found = this.at >= this.bytes.length ? "the end" : JSON.stringify(this.foundText());
    this.problem("MalformedJson", `found ${found}, expected ${expected}`);
    this.failed = true;
    return undefined;
  }

  /** The next byte that is not white space, or END. */
  next(): number {
    const { bytes } = this;
    if (this.failed) return END;
    let at = this.at;
    let c = bytes[at];
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = bytes[++at];
    this.at = at;
    return c ?? END;
  }

  private open(bracket: number): boolean {
    if (this.next() !== bracket) return false;
    this.at++;
    this.depth++;
    this.containers[this.depth] = bracket;
    this.fresh = true;
    return true;
  }

  /** Passes the comma before a further item, or the closing bracket. */
  private advance(close: number): boolean {
    const c = this.next();
    if (this.failed) return false;
    if (this.at >= this.stepAt) this.step();
    if (c === close) {
      this.at++;
      this.depth--;
      this.fresh = false;
      return false;
    }
    if (this.fresh) {
      this.fresh = false;
      return true;
    }
    if (c !== COMMA) {
      this.fail(`"," or ${JSON.stringify(String.fromCharCode(close))}`);
      return false;
    }
    this.at++;
    if (this.next() !== close) return true;
    this.fail("an item after the comma");
    return false;
  }

  private skipOne(): void {
    const kind = this.kind();
    if (kind === "object") this.openObject();
    else if (kind === "array") this.openArray();
    else this.skipScalar(kind);
  }

  private skipScalar(kind: JsonKind): void {
    if (kind === "string") this.skipString();
    else if (kind === "number") this.readNumber();
    else if (kind === "boolean") this.readBoolean();
    else if (kind === "null") this.readNull();
    else this.fail("a value");
  }

  private skipString(): void {
    this.at++;
    while (!this.failed) {
      this.at = this.endOfPlain(this.at);
      const c = this.bytes[this.at];
      if (c === BACKSLASH) this.readEscape();
      else if (c === QUOTE) {
        this.at++;
        return;
      } else this.fail("the end of a string");
    }
  }

  /** After the bytes that could be read: passes the bracket, or what is left of the array. */
  private finishBytes(): void {
    for (let first = true; this.nextElement(); first = false) {
      this.next();
      const offset = this.at;
      this.skip();
      if (first) this.problem("ValueOutOfRange", "an element is not a byte (0 to 255)", offset);
    }
  }

  private blanks(from: number): number {
    const { bytes } = this;
    let at = from;
    for (let c = bytes[at]; c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = bytes[at]) at++;
    return at;
  }

  private readMap(): JsonValue {
    const map = new Map<string, JsonValue>();
    this.openObject();
    for (let key = this.nextKey(); key !== undefined; key = this.nextKey()) map.set(key, this.readValue());
    return map;
  }

  private readList(): JsonValue {
    const list: JsonValue[] = [];
    this.openArray();
    while (this.nextElement()) list.push(this.readValue());
    return list;
  }

  private step(): void {
    this.stepAt = this.at + STEP;
    this.onStep?.(this.at);
  }

  private word(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.at + i] !== word.charCodeAt(i)) {
        this.fail("a value");
        return;
      }
    }
    this.at += word.length;
  }

  private endOfNumber(from: number): number {
    const { bytes } = this;
    let at = from;
    if (bytes[at] === 0x2e) at = this.digits(at + 1);
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === 0x2b || bytes[at] === MINUS) at++;
      at = this.digits(at);
    }
    return at;
  }

  private digits(from: number): number {
    let at = from;
    for (let c = this.bytes[at]!; c >= ZERO && c <= NINE; c = this.bytes[at]!) at++;
    if (at === from) {
      this.at = at;
      this.fail("a digit");
    }
    return at;
  }

  private toDouble(start: number, end: number): number {
    const value = Number(this.asciiText(start, end));
    if (!Number.isFinite(value)) this.problem("MalformedJson", "a number is beyond the range of a double", start);
    return value;
  }

  private asciiText(start: number, end: number): string {
    return decodeUtf8Lossy(this.bytes.subarray(start, end));
  }

  private intern(start: number, end: number, hash: number): string {
    const slot = (hash ^ (hash >>> 10)) & (INTERNED_SLOTS - 1);
    const known = this.interned[slot];
    if (known !== undefined && known.length === end - start && this.equals(known, start)) return known;
    const text = this.asciiText(start, end);
    this.interned[slot] = text;
    return text;
  }

  private equals(text: string, start: number): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  private decode(start: number, end: number): string {
    const part = this.bytes.subarray(start, end);
    const text = decodeUtf8(part);
    if (text !== undefined) return text;
    this.problem("MalformedText", "a string is not valid UTF-8; it is shown with replacement characters", start);
    return decodeUtf8Lossy(part);
  }

  private readEscaped(start: number, firstEscape: number): string {
    const parts = [this.decode(start, firstEscape)];
    this.at = firstEscape;
    while (!this.failed) {
      const c = this.bytes[this.at];
      if (c === QUOTE) {
        this.at++;
        break;
      }
      if (c === BACKSLASH) parts.push(this.readEscape());
      else {
        const end = this.endOfPlain(this.at);
        if (end === this.at) this.fail("the end of a string");
        parts.push(this.decode(this.at, end));
        this.at = end;
      }
    }
    return parts.join("");
  }

  private endOfPlain(from: number): number {
    const { bytes } = this;
    let at = from;
    while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH && bytes[at]! >= 0x20) at++;
    return at;
  }

  private readEscape(): string {
    const letter = this.bytes[this.at + 1] ?? 0;
    const plain = ESCAPED[letter];
    if (plain !== undefined) {
      this.at += 2;
      return plain;
    }
    const hex = letter === 0x75 ? this.asciiText(this.at + 2, this.at + 6) : "";
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
      this.fail("an escape");
      return "";
    }
    this.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private foundText(): string {
    return this.asciiText(this.at, Math.min(this.at + 12, this.bytes.length));
  }
}

/** `maps[3].entries[0].value`. */
function renderPath(path: readonly (string | number)[]): string {
  let text = "";
  for (const part of path) text += typeof part === "number" ? `[${part}]` : `${text === "" ? "" : "."}${part}`;
  return text;
}
