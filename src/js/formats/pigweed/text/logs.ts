import { renderLogClock } from "../clock.ts";
import { parseMessageFields } from "../log-fields.ts";
import type { LogEntry } from "../logs.ts";
import { TextSink } from "./sink.ts";

const LEVELS: readonly string[] = ["", "DBG", "INF", "WRN", "ERR", "CRT", "", "FTL"];
const OWN_FIELDS: ReadonlySet<string> = new Set(["file", "module", "msg"]);
/** Of a message that starts with a field. */
const FIELD_MARK = 0x25a0;

/** What a log line is made of, before it is joined; every part may be empty. */
interface LogParts {
  readonly module: string;
  readonly message: string;
  /** Of the fields inside the message only. */
  readonly file: string;
  /** Fields of the message that have no part of their own, `k=v, k=v`. */
  readonly extra: string;
}

/** A log as snapshot reports show it: non-empty parts joined with a blank. Source: specification 6.1. */
export function renderLog(entry: LogEntry): string {
  const sink = new TextSink();
  addLog(sink, entry, "");
  return sink.toString();
}

/** Adds `before` and the text of a log. */
export function addLog(sink: TextSink, entry: LogEntry, before: string): void {
  sink.add(before);
  if (entry.dropped !== 0) {
    sink.add("WRN ");
    sink.add(renderDropped(entry));
    return;
  }
  const line = new BlankJoiner(sink);
  const parts = splitMessage(entry.message);
  line.add(LEVELS[entry.level]!);
  line.add(entry.module || parts.module);
  const seconds = entry.seconds;
  if (seconds !== undefined) line.add(renderLogClock(seconds));
  line.add(parts.message);
  line.addPlace(entry.file || parts.file, entry.line);
  line.add(parts.extra);
}

/** Text of a record that stands for lost ones. Source: specification 6.3. */
export function renderDropped(entry: LogEntry): string {
  const reason = entry.message === "" ? "enqueue failure at source" : entry.message.toLowerCase();
  return `Dropped ${entry.dropped} log${entry.dropped === 1 ? "" : "s"} due to ${reason}`;
}

/** Fields inside a message fill what the record leaves empty. Source: specification 6.1, 6.2. */
function splitMessage(text: string): LogParts {
  if (text.charCodeAt(0) !== FIELD_MARK) return { module: "", message: text, file: "", extra: "" };
  const { message, fields } = parseMessageFields(text);
  const extra: string[] = [];
  for (const [key, value] of fields) if (!OWN_FIELDS.has(key)) extra.push(`${key}=${value}`);
  return { module: fields.get("module") ?? "", message, file: fields.get("file") ?? "", extra: extra.join(", ") };
}

/** Does the place still want the line number? A file with a colon has it already. */
function wantsLine(file: string, line: number): boolean {
  return line !== 0 && !file.includes(":");
}

/** Puts a blank between what is not empty. */
class BlankJoiner {
  private readonly sink: TextSink;
  private isEmpty = true;

  constructor(sink: TextSink) {
    this.sink = sink;
  }

  add(part: string): void {
    if (part === "") return;
    if (!this.isEmpty) this.sink.add(" ");
    this.isEmpty = false;
    this.sink.add(part);
  }

  /** Adds `FILE:LINE`, `FILE` or `:LINE`. */
  addPlace(file: string, line: number): void {
    this.add(file);
    if (!wantsLine(file, line)) return;
    if (file === "") this.add(":");
    else this.sink.add(":");
    this.sink.add(String(line));
  }
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
