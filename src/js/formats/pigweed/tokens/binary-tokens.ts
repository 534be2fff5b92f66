import { SnapshotError } from "../../../base/errors.ts";
import { limitExceeded } from "../../../base/limits.ts";
import { compareEntries, type TokenEntry } from "./entry.ts";
import { IssueList } from "./issue-list.ts";
import { isCalendarDate, renderDate } from "./python-parse.ts";
import type { TokenFile, TokenReadOptions } from "./token-database.ts";
import { decodeSurrogateEscape, encodeSurrogateEscape, findInvalidUtf8 } from "./utf8.ts";

/** `TOKENS\0\0`, then the entry count u32 and four reserved bytes. */
const MAGIC: readonly number[] = [0x54, 0x4f, 0x4b, 0x45, 0x4e, 0x53, 0, 0];
const HEADER_BYTES = 16;
const COUNT_OFFSET = 8;
/** token u32, day u8, month u8, year u16, all little-endian. */
const ENTRY_BYTES = 8;
const NO_DATE = 0xffff_ffff;
const MOST_TOKEN = 0xffff_ffff;
/** Strict reading may go over the string table this often before it gives up. */
const MOST_ROUNDS = 16;

export function isBinaryTokens(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a binary database, version 0 (specification section 15). It has no domains. Of one that is cut in its strings
 * the entries that have one are kept, the last perhaps with a part of it. In strict mode strings beyond the end are read
 * as upstream reads them: the text without its last character, and then from the beginning of the strings again.
 * @throws SnapshotError `MalformedTokenDatabase` for another magic or a missing header; in strict mode also for missing
 * entries and for strings that are not UTF-8
 */
export function readBinaryTokens(bytes: Uint8Array, options: TokenReadOptions = {}): TokenFile {
  if (!isBinaryTokens(bytes) || bytes.length < HEADER_BYTES) {
    const name = options.name ?? "token database";
    throw new SnapshotError(
      "MalformedTokenDatabase",
      `reading ${name} as binary: found no whole TOKENS header, at byte 0`,
      {
        format: "pigweed",
        offset: 0,
        fields: { reason: "header" },
      },
    );
  }
  return new BinaryReader(bytes, options).read();
}

class BinaryReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly strict: boolean;
  private readonly problems: IssueList;
  /** Where the next string starts. */
  private at = 0;
  private table = 0;
  private hasEnded = false;
  private decoded = 0;

  constructor(bytes: Uint8Array, options: TokenReadOptions) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.strict = options.strict ?? false;
    this.problems = new IssueList(options.name, this.strict);
  }

  read(): TokenFile {
    const count = this.view.getUint32(COUNT_OFFSET, true);
    if (count > (this.bytes.length - HEADER_BYTES) / ENTRY_BYTES) {
      this.report(`found ${this.bytes.length} bytes, expected ${count} entries and their strings`, COUNT_OFFSET);
      return { entries: [], issues: this.problems.issues };
    }
    this.table = HEADER_BYTES + count * ENTRY_BYTES;
    this.at = this.table;
    const entries: TokenEntry[] = [];
    for (let i = 0; i < count && !this.hasEnded; i++) {
      const offset = HEADER_BYTES + i * ENTRY_BYTES;
      const token = this.view.getUint32(offset, true);
      const string = this.readString();
      if (string !== undefined) entries.push({ token, domain: "", string, removed: this.readDate(offset + 4) });
    }
    return { entries, issues: this.problems.issues };
  }

  /** All ones and any impossible date mean that the string is present. */
  private readDate(offset: number): string | null {
    const day = this.bytes[offset]!;
    const month = this.bytes[offset + 1]!;
    const year = this.view.getUint16(offset + 2, true);
    return isCalendarDate(year, month, day) ? renderDate(year, month, day) : null;
  }

  private readString(): string | undefined {
    const start = this.at;
    const found = this.bytes.indexOf(0, start);
    this.at = found + 1;
    if (found < 0) return this.readUnterminated(start);
    return this.decode(start, found);
  }

  private readUnterminated(start: number): string | undefined {
    if (this.strict) {
      this.at = this.table;
      return this.decode(start, Math.max(start, this.bytes.length - 1));
    }
    this.report("found no NUL after a string", start);
    this.hasEnded = true;
    return start < this.bytes.length ? this.decode(start, this.bytes.length) : undefined;
  }

  private decode(start: number, end: number): string {
    this.decoded += end - start;
    const most = MOST_ROUNDS * this.bytes.length;
    if (this.decoded > most) throw limitExceeded("inputBytes", most, this.decoded, "reading a token database", start);
    const invalid = findInvalidUtf8(this.bytes, start, end);
    if (invalid < end) this.report("found a byte that is not UTF-8", invalid);
    return decodeSurrogateEscape(this.bytes, start, end);
  }

  private report(reason: string, offset: number): void {
    this.problems.add("MalformedTokenDatabase", "reading a binary token database", reason, offset);
  }
}

/**
 * Writes a binary database. Domains are lost, so that one string in several domains becomes several equal entries.
 * @throws SnapshotError `ValueOutOfRange` for a token beyond 32 bits
 */
export function encodeBinaryTokens(entries: readonly TokenEntry[]): Uint8Array {
  const sorted = [...entries].sort(compareEntries);
  const strings = sorted.map((entry) => encodeSurrogateEscape(entry.string));
  const tableBytes = strings.reduce((sum, string) => sum + string.length + 1, 0);
  let at = HEADER_BYTES + sorted.length * ENTRY_BYTES;
  const bytes = new Uint8Array(at + tableBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(COUNT_OFFSET, sorted.length, true);
  sorted.forEach((entry, i) => {
    checkToken(entry.token);
    view.setUint32(HEADER_BYTES + i * ENTRY_BYTES, entry.token, true);
    view.setUint32(HEADER_BYTES + i * ENTRY_BYTES + 4, packDate(entry.removed), true);
    bytes.set(strings[i]!, at);
    at += strings[i]!.length + 1;
  });
  return bytes;
}

function checkToken(token: number): void {
  if (Number.isInteger(token) && token >= 0 && token <= MOST_TOKEN) return;
  throw new SnapshotError("ValueOutOfRange", `writing a token database: found token ${token}, expected 32 bits`, {
    format: "pigweed",
    fields: { expected: "u32", found: token },
  });
}

function packDate(removed: string | null): number {
  if (removed === null) return NO_DATE;
  const [year = 0, month = 0, day = 0] = removed.slice(0, 10).split("-").map(Number);
  return (day | (month << 8) | (year << 16)) >>> 0;
}
