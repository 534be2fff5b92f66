import { decodeUtf8Lossy, encodeUtf8 } from "../../base/bytes.ts";
import { readGoQuoted } from "./label-text.ts";
import { type LinePrefix, LinePrefixes, PrefixCandidate } from "./line-prefix.ts";

/** What begins a dump or a block of one, anywhere in a line. */
const HEADER =
  /goroutine \d{1,20}(?: gp=0x[0-9a-f]+ m=[^[\]]{1,60})? \[[^\]]{1,200}\][^:]{0,2000}:|goroutine(?:leak)? profile: total \d|WARNING: DATA RACE/;
/** Colours and cursor movements (ECMA-48 control sequences). */
// biome-ignore lint/complexity/useRegexLiterals: the escape character stays visible this way
const ANSI = new RegExp("\\u001b\\[[0-9;?]*[ -/]*[@-~]|\\u001b[()][A-Z0-9]", "g");
const ESCAPE = 0x1b;
/** Rounds of JSON in JSON that are taken off. */
const MAX_ROUNDS = 3;
/** Characters of a line that are looked at as text. */
const MAX_LINE = 64 * 1024 * 1024;
/** Prefixes watched at a time while learning. */
const MAX_CANDIDATES = 32;

export interface Unwrapped {
  /** The stream the line belongs to; lines of different streams are never mixed. */
  readonly stream: string;
  /** Name of the stream for people, often empty. */
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly end: number;
  /** The line ends a text of its own: a value of a JSON log. */
  readonly isWhole: boolean;
}

export const PLAIN_STREAM = "";
const JSON_STREAM = "json";

/** True when a line that the reader did not understand suggests that a text is wrapped. */
export function looksWrapped(bytes: Uint8Array, from: number, end: number): boolean {
  if (end - from > MAX_LINE) return false;
  for (let at = from; at < end; at++) {
    const c = bytes[at]!;
    if (c === ESCAPE) return true;
    // "gor", "WAR": decode only lines that may hold a header.
    if ((c === 0x67 && bytes[at + 1] === 0x6f && bytes[at + 2] === 0x72) || (c === 0x57 && bytes[at + 1] === 0x41)) {
      return HEADER.test(decodeUtf8Lossy(bytes.subarray(at, Math.min(end, at + 4096))));
    }
  }
  return false;
}

/**
 * Takes off what surrounds the lines of a dump: line prefixes of loggers, colours, JSON strings. First `learn` sees the
 * lines, then `unwrap` is given each of them.
 */
export class Wrapping {
  private readonly prefixes = new LinePrefixes();
  private readonly jsonKeys = new Set<string>();
  private learnt: readonly LinePrefix[] = [];
  private candidates: PrefixCandidate[] = [];
  private hasLoneHeaders = false;

  /** Looks at one line for what wraps it. */
  learn(bytes: Uint8Array, from: number, end: number): void {
    if (end - from > MAX_LINE) return;
    if (this.candidates.length === 0 && !looksWrapped(bytes, from, end)) return;
    const line = stripColours(decodeUtf8Lossy(bytes.subarray(from, end)));
    this.candidates = this.candidates.filter((candidate) => {
      if (!candidate.watch(line)) return true;
      this.take(candidate);
      return false;
    });
    const match = HEADER.exec(line);
    if (match === null || match.index === 0) return;
    const quoted = findQuoted(line, match.index);
    if (quoted === undefined) this.addCandidate(line.slice(0, match.index));
    else if (quoted.key !== undefined && !/\\n./.test(quoted.raw)) this.jsonKeys.add(quoted.key);
  }

  private addCandidate(prefix: string): void {
    if (this.candidates.length < MAX_CANDIDATES && !this.candidates.some((known) => known.prefix === prefix)) {
      this.candidates.push(new PrefixCandidate(prefix));
    }
  }

  private take({ prefix, verdict }: PrefixCandidate): void {
    if (verdict === undefined) this.hasLoneHeaders = true;
    else this.prefixes.learn(prefix, verdict === "counting");
  }

  /** Ends the learning. */
  settle(): void {
    for (const candidate of this.candidates) {
      candidate.settle();
      this.take(candidate);
    }
    this.candidates = [];
    this.learnt = this.prefixes.prefixes();
  }

