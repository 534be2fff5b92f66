import { NONE } from "../../base/brand.ts";
import { NO_CODE_OFFSET } from "../../model/calls.ts";
import { BRACKET_OPEN, Decimal, hasPrefix, hasSuffix, readHex, TAB } from "./ascii.ts";
import { CountRecords } from "./count-records.ts";
import { CrashText } from "./crash-text.ts";
import {
  type AncestorRow,
  CallRows,
  ELIDED_UNKNOWN,
  GoroutineRows,
  ROW_BROKEN,
  ROW_CREATOR_ID,
  ROW_NO_HEADER,
  ROW_THREAD,
  ROW_UNAVAILABLE,
  StackScratch,
} from "./dump-rows.ts";
import { FileLine, FunctionLine, readElision } from "./frame-line.ts";
import { HeaderLine } from "./header-line.ts";
import { RaceReports } from "./race-reports.ts";
import { Segments } from "./segments.ts";
import { ELIDED_FRAMES, NON_GO_FUNCTION, type Vocabulary } from "./vocabulary.ts";

const CREATED_BY = "created by ";
const IN_GOROUTINE = " in goroutine ";
const ORIGINATING = "[originating from goroutine ";
const UNAVAILABLE = "goroutine running on other thread; stack unavailable";
const DUMPER = "runtime/pprof.writeGoroutineStacks";

/** What the next file line belongs to. */
type Pending = "nothing" | "frame" | "ancestor-frame" | "creator" | "ancestor-creator";

/**
 * Reads the lines of one text — one stream, wrapping already taken off — into rows. Lines come one by one and complete,
 * so the text may arrive in pieces of any size. Lines that are none of ours are counted and otherwise ignored: a log
 * may interleave.
 */
export class DumpScanner {
  readonly vocabulary: Vocabulary;
  readonly goroutines: GoroutineRows = new GoroutineRows();
  readonly calls: CallRows = new CallRows();
  readonly counts: CountRecords;
  readonly races: RaceReports;
  readonly segments: Segments;
  private readonly crash: CrashText;
  /** Lines that were not understood, and where the first one is. */
  unknownLines = 0;
  unknownOffset: number = NONE;

