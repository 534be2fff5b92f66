import { decodeBase64 } from "./base64.ts";
import type { TokenIndex } from "./token-index.ts";
import type { TokenMessages } from "./token-messages.ts";
import type { TokenProblems } from "./token-problems.ts";
import { removeWhitespace } from "./unicode.ts";
import { hasLoneSurrogate } from "./utf8.ts";

/** Upstream asks for a recursion of 9 and makes one pass less. */
const PASSES = 8;
/** A pass may make the text this many times longer, beyond the limit `textLength`. */
const GROWTH = 16;
/** Strings of every host hold this much. */
const MOST_TEXT = 2 ** 28;
const SCRATCH_BYTES = 256;
const LONGEST_DATA = 11;

const HASH = 0x23;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const EQUALS = 0x3d;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** `A-Za-z0-9+/-_`: what may stand in base64 data; `-` and `_` then fail to decode. */
export function isBase64Character(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x2b || code === 0x2f || code === 0x2d || code === 0x5f;
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isDomainStart(code: number): boolean {
  return isLetter(code) || code === 0x5f || code === 0x3a;
}

/** How many characters from `at` on satisfy `test`, at most `most`. */
function runLength(text: string, at: number, test: (code: number) => boolean, most: number): number {
  let n = 0;
  while (n < most && test(text.charCodeAt(at + n))) n++;
  return n;
}

/** Replaces prefixed tokens inside text (specification section 13.4). */
export class NestedText {
  private readonly index: TokenIndex;
  private readonly messages: TokenMessages;
  private readonly problems: TokenProblems;
  private readonly prefix: string;
  private readonly maxLength: number;
  private scratch = new Uint8Array(SCRATCH_BYTES);

  constructor(
    index: TokenIndex,
    messages: TokenMessages,
    problems: TokenProblems,
    options: { readonly prefix: string; readonly maxLength: number },
  ) {
    this.index = index;
    this.messages = messages;
    this.problems = problems;
    this.prefix = options.prefix;
    this.maxLength = options.maxLength;
  }

  /**
   * The text with all known tokens replaced, up to eight passes. A text that would grow without measure is left as far
   * as it got, with an issue.
   */
  expand(text: string): string {
    if (this.index.isEmpty) return text;
    const most = Math.min(this.maxLength + GROWTH * text.length, MOST_TEXT);
    let result = text;
    for (let pass = 0; pass < PASSES; pass++) {
      const before = result;
      result = this.replaceAll(before, most);
      // Upstream looks only for the first text again; a text that no longer changes cannot change later either.
      if (result === text || result === before) break;
      if (result.length > most) {
        this.problems.note(
          "LimitExceeded",
          `expanding nested tokens: a text of ${text.length} would grow beyond ${most}`,
        );
        break;
      }
    }
    return result;
  }

  /** One pass from left to right. Once the result is over `most`, the rest is taken over as it is. */
  private replaceAll(text: string, most: number): string {
    let out = "";
    let from = 0;
    let at = text.indexOf(this.prefix);
    while (at >= 0 && out.length <= most) {
      const token = this.readToken(text, at);
      if (token.replacement !== undefined) {
        out += text.slice(from, at) + token.replacement;
        from = token.end;
      }
      at = text.indexOf(this.prefix, token.end);
    }
    return from === 0 ? text : out + text.slice(from);
  }

  /** What starts with the prefix at `start`: where it ends and what replaces it, if anything does. */
  private readToken(text: string, start: number): { end: number; replacement: string | undefined } {
    let at = start + this.prefix.length;
    const domainEnd = text.charCodeAt(at) === OPEN_BRACE ? findDomainEnd(text, at + 1) : -1;
    const domain = domainEnd < 0 ? "" : removeWhitespace(text.slice(at + 1, domainEnd));
    if (domainEnd >= 0) at = domainEnd + 1;
    const digits = runLength(text, at, isDigit, text.length);
    const hasBase = text.charCodeAt(at + digits) === HASH;
    const base = hasBase ? text.slice(at, at + digits) || "16" : "64";
    if (hasBase) at += digits + 1;
    return this.readPayload(text, at, base, domain);
  }

  /** The four alternatives, in upstream's order; only the one of the named base counts. */
  private readPayload(
    text: string,
    at: number,
    base: string,
    domain: string,
  ): { end: number; replacement: string | undefined } {
    let found = 64;
    let end = at;
    if (runLength(text, at, isOctalDigit, LONGEST_DATA) === 11) [found, end] = [8, at + 11];
    else if (runLength(text, at, isDigit, 10) === 10) [found, end] = [10, at + 10];
    else if (runLength(text, at, isHexDigit, 8) === 8) [found, end] = [16, at + 8];
    else end = findBase64End(text, at);
    if (base === "64") return { end, replacement: found === 64 ? this.decodeBase64(text, at, end) : undefined };
    if (base !== "8" && base !== "10" && base !== "16") {
      this.problems.report(
        "UnknownTokenBase",
        `expanding nested tokens: found base ${base.slice(0, 20)}, expected 8, 10, 16 or 64`,
        {
          fields: { base },
        },
      );
    } else if (base === String(found)) {
      return { end, replacement: this.lookUp(domain, Number.parseInt(text.slice(at, end), found)) };
    }
    return { end, replacement: undefined };
  }

  private lookUp(domain: string, token: number): string | undefined {
    return this.encodable(this.index.findOnly(domain, token)?.entry.string);
  }

  private decodeBase64(text: string, start: number, end: number): string | undefined {
    if (start === end) return undefined;
    if (this.scratch.length < end - start) this.scratch = new Uint8Array(end - start);
    const length = decodeBase64(text, start, end, this.scratch);
    return length <= 0 ? undefined : this.encodable(this.messages.bestText(this.scratch, 0, length));
  }

  /** The replacement, unless it holds what cannot be written: then the token stays. */
  private encodable(replacement: string | undefined): string | undefined {
    if (replacement === undefined || !hasLoneSurrogate(replacement)) return replacement;
    this.problems.report("UnencodableText", "expanding nested tokens: a string of the database is not UTF-8");
    return undefined;
  }
}

function isOctalDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x37;
}

/** Index of the closing brace of a domain whose text starts at `at`, or -1 if it is not a domain. */
function findDomainEnd(text: string, at: number): number {
  let end = at + runLength(text, at, isBlank, text.length);
  if (text.charCodeAt(end) === CLOSE_BRACE) return end;
  if (!isDomainStart(text.charCodeAt(end))) return -1;
  end += runLength(text, end, (code) => isDomainStart(code) || isDigit(code) || isBlank(code), text.length);
  return text.charCodeAt(end) === CLOSE_BRACE ? end : -1;
}

/** End of groups of four, the last of which may be three or two characters with padding. */
function findBase64End(text: string, at: number): number {
  const run = runLength(text, at, isBase64Character, text.length);
  const end = at + run - (run % 4);
  const rest = run % 4;
  if (rest === 3 && text.charCodeAt(end + 3) === EQUALS) return end + 4;
  if (rest === 2 && text.charCodeAt(end + 2) === EQUALS && text.charCodeAt(end + 3) === EQUALS) return end + 4;
  return end;
}
