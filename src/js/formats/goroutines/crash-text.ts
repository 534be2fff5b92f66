import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { hasPrefix } from "./ascii.ts";
import type { CrashReport, Segments } from "./segments.ts";

/** Characters of crash messages kept per dump. */
const MAX_MESSAGE = 65_536;

/** Lines that begin a crash: everything printed next belongs to it. */
const STARTS = ["panic: ", "fatal error: ", "runtime: goroutine stack exceeds ", "unexpected fault address "];
/** Lines that belong to the crash at hand, or begin one when there is none. */
const DETAILS = ["[signal ", "PC=0x", "exit status ", "-----", "goroutine running on other thread"];
const SIGNAL = /^SIG[A-Z0-9]+: /;
const REGISTER = /^([a-z][a-z0-9]{1,7}) +(0x[0-9a-f]{1,16})$/;
const EXIT = "exit status ";

/** Reads what a dying process prints around its goroutines (specification 4.4). */
export class CrashText {
  private readonly segments: Segments;
  /** The message being read; later lines may continue it until a blank line. */
  private message: CrashReport | undefined;
  private length = 0;

  constructor(segments: Segments) {
    this.segments = segments;
  }

  /** @returns whether the line belongs to a crash report */
  line(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    const first = bytes[from]!;
    // p, f, r, u, S, [, P, e, g, -: what the lines below begin with; registers begin with a small letter.
    if (!(first >= 0x61 && first <= 0x7a) && !"S[P-".includes(String.fromCharCode(first)))
      return this.more(bytes, from, end);
    if (STARTS.some((text) => hasPrefix(bytes, from, end, text))) return this.start(bytes, from, end, offset);
    if (
      hasPrefix(bytes, from, end, "SIG") &&
      SIGNAL.test(decodeUtf8Lossy(bytes.subarray(from, Math.min(end, from + 16))))
    ) {
      return this.start(bytes, from, end, offset);
    }
    if (DETAILS.some((text) => hasPrefix(bytes, from, end, text))) return this.detail(bytes, from, end);
    return this.register(bytes, from, end) || this.more(bytes, from, end);
  }

  /** A line that begins with a tab: nested panics, further lines of a message. */
  continueMessage(bytes: Uint8Array, from: number, end: number): boolean {
    return this.more(bytes, from, end);
  }

  get isOpen(): boolean {
    return this.message !== undefined;
  }

  endMessage(): void {
    this.message = undefined;
  }

  private start(bytes: Uint8Array, from: number, end: number, offset: number): boolean {
    const isThread = this.segments.crash?.hasThreads === true && bytes[from] === 0x53;
    const report = isThread ? this.segments.crash! : this.segments.startCrash(offset);
    if (this.message !== report) this.length = 0;
    this.message = report;
    this.push(report, bytes, from, end);
    return true;
  }

  private detail(bytes: Uint8Array, from: number, end: number): boolean {
    const report = this.segments.crash;
    if (report === undefined) return false;
    if (bytes[from] === 0x2d) report.hasThreads = true;
    else if (hasPrefix(bytes, from, end, EXIT)) {
      report.exitStatus = decodeUtf8Lossy(bytes.subarray(from + EXIT.length, end));
    } else this.push(report, bytes, from, end);
    return true;
  }

  private register(bytes: Uint8Array, from: number, end: number): boolean {
    if (end - from > 40 || this.segments.crash === undefined || this.message !== undefined) return false;
    const match = REGISTER.exec(decodeUtf8Lossy(bytes.subarray(from, end)));
    if (match === null) return false;
    this.segments.crash.registers.set(match[1]!, match[2]!);
    return true;
  }

  private more(bytes: Uint8Array, from: number, end: number): boolean {
    if (this.message === undefined) return false;
    this.push(this.message, bytes, from, end);
    return true;
  }

  private push(report: CrashReport, bytes: Uint8Array, from: number, end: number): void {
    const room = MAX_MESSAGE - this.length;
    if (room <= 0) return;
    report.lines.push(decodeUtf8Lossy(bytes.subarray(from, Math.min(end, from + room))));
    this.length += Math.min(room, end - from);
  }
}

/** One `panic:` line of a chain, with the lines that continue it. */
export interface PanicMessage {
  readonly message: string;
  readonly isRecovered: boolean;
  readonly isRepanicked: boolean;
}

const PANIC = /^\t?panic: (.*)$/s;
const MARK = / \[(recovered)(, repanicked)?\]$/;

/** The panics of a crash, in the order printed: nested ones follow the one they interrupted. */
export function panicsOf(lines: readonly string[]): PanicMessage[] {
  const texts: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const match = PANIC.exec(line);
    if (match !== null) texts.push(match[1]!);
    else if (/^(?:\[signal |fatal error: |SIG|PC=|goroutine |runtime: )/.test(line)) isOpen = false;
    else if (isOpen && texts.length > 0) texts.push(`${texts.pop()}\n${line.replace(/^\t/, "")}`);
    if (match !== null) isOpen = true;
  }
  return texts.map(toPanic);
}

function toPanic(text: string): PanicMessage {
  const mark = MARK.exec(text);
  return {
    message: mark === null ? text : text.slice(0, mark.index),
    isRecovered: mark !== null,
    isRepanicked: mark?.[2] !== undefined,
  };
}

/** One line that says why the process died, or undefined when it did not. */
export function reasonOf(report: CrashReport): string | undefined {
  const panics = panicsOf(report.lines);
  const last = panics.at(-1);
  if (last !== undefined) return `panic: ${last.message}`;
  return report.lines.find((line) => STARTS.some((text) => line.startsWith(text)) || SIGNAL.test(line));
}
