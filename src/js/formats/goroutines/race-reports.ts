import { NONE } from "../../base/brand.ts";
import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { hasPrefix, SPACE } from "./ascii.ts";
import { type CallRows, type GoroutineRows, ROW_NO_HEADER, StackScratch } from "./dump-rows.ts";
import { FileLine, FunctionLine } from "./frame-line.ts";
import type { Segments } from "./segments.ts";
import type { Vocabulary } from "./vocabulary.ts";

const WARNING = "WARNING: DATA RACE";
const RULE = "==================";
const ACCESS =
  /^((?:[Pp]revious )?(?:[Aa]tomic |\[failed to restore the stack\] )?(?:[Rr]ead|[Ww]rite)) at 0x[0-9a-f]+ by (?:goroutine (\d{1,15})|main goroutine):$/;
const CREATED = /^Goroutine (\d{1,15}) \((\w[\w ]*)\) created at:$/;

/**
 * Reports of the race detector. Each accessing goroutine becomes a row whose state says what it did; the frames of
 * `Goroutine N created at:` become its creator and the stack the creator had.
 */
export class RaceReports {
  isOpen = false;
  private readonly vocabulary: Vocabulary;
  private readonly segments: Segments;
  private readonly goroutines: GoroutineRows;
  private readonly calls: CallRows;
  private readonly scratch = new StackScratch();
  private readonly functionLine = new FunctionLine();
  private readonly fileLine = new FileLine();
  private row = NONE;
  private creatorOf = NONE;
  private readonly rows = new Map<string, number>();
  private pendingName = NONE;

  constructor(vocabulary: Vocabulary, segments: Segments, goroutines: GoroutineRows, calls: CallRows) {
    this.vocabulary = vocabulary;
    this.segments = segments;
    this.goroutines = goroutines;
    this.calls = calls;
  }

  start(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    if (!hasPrefix(bytes, from, end, WARNING)) return false;
    this.close();
    this.segments.startRace(offset);
    this.rows.clear();
    this.isOpen = true;
    return true;
  }

  /** @returns false when the line is none of the report's */
  line(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    if (hasPrefix(bytes, from, end, RULE)) this.close();
    else if (bytes[from] === SPACE) return this.frameLine(bytes, from, end);
    else return this.titleLine(decodeUtf8Lossy(bytes.subarray(from, Math.min(end, from + 200))), offset);
    return true;
  }

  blank(): void {
    this.closeBlock();
  }

  close(): void {
    this.closeBlock();
    this.isOpen = false;
  }

  private closeBlock(): void {
    const stack = this.scratch.intern(this.vocabulary);
    if (this.row !== NONE) this.goroutines.stack.values[this.row] = stack;
    else if (this.creatorOf !== NONE && this.scratch.frames.length > 0) {
      this.goroutines.creator.values[this.creatorOf] = this.scratch.frames.values[0]!;
    }
    this.scratch.clear();
    this.row = NONE;
    this.creatorOf = NONE;
    this.pendingName = NONE;
  }

  private titleLine(text: string, offset: number): boolean {
    const access = ACCESS.exec(text);
    if (access !== null) {
      this.closeBlock();
      const state = new TextEncoder().encode(`data race: ${access[1]!.toLowerCase()}`);
      const status = this.vocabulary.internStatus(state, 0, state.length);
      const id = access[2] ?? "1";
      const lo = Number(id) % 0x1_0000_0000;
      const hi = Math.floor(Number(id) / 0x1_0000_0000);
      this.row = this.goroutines.append(lo, hi, status, NONE, this.calls.length, offset);
      this.rows.set(id, this.row);
      this.goroutines.mark(this.row, ROW_NO_HEADER);
      return true;
    }
    const created = CREATED.exec(text);
    if (created === null) return false;
    this.closeBlock();
    this.creatorOf = this.rows.get(created[1]!) ?? NONE;
    return true;
  }

  private frameLine(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    while (at < end && bytes[at] === SPACE) at++;
    if (at - from < 4) return this.openFrame(bytes, at, end);
    if (this.pendingName === NONE || !this.fileLine.read(bytes, at, end)) return false;
    const file = this.vocabulary.files.intern(bytes, this.fileLine.fileFrom, this.fileLine.fileEnd);
    this.scratch.frames.push(this.vocabulary.internFrame(this.pendingName, file, this.fileLine.line, false));
    if (this.row !== NONE) this.calls.finish(this.fileLine.codeOffset);
    this.pendingName = NONE;
    return true;
  }

  private openFrame(bytes: Uint8Array, from: number, end: number): boolean {
    if (!this.functionLine.read(bytes, from, end)) return false;
    this.pendingName = this.vocabulary.functions.intern(bytes, from, this.functionLine.nameEnd);
    return true;
  }
}
