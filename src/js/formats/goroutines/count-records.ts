import { NONE } from "../../base/brand.ts";
import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { Int32Column, Uint32Column } from "../../base/columns.ts";
import { NO_CODE_OFFSET } from "../../model/calls.ts";
import { COLON, Decimal, hasPrefix, isDigit, readHex, SPACE, TAB } from "./ascii.ts";
import { StackScratch } from "./dump-rows.ts";
import { FileLine } from "./frame-line.ts";
import type { Segments } from "./segments.ts";
import type { Vocabulary } from "./vocabulary.ts";

const HEADER = /^([\w-]{1,64}) profile: total (\d{1,15})$/;
const LABELS = "# labels: ";
const HASH = 0x23;
const PLUS = 0x2b;

/**
 * Records of debug=1 profiles: `N @ 0x… 0x…`, `# labels: {…}`, `#<TAB>0xaddr<TAB>name+0xoff<TAB…>file:line`.
 *
 * The `@` line has every PC; the frames leave leading runtime frames out. Both are kept.
 */
export class CountRecords {
  readonly count: Uint32Column = new Uint32Column();
  readonly labels: Int32Column = new Int32Column();
  readonly stack: Int32Column = new Int32Column();
  readonly offset: Uint32Column = new Uint32Column();
  /** PCs of record r, leaf first: `pcs[2 × pcEnd[r-1] … 2 × pcEnd[r])` as (lo, hi) pairs. */
  readonly pcs: Uint32Column = new Uint32Column();
  readonly pcEnd: Uint32Column = new Uint32Column();
  /** Frames of record r end at `callEnd[r]`: address (lo, hi) and offset in the function of each, leaf first. */
  readonly callEnd: Uint32Column = new Uint32Column();
  readonly address: Uint32Column = new Uint32Column();
  readonly codeOffset: Uint32Column = new Uint32Column();
  isOpen = false;

  private inRecord = false;
  private readonly vocabulary: Vocabulary;
  private readonly segments: Segments;
  private readonly scratch = new StackScratch();
  private readonly fileLine = new FileLine();
  private readonly decimal = new Decimal();
  private readonly word = { lo: 0, hi: 0 };

  constructor(vocabulary: Vocabulary, segments: Segments) {
    this.vocabulary = vocabulary;
    this.segments = segments;
  }

  get length(): number {
    return this.count.length;
  }

  /** Opens a profile when the line is its header. */
  start(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    if (end - from > 100 || !isDigit(bytes[end - 1]!)) return false;
    const match = HEADER.exec(decodeUtf8Lossy(bytes.subarray(from, end)));
    if (match === null) return false;
    this.close();
    this.segments.startCounts(match[1]!, Number(match[2]), offset);
    this.isOpen = true;
    return true;
  }

  /** @returns false when the line is not part of a profile; the profile is closed then */
  line(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    const taken = bytes[from] === HASH ? this.commentLine(bytes, from, end) : this.recordLine(bytes, from, end, offset);
    if (!taken) this.close();
    return taken;
  }

  close(): void {
    this.closeRecord();
    this.isOpen = false;
  }

  private closeRecord(): void {
    if (!this.inRecord) return;
    this.stack.push(this.scratch.intern(this.vocabulary));
    this.callEnd.push(this.codeOffset.length);
    this.scratch.clear();
    this.inRecord = false;
  }

  private recordLine(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    let at = this.decimal.read(bytes, from, end);
    if (at === from || !hasPrefix(bytes, at, end, " @")) return false;
    this.closeRecord();
    for (at += 2; at < end; ) {
      const next = bytes[at] === SPACE ? readHex(bytes, at + 1, end, this.word) : -1;
      if (next < 0) break;
      this.pcs.push(this.word.lo);
      this.pcs.push(this.word.hi);
      at = next;
    }
    this.count.push(Math.min(this.decimal.value, 0xffff_ffff));
    this.labels.push(NONE);
    this.offset.push(offset);
    this.pcEnd.push(this.pcs.length / 2);
    this.inRecord = true;
    this.segments.sawRecord(this.length);
    return true;
  }

  private commentLine(bytes: Uint8Array, from: number, end: number): boolean {
    if (!this.inRecord) return false;
    if (bytes[from + 1] === TAB) return this.frameLine(bytes, from + 2, end);
    if (!hasPrefix(bytes, from, end, LABELS)) return false;
    this.labels.values[this.length - 1] = this.vocabulary.internLabels(bytes, from + LABELS.length, end);
    return true;
  }

  /** Columns are padded by runs of tabs; names may hold spaces, so only tabs part them. */
  private frameLine(bytes: Uint8Array, from: number, end: number): boolean {
    const afterAddress = readHex(bytes, from, end, this.word);
    if (afterAddress < 0) return false;
    const { lo, hi } = this.word;
    const nameFrom = skipTabs(bytes, afterAddress, end);
    const nameEnd = findTab(bytes, nameFrom, end);
    const fileFrom = skipTabs(bytes, nameEnd, end);
    this.scratch.frames.push(
      nameFrom === end
        ? this.vocabulary.internFrame(this.vocabulary.functions.intern(bytes, from, afterAddress), NONE, 0, false)
        : this.namedFrame(bytes, nameFrom, nameEnd, fileFrom, end),
    );
    this.address.push(lo);
    this.address.push(hi);
    if (nameFrom === end) this.codeOffset.push(NO_CODE_OFFSET);
    return true;
  }

  private namedFrame(bytes: Uint8Array, nameFrom: number, nameEnd: number, fileFrom: number, end: number): number {
    let plus = nameEnd - 1;
    while (plus > nameFrom && bytes[plus] !== PLUS) plus--;
    const hasOffset = plus > nameFrom && readHex(bytes, plus + 1, nameEnd, this.word) === nameEnd;
    this.codeOffset.push(hasOffset && this.word.hi === 0 ? this.word.lo : NO_CODE_OFFSET);
    const name = this.vocabulary.functions.intern(bytes, nameFrom, hasOffset ? plus : nameEnd);
    if (fileFrom < end && bytes[fileFrom] !== COLON && this.fileLine.read(bytes, fileFrom, end)) {
      const file = this.vocabulary.files.intern(bytes, this.fileLine.fileFrom, this.fileLine.fileEnd);
      return this.vocabulary.internFrame(name, file, this.fileLine.line, false);
    }
    return this.vocabulary.internFrame(name, NONE, 0, false);
  }
}

function skipTabs(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === TAB) at++;
  return at;
}

function findTab(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== TAB) at++;
  return at;
}
