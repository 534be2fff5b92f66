import { SnapshotError } from "../../../base/errors.ts";
import { compareEntries, renderToken, type TokenEntry } from "./entry.ts";
import { IssueList } from "./issue-list.ts";
import { parseHexInteger, parseIsoDate } from "./python-parse.ts";
import type { TokenFile, TokenReadOptions } from "./token-database.ts";
import { removeWhitespace } from "./unicode.ts";
import { decodeSurrogateEscape, encodeSurrogateEscape, findInvalidUtf8 } from "./utf8.ts";

/** Bytes that must be a hexadecimal number for a file to be taken as a CSV database. */
const HEAD_BYTES = 8;
const DATE_WIDTH = 10;

/** One CSV record and where it starts. */
interface CsvRecord {
  readonly fields: readonly string[];
  /** UTF-16 offset of its first character. */
  readonly start: number;
  /** 1-based line of its first character. */
  readonly line: number;
}

/**
 * Reads a CSV database (specification section 15): token, removal date, domain, string; with three columns the domain
 * is empty. Invalid rows are left out with an issue.
 * @throws SnapshotError `MalformedTokenDatabase` if the content is not empty and does not start with a token; in strict
 * mode also for text that is not UTF-8
 */
export function readCsvTokens(bytes: Uint8Array, options: TokenReadOptions = {}): TokenFile {
  const name = options.name ?? "token database";
  if (bytes.length === 0) return { entries: [], issues: [] };
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = decodeSurrogateEscape(head);
  if (
    bytes.length < HEAD_BYTES ||
    findInvalidUtf8(head, 0, HEAD_BYTES) < HEAD_BYTES ||
    parseHexInteger(text) === undefined
  ) {
    throw malformed(`reading ${name} as CSV: found ${JSON.stringify(text)}, expected a token of eight hex digits`, 0);
  }
  const invalid = findInvalidUtf8(bytes, 0, bytes.length);
  if (options.strict === true && invalid < bytes.length) {
    throw malformed(`reading ${name} as CSV: found a byte that is not UTF-8`, invalid);
  }
  return parseCsvTokens(decodeSurrogateEscape(bytes), options);
}

function malformed(message: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedTokenDatabase", message, { format: "pigweed", offset, fields: { reason: "csv" } });
}

/** Reads the rows of CSV text, which may be without any. Bytes that were not UTF-8 are lone surrogates in it. */
export function parseCsvTokens(text: string, options: TokenReadOptions = {}): TokenFile {
  const entries: TokenEntry[] = [];
  // Upstream, too, leaves out what it cannot read, so that strict mode does the same.
  const problems = new IssueList(options.name, false);
  for (const record of parseCsv(text)) {
    const result = toEntry(record.fields);
    if (typeof result !== "string") entries.push(result);
    else problems.add("MalformedTokenEntry", `reading line ${record.line} of a token database`, result, record.start);
  }
  return { entries, issues: problems.issues };
}

/** The entry of a row, or what is wrong with it. */
function toEntry(fields: readonly string[]): TokenEntry | string {
  if (fields.length !== 3 && fields.length !== 4) return `found ${fields.length} columns, expected 3 or 4`;
  const [tokenText = "", dateText = ""] = fields;
  const token = parseHexInteger(tokenText);
  if (token === undefined || !Number.isSafeInteger(token)) {
    return `found token ${JSON.stringify(tokenText)}, expected a hexadecimal number`;
  }
  const blank = removeWhitespace(dateText) === "";
  const removed = blank ? null : parseIsoDate(dateText);
  if (removed === undefined) return `found removal date ${JSON.stringify(dateText)}, expected YYYY-MM-DD or blanks`;
  const domain = fields.length === 4 ? removeWhitespace(fields[2]!) : "";
  return { token, domain, string: fields[fields.length - 1]!, removed };
}

/**
 * Splits CSV text as Python's reader does by default: `""` for a quote inside quotes, line ends kept inside quotes,
 * text after a closing quote appended, quotes inside unquoted fields kept, a blank line is a record without fields.
 */
function* parseCsv(text: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = at;
    const fields: string[] = [];
    if (!isLineEnd(text, at)) {
      for (;;) {
        const field = readField(text, at);
        fields.push(field.text);
        at = field.end;
        if (text[at] !== ",") break;
        at++;
      }
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
    yield { fields, start, line };
    line += countLines(text, start, at);
  }
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

function isLineEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === "\n" || text[at] === "\r";
}

/** The field that starts at `start`; `end` is at the comma or line end after it. */
function readField(text: string, start: number): { text: string; end: number } {
  let out = "";
  let at = start;
  let quoted = false;
  if (text[at] === '"') {
    quoted = true;
    at++;
  }
  for (;;) {
    if (quoted) {
      const quote = text.indexOf('"', at);
      if (quote < 0) return { text: out + text.slice(at), end: text.length };
      out += text.slice(at, quote);
      at = quote + 1;
      if (text[at] === '"') {
        out += '"';
        at++;
      } else quoted = false;
      continue;
    }
    const from = at;
    while (text[at] !== "," && !isLineEnd(text, at)) at++;
    return { text: out + text.slice(from, at), end: at };
  }
}

/** The CSV form of a database, in the order in which databases are written. */
export function renderCsvTokens(entries: readonly TokenEntry[]): string {
  let text = "";
  for (const entry of [...entries].sort(compareEntries)) {
    const date = (entry.removed ?? "").slice(0, DATE_WIDTH).padEnd(DATE_WIDTH);
    text += `${renderToken(entry.token)},${date},${quote(entry.domain)},${quote(entry.string)}\n`;
  }
  return text;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The CSV file of a database; bytes that were not UTF-8 are written as they were read. */
export function encodeCsvTokens(entries: readonly TokenEntry[]): Uint8Array {
  return encodeSurrogateEscape(renderCsvTokens(entries));
}