  *unwrap(bytes: Uint8Array, from: number, end: number): Generator<Unwrapped> {
    const raw = decodeUtf8Lossy(bytes.subarray(from, Math.min(end, from + MAX_LINE)));
    const line = stripColours(raw);
    const prefixed = this.takePrefix(line);
    const { stream, label, start } = prefixed;
    const text = line.slice(start);
    const json = this.jsonLines(text);
    if (json !== undefined) {
      for (const [ix, part] of json.lines.entries()) {
        const encoded = encodeUtf8(part);
        const isWhole = json.isWhole && ix === json.lines.length - 1;
        const name = `${stream}${JSON_STREAM}${json.key}`;
        yield { stream: name, label, bytes: encoded, from: 0, end: encoded.length, isWhole };
      }
    } else if (raw.length === end - from && raw.length === line.length) {
      yield { stream, label, bytes, from: from + start, end, isWhole: false };
    } else {
      const encoded = encodeUtf8(text);
      yield { stream, label, bytes: encoded, from: 0, end: encoded.length, isWhole: false };
    }
  }

  private takePrefix(line: string): { stream: string; label: string; start: number } {
    for (const { pattern, label } of this.learnt) {
      pattern.lastIndex = 0;
      if (pattern.test(line)) return { stream: pattern.source, label, start: pattern.lastIndex };
    }
    if (this.hasLoneHeaders) {
      const match = HEADER.exec(line);
      if (match !== null && match.index > 0 && findQuoted(line, match.index) === undefined) {
        return { stream: PLAIN_STREAM, label: "", start: match.index };
      }
    }
    return { stream: PLAIN_STREAM, label: "", start: 0 };
  }

  /** Lines inside a JSON string of this line: a value with a whole dump, or one line of a known key. */
  private jsonLines(line: string): { key: string; lines: string[]; isWhole: boolean } | undefined {
    const whole = unquoteRounds(line);
    if (whole !== undefined) return { key: whole.key, lines: whole.text.split("\n"), isWhole: true };
    if (line[0] !== "{") return undefined;
    for (const key of this.jsonKeys) {
      const value = valueOfKey(line, key);
      if (value !== undefined) return { key, lines: value.replace(/\r?\n$/, "").split("\n"), isWhole: false };
    }
    return undefined;
  }
}

function stripColours(line: string): string {
  return line.includes("\x1b") ? line.replace(ANSI, "") : line;
}

/** The quoted string that holds `at`, with the key before it where it is a JSON member. */
function findQuoted(line: string, at: number): { key?: string; value: string; raw: string } | undefined {
  let open = -1;
  let previous: string | undefined;
  for (let i = 0; i < at; ) {
    if (line[i] !== '"') {
      i++;
      continue;
    }
    const string = readGoQuoted(line, i);
    if (string === undefined || string.end > at) {
      open = i;
      break;
    }
    previous = string.value;
    i = string.end;
  }
  if (open < 0) return undefined;
  const string = readGoQuoted(line, open) ?? { value: unescapeText(line.slice(open + 1)), end: line.length };
  const isMember = previous !== undefined && /:\s*$/.test(line.slice(0, open));
  const raw = line.slice(open + 1, string.end - 1);
  return { ...(isMember && { key: previous! }), value: string.value, raw };
}

/** Value of the string member `key` of a one-line JSON object. */
function valueOfKey(line: string, key: string): string | undefined {
  const name = JSON.stringify(key);
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const rest = /\s*:\s*(?=")/y;
    rest.lastIndex = at + name.length;
    if (rest.test(line)) return readGoQuoted(line, rest.lastIndex)?.value;
  }
  return undefined;
}

/** The text of the string that holds a whole dump; a log of logs quotes and escapes more than once. */
function unquoteRounds(line: string): { key: string; text: string } | undefined {
  let found: { key: string; text: string } | undefined;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const text = found?.text ?? line;
    const match = HEADER.exec(text);
    if (match === null) return found;
    const quoted = match.index === 0 ? undefined : findQuoted(text, match.index);
    if (quoted !== undefined && /\\n./.test(quoted.raw)) found = { key: quoted.key ?? "", text: quoted.value };
    else if (found !== undefined && /\]:\\n/.test(text)) found = { ...found, text: unescapeText(text) };
    else return found;
  }
  return found;
}

/** Escapes of a string whose quotes are missing. */
function unescapeText(text: string): string {
  return readGoQuoted(`"${text.replace(/(^|[^\\])"/g, '$1\\"')}"`, 0)?.value ?? text;
}
