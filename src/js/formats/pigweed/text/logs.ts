import { encodeUtf8 } from "../../../base/bytes.ts";
import type { TextSink } from "../../../base/text-sink.ts";
import { microsecondsInDay, renderTimeOfDay } from "../clock.ts";
import { parseMessageFields } from "../log-fields.ts";
import type { LogCursor, LogEntry } from "../logs.ts";

const LEVELS: readonly string[] = ["", "DBG", "INF", "WRN", "ERR", "CRT", "", "FTL"];
const OWN_FIELDS: ReadonlySet<string> = new Set(["file", "module", "msg"]);
/** Of a message that starts with a field. */
const FIELD_MARK = 0x25a0;
const BLANK = 0x20;
const COLON = 0x3a;
const MICROSECOND_DIGITS = 6;
const MOST_NAMES = 4096;

/**
 * Writes logs as snapshot reports show them: non-empty parts joined with a blank (specification 6.1). What repeats is prepared (levels with what comes before them, clocks of one second, line numbers),
 * so that a log costs a few fragments and hardly an object.
 */
export class LogWriter {
  private readonly sink: TextSink;
  private readonly before: string;
  /** `before` and the name of each level. */
  private readonly starts: readonly Uint8Array[];
  private readonly clock = new LogClock();
  private readonly names = new EncodedNames();

  /** @param before text before each log, such as a line break and an indent */
  constructor(sink: TextSink, before: string) {
    this.sink = sink;
    this.before = before;
    this.starts = LEVELS.map((level) => encodeUtf8(before + level));
  }

  add(entry: LogCursor): void {
    const { sink } = this;
    if (entry.dropped !== 0) {
      sink.add(`${this.before}WRN `);
      sink.add(renderDropped(entry));
      return;
    }
    const plain = entry.plainMessage;
    const text = plain === undefined ? entry.message : "";
    const inside = text.charCodeAt(0) === FIELD_MARK ? splitMessage(text) : undefined;
    const level = entry.level;
    sink.addBytes(this.starts[level]!);
    let isEmpty = this.name(LEVELS[level] === "", entry.module || (inside?.module ?? ""));
    const seconds = entry.seconds;
    if (seconds !== undefined) {
      this.clock.add(sink, seconds, isEmpty);
      isEmpty = false;
    }
    if (plain === undefined) isEmpty = this.part(isEmpty, inside === undefined ? text : inside.message);
    else {
      if (!isEmpty) sink.addAscii(BLANK);
      entry.writeMessage(plain, sink);
      isEmpty = false;
    }
    isEmpty = this.place(isEmpty, entry.file || (inside?.file ?? ""), entry.line);
    if (inside !== undefined) this.part(isEmpty, inside.extra);
  }

  /** Adds a part, after a blank if it is not the first. @returns whether there is still nothing. */
  private part(isEmpty: boolean, part: string): boolean {
    if (part === "") return isEmpty;
    if (!isEmpty) this.sink.addAscii(BLANK);
    this.sink.add(part);
    return false;
  }

  /** `part` for what many logs have in common. */
  private name(isEmpty: boolean, name: string): boolean {
    if (name === "") return isEmpty;
    if (!isEmpty) this.sink.addAscii(BLANK);
    this.sink.addBytes(this.names.get(name));
    return false;
  }

  /** Adds `FILE:LINE`, `FILE` or `:LINE`. */
  private place(isEmpty: boolean, file: string, line: number): boolean {
    const isStillEmpty = this.name(isEmpty, file);
    if (!wantsLine(file, line)) return isStillEmpty;
    if (file === "" && !isEmpty) this.sink.addAscii(BLANK);
    this.sink.addAscii(COLON);
    this.sink.addInteger(line);
    return false;
  }
}

/** The clock of a log; records of one second share all but its fraction. */
class LogClock {
  private second = Number.NaN;
  private text: Uint8Array = new Uint8Array(0);

  add(sink: TextSink, seconds: number, isFirst: boolean): void {
    const inDay = microsecondsInDay(seconds);
    const second = Math.floor(inDay / 1e6);
    if (second !== this.second) {
      this.second = second;
      this.text = encodeUtf8(`${renderTimeOfDay(second)}.`);
    }
    if (!isFirst) sink.addAscii(BLANK);
    sink.addBytes(this.text);
    sink.addDigits(inDay - second * 1e6, MICROSECOND_DIGITS);
  }
}

/** Names of modules and files in UTF-8; a bounded number of them. */
class EncodedNames {
  private readonly known = new Map<string, Uint8Array>();

  get(name: string): Uint8Array {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const encoded = encodeUtf8(name);
    if (this.known.size >= MOST_NAMES) this.known.clear();
    this.known.set(name, encoded);
    return encoded;
  }
}

/** Text of a record that stands for lost ones. Source: specification 6.3. */
function renderDropped(entry: LogEntry): string {
  const reason = entry.message === "" ? "enqueue failure at source" : entry.message.toLowerCase();
  return `Dropped ${entry.dropped} log${entry.dropped === 1 ? "" : "s"} due to ${reason}`;
}

/** What a message says in fields; every part may be empty. */
interface MessageParts {
  readonly module: string;
  readonly message: string;
  readonly file: string;
  /** Fields that have no part of their own, `k=v, k=v`. */
  readonly extra: string;
}

/** Fields inside a message fill what the record leaves empty. Source: specification 6.1, 6.2. */
function splitMessage(text: string): MessageParts {
  const { message, fields } = parseMessageFields(text);
  const extra: string[] = [];
  for (const [key, value] of fields) if (!OWN_FIELDS.has(key)) extra.push(`${key}=${value}`);
  return { module: fields.get("module") ?? "", message, file: fields.get("file") ?? "", extra: extra.join(", ") };
}

/** Does the place still want the line number? A file with a colon has it already. */
function wantsLine(file: string, line: number): boolean {
  return line !== 0 && !file.includes(":");
}

/**
 * A log as pw_system shows it: `[RpcDevice] MODULE TICKS MESSAGE FILE:LINE`, empty parts leaving their blanks;
 * undefined for a record without a level. Source: specification 17.
 */
export function renderSystemLog(entry: LogEntry): string | undefined {
  if (entry.dropped !== 0) return `[RpcDevice]   ${renderDropped(entry)} `;
  if (entry.level === 0) return undefined;
  const parts = splitMessage(entry.message);
  const file = entry.file || parts.file;
  const place = wantsLine(file, entry.line) ? `${file}:${entry.line}` : file;
  return `[RpcDevice] ${entry.module || parts.module} ${entry.timestamp ?? ""} ${parts.message} ${place}`;
}
