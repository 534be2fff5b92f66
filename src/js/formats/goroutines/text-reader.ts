import { concatBytes } from "../../base/bytes.ts";
import { CR, hasPrefix, indexOfText, LF, TAB } from "./ascii.ts";
import { DumpScanner } from "./dump-scanner.ts";
import { Vocabulary } from "./vocabulary.ts";
import { looksWrapped, PLAIN_STREAM, Wrapping } from "./wrapping.ts";

/** Longest line kept while its end has not arrived; a longer one is cut and counted as not understood. */
const MAX_CARRY = 16 * 1024 * 1024;
const MAX_STREAMS = 256;
const NOTHING = new Uint8Array(0);

/** One stream of a text: what stood behind one line prefix, or the whole text. */
export interface ScannedStream {
  /** Name for people; empty when there is none. */
  readonly label: string;
  readonly scanner: DumpScanner;
  /** The text stops inside a line of this stream's dump. */
  readonly isBroken: boolean;
}

type LineTaker = (bytes: Uint8Array, from: number, end: number, offset: number) => void;

/**
 * Cuts pieces of any size into lines. Bytes of a line that spans pieces are kept until it is complete; `\r` before the
 * line end is dropped.
 */
class LineCutter {
  private carry: Uint8Array = NOTHING;
  /** Bytes given so far. */
  offset = 0;

  cut(piece: Uint8Array, take: LineTaker): void {
    let at = 0;
    if (this.carry.length > 0) at = this.finishCarried(piece, take);
    for (;;) {
      let end = at;
      while (end < piece.length && piece[end] !== LF) end++;
      if (end === piece.length) break;
      give(piece, at, end, this.offset + at, take);
      at = end + 1;
    }
    if (at < piece.length) this.carry = concatBytes([this.carry, piece.subarray(at)]);
    this.offset += piece.length;
    if (this.carry.length > MAX_CARRY) this.flush(take);
  }

  /** Gives the last line when it has no line end. @returns whether there was one */
  flush(take: LineTaker): boolean {
    const { carry } = this;
    this.carry = NOTHING;
    if (carry.length > 0) give(carry, 0, carry.length, this.offset - carry.length, take);
    return carry.length > 0;
  }

  private finishCarried(piece: Uint8Array, take: LineTaker): number {
    const end = piece.indexOf(LF);
    if (end < 0) return 0;
    const line = concatBytes([this.carry, piece.subarray(0, end)]);
    const offset = this.offset - this.carry.length;
    this.carry = NOTHING;
    give(line, 0, line.length, offset, take);
    return end + 1;
  }
}

function give(bytes: Uint8Array, from: number, end: number, offset: number, take: LineTaker): void {
  take(bytes, from, end > from && bytes[end - 1] === CR ? end - 1 : end, offset);
}

/**
 * Reads the text of goroutine dumps, piece by piece. Wrapped text (line prefixes, JSON, colours) needs a `Wrapping` that
 * has learnt from it; `mustUnwrap` says so.
 */
export class TextReader {
  readonly vocabulary: Vocabulary = new Vocabulary();
  /** Set when a line that was not understood holds a wrapped header: read again with a `Wrapping`. */
  mustUnwrap = false;
  private isBroken = false;
  private readonly labels = new Map<DumpScanner, string>();
  private readonly cutter = new LineCutter();
  private readonly streams = new Map<string, DumpScanner>();
  private readonly wrapping: Wrapping | undefined;
  private readonly plain: DumpScanner;
  private last: DumpScanner;

  constructor(wrapping?: Wrapping) {
    this.wrapping = wrapping;
    this.plain = this.scannerOf(PLAIN_STREAM, "");
    this.last = this.plain;
  }

  push(piece: Uint8Array): void {
    this.cutter.cut(piece, this.wrapping === undefined ? this.takePlain : this.takeWrapped);
  }

  /** Ends the text. @returns the streams in the order of their first lines */
  finish(): ScannedStream[] {
    this.cutter.flush((bytes, from, end, offset) => {
      if (this.wrapping === undefined) this.takeLast(this.plain, bytes, from, end, offset);
      else {
        for (const line of this.wrapping.unwrap(bytes, from, end)) {
          const scanner = this.scannerOf(line.stream, line.label);
          if (line.isWhole || line.bytes !== bytes) scanner.line(line.bytes, line.from, line.end, offset);
          else this.takeLast(scanner, line.bytes, line.from, line.end, offset);
        }
      }
    });
    return [...this.labels].map(([scanner, label]) => {
      const isBroken = this.isBroken && scanner === this.last;
      scanner.finish(isBroken);
      return { label, scanner, isBroken };
    });
  }

  get byteLength(): number {
    return this.cutter.offset;
  }

  private readonly takePlain: LineTaker = (bytes, from, end, offset) => {
    const { unknownLines } = this.plain;
    this.plain.line(bytes, from, end, offset);
    if (this.plain.unknownLines !== unknownLines && !this.mustUnwrap) {
      this.mustUnwrap = looksWrapped(bytes, from, end);
    }
  };

  private readonly takeWrapped: LineTaker = (bytes, from, end, offset) => {
    for (const line of this.wrapping!.unwrap(bytes, from, end)) {
      this.last = this.scannerOf(line.stream, line.label);
      this.last.line(line.bytes, line.from, line.end, offset);
      if (line.isWhole) this.last.line(NOTHING, 0, 0, offset);
    }
  };

  /** The last line of a text that has no line end. */
  private takeLast(scanner: DumpScanner, bytes: Uint8Array, from: number, end: number, offset: number): void {
    this.last = scanner;
    this.isBroken = scanner.isInside;
    if (!scanner.isInBlock || isSafe(bytes, from, end)) scanner.line(bytes, from, end, offset);
    this.isBroken ||= scanner.isInside;
  }

  private scannerOf(name: string, label: string): DumpScanner {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    if (this.streams.size >= MAX_STREAMS) return this.plain;
    const scanner = new DumpScanner(this.vocabulary);
    this.streams.set(name, scanner);
    this.labels.set(scanner, label);
    return scanner;
  }
}

/** Whether a line of a block that may have been cut short can still be believed. */
function isSafe(bytes: Uint8Array, from: number, end: number): boolean {
  // A file line is complete when something follows its line number; names may be cut anywhere.
  if (bytes[from] === TAB) return indexOfText(bytes, from, end, " +0x") >= 0;
  return !hasPrefix(bytes, from, end, "created by ") && !hasPrefix(bytes, from, end, "#");
}

/** A `Wrapping` that has learnt from a whole text. */
export function learnWrapping(text: Uint8Array): Wrapping {
  const wrapping = new Wrapping();
  const cutter = new LineCutter();
  const take: LineTaker = (bytes, from, end) => wrapping.learn(bytes, from, end);
  cutter.cut(text, take);
  cutter.flush(take);
  wrapping.settle();
  return wrapping;
}
