import { SnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../../base/limits.ts";
import type { TextSink } from "../../../base/text-sink.ts";
import { encodeBase64 } from "./base64.ts";
import type { TokenEntry } from "./entry.ts";
import { FieldDecoder } from "./field-decoder.ts";
import type { FormatPlan } from "./format-plan.ts";
import { MessageFormatter } from "./message-format.ts";
import { isBase64Character, NestedText } from "./nested-text.ts";
import { reprBytes, reprText } from "./python-repr.ts";
import type { TokenDatabase } from "./token-database.ts";
import { TokenIndex } from "./token-index.ts";
import { type Attempt, isSuccess, readToken, TokenMessages } from "./token-messages.ts";
import { TokenProblems } from "./token-problems.ts";
import { decodeSurrogateEscape, encodeSurrogateEscape, hasLoneSurrogate } from "./utf8.ts";

export const DEFAULT_PREFIX = "$";
const TOKEN_BYTES = 4;

export interface DetokenizerOptions {
  /** Character that starts a token in text; default `$`. */
  readonly prefix?: string | undefined;
  /** Failed arguments and messages print an error text instead of the specifier or base64; default false. */
  readonly showErrors?: boolean | undefined;
  /** Throw a coded error where upstream's tools stop with an exception; default false: go on and report an issue. */
  readonly strict?: boolean | undefined;
  /** Longest padding or run of digits of one argument, and what text may grow to; default the limit `textLength`. */
  readonly maxTextLength?: number | undefined;
  readonly onIssue?: ((issue: Issue) => void) | undefined;
}

/** One entry that has the token of a message. */
export interface TokenMatch {
  readonly entry: TokenEntry;
  readonly text: string;
  /** All arguments decoded and no byte left over. */
  readonly ok: boolean;
  /** One set of `ARGUMENT_STATUS` bits per specifier. */
  readonly statuses: readonly number[];
  /** Bytes left over after the last argument. */
  readonly remaining: number;
}

/** A binary message and everything it may mean. */
export interface DetokenizedMessage {
  /** Absent for an empty message. */
  readonly token: number | undefined;
  /** Best first. */
  readonly matches: readonly TokenMatch[];
  /** Exactly one entry decodes without an error. */
  readonly ok: boolean;
  /** Why it is not `ok`; empty if it is. */
  readonly error: string;
  /** Text of the best match; without one, the prefix and base64, or the error text. */
  readonly text: string;
}

/** A detokenizer over one database. Not shared between threads: each keeps caches of its own. */
export class Detokenizer {
  readonly prefix: string;
  private readonly showErrors: boolean;
  private readonly problems: TokenProblems;
  private readonly messages: TokenMessages;
  private readonly nested: NestedText;
  private readonly fields: FieldDecoder;

  /** @throws SnapshotError `UsageError` for a prefix that is not one character or that may stand in a token. */
  constructor(database: TokenDatabase, options: DetokenizerOptions = {}) {
    this.prefix = checkPrefix(options.prefix ?? DEFAULT_PREFIX);
    this.showErrors = options.showErrors ?? false;
    const strict = options.strict ?? false;
    this.problems = new TokenProblems(strict, options.onIssue);
    const maxLength = options.maxTextLength ?? DEFAULT_LIMITS.textLength;
    const index = new TokenIndex(database);
    const formatter = new MessageFormatter({ showErrors: this.showErrors, maxLength });
    this.messages = new TokenMessages(index, formatter, this.problems);
    this.nested = new NestedText(index, this.messages, this.problems, { prefix: this.prefix, maxLength });
    this.fields = new FieldDecoder(this.messages, this.nested, this.problems, { prefix: this.prefix, strict });
  }

  /**
   * Text of an optionally tokenized field in `bytes[start, end)`: what snapshot reports show.
   * Empty for an empty field.
   */
  decodeField(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
    return this.fields.decode(bytes, start, end);
  }

  /** The format of such a field if `writePlain` can write it: plain text that is not empty, nothing to be reported. */
  plainFormat(bytes: Uint8Array, start: number, end: number): FormatPlan | undefined {
    return this.fields.plainFormat(bytes, start, end);
  }

  /** Writes what `decodeField` would return, making no string of it. @param format what `plainFormat` gave */
  writePlain(format: FormatPlan, sink: TextSink, bytes: Uint8Array, start: number, end: number): void {
    this.messages.write(format, sink, bytes, start, end);
  }

  /** Decodes a binary message, nested tokens included. */
  detokenize(message: Uint8Array): DetokenizedMessage {
    const padded = padMessage(message);
    const token = message.length === 0 ? undefined : readToken(message, 0, message.length);
    const matches = this.messages.attempts(padded, 0, padded.length, (text) => this.expandMessage(text)).map(toMatch);
    const ok = matches.filter((match) => match.ok).length === 1;
    const error = ok ? "" : describeFailure(token, matches);
    return { token, matches, ok, error, text: matches[0]?.text ?? this.renderUnknown(padded, error) };
  }

  /** Replaces the known tokens inside text. */
  expandText(text: string): string {
    return this.nested.expand(text);
  }

  /** The same for the bytes of a text, which need not be UTF-8. */
  expandBytes(bytes: Uint8Array): Uint8Array {
    return encodeSurrogateEscape(this.nested.expand(decodeSurrogateEscape(bytes)));
  }

  /** Name of a bare token: its best string without arguments and nested tokens, or undefined. */
  nameOf(token: number): string | undefined {
    const message = Uint8Array.of(token, token >>> 8, token >>> 16, token >>> 24);
    return this.messages.bestText(message, 0, TOKEN_BYTES);
  }

  /** Entries of a token in all domains, in the order in which they are tried. */
  entriesOf(token: number): readonly TokenEntry[] {
    return this.messages.entriesOf(token);
  }

  private expandMessage(text: string): string {
    if (hasLoneSurrogate(text)) {
      this.problems.report("UnencodableText", "decoding a message: the text of its token is not UTF-8");
    }
    return this.nested.expand(text);
  }

  private renderUnknown(message: Uint8Array, error: string): string {
    if (this.showErrors) return `<[ERROR: ${error}|b${reprBytes(message)}]>`;
    return this.prefix + encodeBase64(message);
  }
}

function checkPrefix(prefix: string): string {
  const code = prefix.charCodeAt(0);
  if ([...prefix].length === 1 && !isBase64Character(code) && !"={}#:".includes(prefix)) return prefix;
  throw new SnapshotError(
    "UsageError",
    `choosing the token prefix: found ${JSON.stringify(prefix)}, expected one character that is not part of a token`,
  );
}

function padMessage(message: Uint8Array): Uint8Array {
  if (message.length === 0 || message.length >= TOKEN_BYTES) return message;
  const padded = new Uint8Array(TOKEN_BYTES);
  padded.set(message);
  return padded;
}

function toMatch(attempt: Attempt): TokenMatch {
  const { candidate, text, statuses, remaining } = attempt;
  return { entry: candidate.entry, text, ok: isSuccess(attempt), statuses, remaining };
}

function describeFailure(token: number | undefined, matches: readonly TokenMatch[]): string {
  if (token === undefined) return "missing token";
  if (matches.length === 0) return `unknown token ${token.toString(16).padStart(8, "0")}`;
  if (matches.length === 1) return `decoding failed for ${reprText(matches[0]!.text)}`;
  return `${matches.length} matches`;
}
