import { microsecondsInDay, renderTimeOfDay, THREE_DIGITS } from "../clock.ts";
import { parseMessageFields } from "../log-fields.ts";
import type { LogEntry } from "../logs.ts";
import type { TextSink } from "./sink.ts";

const LEVELS: readonly string[] = ["", "DBG", "INF", "WRN", "ERR", "CRT", "", "FTL"];
const OWN_FIELDS: ReadonlySet<string> = new Set(["file", "module", "msg"]);
/** Of a message that starts with a field. */
const FIELD_MARK = 0x25a0;

/**
 * Writes logs as snapshot reports show them: non-empty parts joined with a blank (specification 6.1). What repeats is prepared (levels with what comes before them, clocks of one second, line numbers),
 * so that a log costs a few fragments and hardly an object.
 */
export class LogWriter {
  private readonly sink: TextSink;
  private readonly before: string;
  /** `before` and the name of each level. */
  private readonly starts: readonly string[];
  private readonly clock = new LogClock();

  /** @param before text before each log, such as a line break and an indent */
  constructor(sink: TextSink, before: string) {
    this.sink = sink;
    this.before = before;
    this.starts = LEVELS.map((level) => before + level);
  }

  add(entry: LogEntry): void {
    const { sink } = this;
    if (entry.dropped !== 0) {
      sink.add(`${this.before}WRN `);
      sink.add(renderDropped(entry));
      return;
    }
    const text = entry.message;
    const inside = text.charCodeAt(0) === FIELD_MARK ? splitMessage(text) : undefined;
    const level = entry.level;
    sink.add(this.starts[level]!);
    let isEmpty = this.part(LEVELS[level] === "", entry.module || (inside?.module ?? ""));
    const seconds = entry.seconds;
    if (seconds !== undefined) {
      if (!isEmpty) sink.add(" ");
      this.clock.add(sink, seconds);
      isEmpty = false;
    }
    isEmpty = this.part(isEmpty, inside === undefined ? text : inside.message);
    isEmpty = this.place(isEmpty, entry.file || (inside?.file ?? ""), entry.line);
    if (inside !== undefined) this.part(isEmpty, inside.extra);
  }

  /** Adds a part, after a blank if it is not the first. @returns whether there is still nothing. */
  private part(isEmpty: boolean, part: string): boolean {
    if (part === "") return isEmpty;
    if (!isEmpty) this.sink.add(" ");
    this.sink.add(part);
    return false;
  }

  /** Adds `FILE:LINE`, `FILE` or `:LINE`. */
  private place(isEmpty: boolean, file: string, line: number): boolean {
    const isStillEmpty = this.part(isEmpty, file);
    if (!wantsLine(file, line)) return isStillEmpty;
    if (file === "" && !isEmpty) this.sink.add(" ");
    this.sink.add(":");
    this.sink.add(String(line));
    return false;
  }
}

/** The clock of a log; records of one second share all but its fraction. */
class LogClock {
  private second = Number.NaN;
  private text = "";

  add(sink: TextSink, seconds: number): void {
    const inDay = microsecondsInDay(seconds);
    const second = Math.floor(inDay / 1e6);
    if (second !== this.second) {
      this.second = second;
      this.text = `${renderTimeOfDay(second)}.`;
    }
    sink.add(this.text);
    const fraction = inDay - second * 1e6;
    sink.add(THREE_DIGITS[Math.floor(fraction / 1000)]!);
    sink.add(THREE_DIGITS[fraction % 1000]!);
  }
}

/** Text of a record that stands for lost ones. Source: specification 6.3. */
export function renderDropped(entry: LogEntry): string {
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
