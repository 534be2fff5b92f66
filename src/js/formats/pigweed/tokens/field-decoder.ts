import { encodeUtf8 } from "../../../base/bytes.ts";
import { encodeBase64 } from "./base64.ts";
import type { FormatPlan } from "./format-plan.ts";
import type { NestedText } from "./nested-text.ts";
import type { TokenMessages } from "./token-messages.ts";
import type { TokenProblems } from "./token-problems.ts";
import { isPrintableText, PLAIN_ASCII } from "./unicode.ts";
import { decodeValidUtf8, findInvalidUtf8, hasLoneSurrogate, replaceLoneSurrogates } from "./utf8.ts";

/** The prefix that a plain format is known not to print. */
const DEFAULT_PREFIX = "$";
const TOKEN_BYTES = 4;
/** Longest field whose text is remembered: module and file names, repeated messages. */
const MEMO_KEY_BYTES = 32;
/** Slots at first, and at most: a small file pays for a small table. */
const MEMO_LEAST_SLOTS = 64;
const MEMO_SLOTS = 4096;
const MEMO_GROWTH = 8;
/** Longest text that is remembered. */
const MEMO_TEXT_LENGTH = 512;
const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;

/** Decodes optionally tokenized fields to text (specification section 12). */
export class FieldDecoder {
  private readonly messages: TokenMessages;
  private readonly nested: NestedText;
  private readonly problems: TokenProblems;
  private readonly prefix: string;
  private readonly strict: boolean;
  private readonly memo = new FieldMemo();

  constructor(
    messages: TokenMessages,
    nested: NestedText,
    problems: TokenProblems,
    options: { readonly prefix: string; readonly strict: boolean },
  ) {
    this.messages = messages;
    this.nested = nested;
    this.problems = problems;
    this.prefix = options.prefix;
    this.strict = options.strict;
  }

  /** Text of the field in `bytes[start, end)`: plain, detokenized, or the prefix and base64 of what is neither. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    if (start === end) return "";
    const problems = this.problems.count;
    // Messages with arguments seldom repeat; names and plain texts do.
    if (end - start > MEMO_KEY_BYTES) return this.decodeAny(bytes, start, end);
    if (end - start > TOKEN_BYTES) {
      const message = this.decodeMessage(bytes, start, end);
      if (message !== undefined) return message;
    }
    const slot = this.memo.find(bytes, start, end);
    const known = this.memo.textAt(slot);
    if (known !== undefined) return known;
    const text = end - start > TOKEN_BYTES ? this.decodeText(bytes, start, end) : this.decodeAny(bytes, start, end);
    if (problems === this.problems.count) this.memo.remember(slot, bytes, start, end, text);
    return text;
  }

  /** Strict mode and other prefixes look at every text. */
  plainFormat(bytes: Uint8Array, start: number, end: number): FormatPlan | undefined {
    if (this.strict || this.prefix !== DEFAULT_PREFIX) return undefined;
    return this.messages.plainFormat(bytes, start, end);
  }

  private decodeAny(bytes: Uint8Array, start: number, end: number): string {
    return this.decodeMessage(bytes, start, end) ?? this.decodeText(bytes, start, end);
  }

  /** The field as a binary message; undefined if its token is unknown. */
  private decodeMessage(bytes: Uint8Array, start: number, end: number): string | undefined {
    // Upstream expands every entry of the token before it chooses, and stops if any of them cannot be expanded.
    if (this.strict) {
      const expand = (text: string): string => this.nested.expand(this.writable(text));
      const message = this.messages.attempts(bytes, start, end, expand)[0]?.text;
      return message === undefined ? undefined : this.finish(message);
    }
    const message = this.messages.bestText(bytes, start, end);
    if (message === undefined || (this.messages.isPlain && this.prefix === DEFAULT_PREFIX)) return message;
    if (!message.includes(this.prefix) && PLAIN_ASCII.test(message)) return message;
    return this.finish(this.nested.expand(this.writable(message)));
  }

  /** A decoded message has had its own passes over nested tokens; now come those of every field. */
  private finish(message: string): string {
    const expanded = this.nested.expand(message);
    if (expanded !== message || isPrintableText(message)) return expanded;
    return this.prefix + encodeBase64(encodeUtf8(message));
  }

  private decodeText(bytes: Uint8Array, start: number, end: number): string {
    if (findInvalidUtf8(bytes, start, end) !== end) return this.prefix + encodeBase64(bytes, start, end);
    const text = decodeValidUtf8(bytes, start, end);
    const expanded = this.nested.expand(text);
    if (expanded !== text || isPrintableText(text)) return expanded;
    return this.prefix + encodeBase64(bytes, start, end);
  }

  /** Upstream stops at text that UTF-8 cannot express; here each such place shows as U+FFFD. */
  private writable(text: string): string {
    if (PLAIN_ASCII.test(text) || !hasLoneSurrogate(text)) return text;
    this.problems.report("UnencodableText", "decoding a field: the text of its token is not UTF-8");
    return replaceLoneSurrogates(text);
  }
}

/**
 * Texts of short fields seen before, by their bytes. A bounded number of slots, each overwritten by the next field that
 * falls on it: constant memory whatever the input.
 */
class FieldMemo {
  private slots = 0;
  private remembered = 0;
  private keys = new Uint8Array(0);
  private lengths = new Uint8Array(0);
  private texts: (string | undefined)[] = [];

  constructor() {
    this.resize(MEMO_LEAST_SLOTS);
  }

  /** The slot of a field of 1 … `MEMO_KEY_BYTES` bytes; complemented if something else is in it. */
  find(bytes: Uint8Array, start: number, end: number): number {
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    const slot = (hash ^ (hash >>> 15)) & (this.slots - 1);
    if (this.lengths[slot] !== end - start) return ~slot;
    const key = slot * MEMO_KEY_BYTES - start;
    for (let at = start; at < end; at++) if (this.keys[key + at] !== bytes[at]) return ~slot;
    return slot;
  }

  textAt(slot: number): string | undefined {
    return slot < 0 ? undefined : this.texts[slot];
  }

  remember(found: number, bytes: Uint8Array, start: number, end: number, text: string): void {
    if (text.length > MEMO_TEXT_LENGTH) return;
    if (++this.remembered > this.slots && this.slots < MEMO_SLOTS) {
      this.resize(this.slots * MEMO_GROWTH);
      return;
    }
    const slot = found < 0 ? ~found : found;
    const key = slot * MEMO_KEY_BYTES - start;
    for (let at = start; at < end; at++) this.keys[key + at] = bytes[at]!;
    this.lengths[slot] = end - start;
    this.texts[slot] = text;
  }

  /** What was remembered is forgotten: it comes again. */
  private resize(slots: number): void {
    this.slots = slots;
    this.keys = new Uint8Array(slots * MEMO_KEY_BYTES);
    this.lengths = new Uint8Array(slots);
    this.texts = new Array<string | undefined>(slots).fill(undefined);
  }
}