  private row = NONE;
  private pending: Pending = "nothing";
  private pendingName = NONE;
  private pendingInlined = false;
  private ancestor: AncestorRow | undefined;
  private readonly scratch = new StackScratch();
  private readonly header = new HeaderLine();
  private readonly functionLine = new FunctionLine();
  private readonly fileLine = new FileLine();
  private readonly decimal = new Decimal();
  private readonly elidedName: number;
  private readonly dumperName: number;
  private readonly nonGoName: number;

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
    this.elidedName = vocabulary.internName(ELIDED_FRAMES);
    this.dumperName = vocabulary.internName(DUMPER);
    this.nonGoName = vocabulary.internName(NON_GO_FUNCTION);
    this.segments = new Segments(this.goroutines, vocabulary);
    this.crash = new CrashText(this.segments);
    this.counts = new CountRecords(vocabulary, this.segments);
    this.races = new RaceReports(vocabulary, this.segments, this.goroutines, this.calls);
  }

  /**
   * Takes one line, `bytes[from … end)` without its line end. @param offset of the line in the input
   */
  line(bytes: Uint8Array, from: number, end: number, offset: number): void {
    if (from === end) this.blank();
    else if (bytes[from] === TAB) this.tabLine(bytes, from, end, offset);
    else if (this.counts.isOpen && this.counts.line(bytes, from, end, offset)) return;
    else if (this.races.isOpen && this.races.line(bytes, from, end, offset)) return;
    else if (bytes[from] === 0x67 && this.headerLine(bytes, from, end, offset)) return;
    else if (this.row !== NONE && this.blockLine(bytes, from, end)) return;
    else this.outerLine(bytes, from, end, offset);
  }

  /**
   * Ends the text. @param isBroken the text stops in the middle of a line: the frame being read is dropped and the
   * block is marked, because more may be missing
   */
  finish(isBroken: boolean): void {
    if (isBroken && this.row !== NONE) this.goroutines.mark(this.row, ROW_BROKEN);
    this.closeRow();
    this.races.close();
    this.counts.close();
    this.segments.finish();
  }

  /** Whether frames are being read. */
  get isInBlock(): boolean {
    return this.row !== NONE || this.counts.isOpen || this.races.isOpen;
  }

  /** Whether anything is being read, so that a text that stops here may lack some of it. */
  get isInside(): boolean {
    return this.isInBlock || this.crash.isOpen;
  }

  private blank(): void {
    if (this.races.isOpen) this.races.blank();
    this.closeRow();
    this.crash.endMessage();
  }

  private headerLine(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    if (!this.header.read(bytes, from, end, this.vocabulary)) return false;
    this.closeRow();
    this.counts.close();
    this.races.close();
    this.crash.endMessage();
    const { id, status, labels, thread } = this.header;
    this.openRow(id.lo, id.hi, status, labels, offset);
    if (thread !== undefined) this.goroutines.threads.set(this.row, thread);
    if (id.value === 0) this.goroutines.mark(this.row, ROW_THREAD);
    this.segments.sawGoroutine(this.row, offset);
    return true;
  }

  private openRow(lo: number, hi: number, status: number, labels: number, offset: number): void {
    this.scratch.clear();
    this.ancestor = undefined;
    this.pending = "nothing";
    this.row = this.goroutines.append(lo, hi, status, labels, this.calls.length, offset);
  }

  private closeRow(): void {
    if (this.row === NONE) return;
    this.dropPending();
    if (this.ancestor !== undefined) this.closeAncestor(this.ancestor);
    else this.goroutines.stack.values[this.row] = this.scratch.intern(this.vocabulary);
    this.row = NONE;
    this.ancestor = undefined;
  }

  private dropPending(): void {
    if (this.pending === "frame") this.calls.rollBack();
    this.pending = "nothing";
  }

  /** A line inside a block that does not start with a tab. */
  private blockLine(bytes: Uint8Array, from: number, end: number): boolean {
    if (hasPrefix(bytes, from, end, CREATED_BY)) this.creatorLine(bytes, from + CREATED_BY.length, end);
    else if (bytes[from] === BRACKET_OPEN && hasPrefix(bytes, from, end, ORIGINATING)) {
      return this.originLine(bytes, from + ORIGINATING.length, end);
    } else if (this.functionLine.read(bytes, from, end)) this.openFrame(bytes, from);
    else if (hasPrefix(bytes, from, end, "...")) return this.elisionLine(bytes, from, end);
    else if (hasPrefix(bytes, from, end, NON_GO_FUNCTION)) return this.nonGoLine(bytes, from, end);
    else return false;
    return true;
  }

  private openFrame(bytes: Uint8Array, from: number): void {
    const { nameEnd, argumentFrom, argumentEnd, inlined } = this.functionLine;
    this.dropPending();
    this.pendingName = this.vocabulary.functions.intern(bytes, from, nameEnd);
    if (this.ancestor !== undefined) {
      this.pending = "ancestor-frame";
      if (inlined) this.ancestor.inlinedText++;
      this.pendingInlined = false;
      return;
    }
    this.pending = "frame";
    this.pendingInlined = inlined;
    if (!inlined) this.calls.arguments.append(bytes, argumentFrom, argumentEnd);
    if (this.pendingName === this.dumperName) this.segments.sawDumper(this.row);
  }

  private creatorLine(bytes: Uint8Array, from: number, end: number): void {
    this.dropPending();
    let nameEnd = end;
    let digits = end;
    while (digits > from && bytes[digits - 1]! >= 0x30 && bytes[digits - 1]! <= 0x39) digits--;
    if (digits < end && hasSuffix(bytes, from, digits, IN_GOROUTINE)) {
      nameEnd = digits - IN_GOROUTINE.length;
      this.decimal.read(bytes, digits, end);
      this.setCreatorId();
    }
    this.pendingName = this.vocabulary.functions.intern(bytes, from, nameEnd);
    this.pending = this.ancestor === undefined ? "creator" : "ancestor-creator";
    this.setCreator(this.vocabulary.internFrame(this.pendingName, NONE, 0, false));
  }

  private setCreatorId(): void {
    if (this.ancestor !== undefined) return;
    this.goroutines.creatorLo.values[this.row] = this.decimal.lo;
    this.goroutines.creatorHi.values[this.row] = this.decimal.hi;
    this.goroutines.mark(this.row, ROW_CREATOR_ID);
  }

  private setCreator(frame: number): void {
    if (this.ancestor === undefined) this.goroutines.creator.values[this.row] = frame;
    else this.ancestor.creator = frame;
  }

  private originLine(bytes: Uint8Array, from: number, end: number): boolean {
    const stop = this.decimal.read(bytes, from, end);
    if (stop === from || !hasPrefix(bytes, stop, end, "]:")) return false;
    this.dropPending();
    if (this.ancestor === undefined) this.goroutines.stack.values[this.row] = this.scratch.intern(this.vocabulary);
    else this.closeAncestor(this.ancestor);
    this.scratch.clear();
    const id = (BigInt(this.decimal.hi) << 32n) | BigInt(this.decimal.lo);
    this.ancestor = { id, stack: NONE, creator: NONE, inlinedText: 0 };
    return true;
  }

  private closeAncestor(ancestor: AncestorRow): void {
    ancestor.stack = this.scratch.intern(this.vocabulary);
    const rows = this.goroutines.ancestors.get(this.row);
    if (rows === undefined) this.goroutines.ancestors.set(this.row, [ancestor]);
    else rows.push(ancestor);
  }

  private elisionLine(bytes: Uint8Array, from: number, end: number): boolean {
    const count = readElision(bytes, from, end, this.decimal);
    if (count === undefined) return false;
    this.dropPending();
    this.scratch.frames.push(this.vocabulary.internFrame(this.elidedName, NONE, 0, false));
    if (this.ancestor === undefined) {
      this.calls.finish(NO_CODE_OFFSET);
      this.goroutines.elided.values[this.row] = count < 0 ? ELIDED_UNKNOWN : count;
    }
    return true;
  }

  /** `non-Go function` with a file line to follow, or `non-Go function at pc=0x…` complete in itself. */
  private nonGoLine(bytes: Uint8Array, from: number, end: number): boolean {
    this.dropPending();
    this.pendingName = this.nonGoName;
    this.pendingInlined = false;
    const after = from + NON_GO_FUNCTION.length;
    this.pending = this.ancestor === undefined ? "frame" : "ancestor-frame";
    if (after === end) return true;
    const word = { lo: 0, hi: 0 };
    if (!hasPrefix(bytes, after, end, " at pc=") || readHex(bytes, after + 7, end, word) !== end) {
      this.pending = "nothing";
      return false;
    }
    if (this.ancestor === undefined) this.calls.addRegisters([0, 0, 0, 0, word.lo, word.hi]);
    this.finishFrame(this.vocabulary.internFrame(this.pendingName, NONE, 0, false), NO_CODE_OFFSET);
    return true;
  }

  private tabLine(bytes: Uint8Array, from: number, end: number, offset: number): void {
    if (this.counts.isOpen) this.counts.close();
    if (this.row !== NONE && this.fileLineOf(bytes, from + 1, end)) return;
    if (this.crash.continueMessage(bytes, from, end)) return;
    this.unknown(offset);
  }

  private fileLineOf(bytes: Uint8Array, from: number, end: number): boolean {
    if (this.pending === "nothing") {
      if (!hasPrefix(bytes, from, end, UNAVAILABLE)) return false;
      this.goroutines.mark(this.row, ROW_UNAVAILABLE);
      return true;
    }
    if (!this.fileLine.read(bytes, from, end)) return false;
    const { fileFrom, fileEnd, line, codeOffset } = this.fileLine;
    const file = this.vocabulary.files.intern(bytes, fileFrom, fileEnd);
    const frame = this.vocabulary.internFrame(this.pendingName, file, line, this.pendingInlined && this.isCall());
    if (this.isCall()) {
      if (this.fileLine.hasRegisters && this.pending === "frame") this.calls.addRegisters(this.fileLine.registers);
      this.finishFrame(frame, codeOffset);
    } else this.setCreator(frame);
    this.pending = "nothing";
    return true;
  }

  private isCall(): boolean {
    return this.pending === "frame" || this.pending === "ancestor-frame";
  }

  private finishFrame(frame: number, codeOffset: number): void {
    this.scratch.frames.push(frame);
    if (this.pending === "frame") this.calls.finish(codeOffset);
    this.pending = "nothing";
  }

  /** A line outside every block, or a stranger inside one. */
  private outerLine(bytes: Uint8Array, from: number, end: number, offset: number): void {
    if (this.counts.start(bytes, from, end, offset) || this.races.start(bytes, from, end, offset)) this.closeRow();
    else if (hasPrefix(bytes, from, end, "runtime stack:") && end - from === 14) this.openThread(offset);
    else if (this.crash.line(bytes, from, end, offset)) this.closeRow();
    else this.unknown(offset);
  }

  /** `runtime stack:` — the frames of a thread without a goroutine. */
  private openThread(offset: number): void {
    this.closeRow();
    const status = new TextEncoder().encode("runtime stack");
    this.openRow(0, 0, this.vocabulary.internStatus(status, 0, status.length), NONE, offset);
    this.goroutines.mark(this.row, ROW_THREAD);
    this.goroutines.mark(this.row, ROW_NO_HEADER);
  }

  private unknown(offset: number): void {
    this.segments.sawStranger();
    if (this.unknownLines++ === 0) this.unknownOffset = offset;
  }
}
