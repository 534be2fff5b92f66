import { NONE } from "../../base/brand.ts";
import type { GoroutineRows } from "./dump-rows.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What the dying process said around its goroutines. */
export interface CrashReport {
  /** Lines as printed, up to a limit: `panic: …`, `fatal error: …`, `[signal …]`, and what continues them. */
  readonly lines: string[];
  readonly registers: Map<string, string>;
  exitStatus?: string;
  /** Further threads follow (`-----`): the same goroutine may be printed again. */
  hasThreads: boolean;
}

/** One dump inside a text: ranges of rows. */
export interface Segment {
  readonly kind: "traceback" | "counts" | "race";
  /** Byte offset of its first line. */
  readonly offset: number;
  readonly fromRow: number;
  toRow: number;
  readonly fromRecord: number;
  toRecord: number;
  readonly crash: CrashReport;
  /** Name and total of a debug=1 header (`goroutine`, 65). */
  profile?: { readonly name: string; readonly total: number };
}

/** Dumps told apart in one text. A hostile text could start one per line. */
const MAX_SEGMENTS = 1000;

/**
 * Decides where one dump ends and the next one begins. Dumps of one log are never joined: a repeated goroutine id, a
 * new crash message, a profile header or a second dumping goroutine starts a new one.
 */
export class Segments {
  readonly all: Segment[] = [];
  private readonly goroutines: GoroutineRows;
  private readonly vocabulary: Vocabulary;
  private current: Segment | undefined;
  private seen = new Set<number>();
  /** Whether a line of other text stood since the last header; and the last running goroutine that followed one. */
  private stranger = false;
  private candidate = NONE;
  private records = 0;
  /** Set when a text holds more dumps than are told apart; the rest is in the last one. */
  overflowed = false;

  constructor(goroutines: GoroutineRows, vocabulary: Vocabulary) {
    this.goroutines = goroutines;
    this.vocabulary = vocabulary;
  }

  /** @param total records read so far */
  sawRecord(total: number): void {
    this.records = total;
  }

  sawStranger(): void {
    this.stranger = true;
  }

  sawGoroutine(row: number, offset: number): void {
    if (this.current?.kind !== "traceback") this.open("traceback", offset, row);
    const isRunning = this.vocabulary.status(this.goroutines.status.values[row]!).state === "running";
    if (this.stranger && isRunning && row > this.current!.fromRow) this.candidate = row;
    this.stranger = false;
    const id = this.goroutines.idOf(row);
    if (id === 0) return;
    if (this.seen.has(id) && !this.current!.crash.hasThreads) {
      this.openAt(this.candidate > this.current!.fromRow ? this.candidate : row);
    }
    this.seen.add(id);
  }

  /** The goroutine that writes a profile is always printed first: if it is not, its dump starts here. */
  sawDumper(row: number): void {
    const { state } = this.vocabulary.status(this.goroutines.status.values[row]!);
    if (state === "running" && row > this.current!.fromRow) this.openAt(row);
  }

  /** A crash message: its goroutines follow. @returns the report to fill */
  startCrash(offset: number): CrashReport {
    const { current } = this;
    const isNew =
      current?.kind !== "traceback" ||
      current.crash.exitStatus !== undefined ||
      (this.goroutines.length > current.fromRow && !current.crash.hasThreads);
    if (isNew) this.open("traceback", offset, this.goroutines.length);
    return this.current!.crash;
  }

  /** The report of the current dump, for lines that follow it (registers, exit status). */
  get crash(): CrashReport | undefined {
    return this.current?.crash;
  }

  startCounts(name: string, total: number, offset: number): void {
    this.open("counts", offset, this.goroutines.length);
    this.current!.profile = { name, total };
  }

  startRace(offset: number): void {
    this.open("race", offset, this.goroutines.length);
  }

  finish(): void {
    this.all.forEach((segment, ix) => {
      const next = this.all[ix + 1];
      segment.toRow = next === undefined ? this.goroutines.length : next.fromRow;
      segment.toRecord = next === undefined ? this.records : next.fromRecord;
    });
  }

  private open(kind: Segment["kind"], offset: number, row: number): void {
    if (this.all.length >= MAX_SEGMENTS && this.current !== undefined) {
      this.overflowed = true;
      return;
    }
    const crash = { lines: [], registers: new Map(), hasThreads: false };
    this.current = { kind, offset, fromRow: row, toRow: row, fromRecord: this.records, toRecord: this.records, crash };
    this.all.push(this.current);
    this.seen = new Set();
    this.candidate = NONE;
  }

  /** Starts a dump at a goroutine that has been read already. */
  private openAt(row: number): void {
    this.open("traceback", this.goroutines.offset.values[row]!, row);
    for (let r = row; r < this.goroutines.length; r++) {
      const id = this.goroutines.idOf(r);
      if (id !== 0) this.seen.add(id);
    }
  }
}
