import type { Message, MessageList } from "../../abi/rows.ts";
import type { LogLevel, LogRecord, LogSource } from "../../model/logs.ts";
import { parseMessageFields } from "./log-fields.ts";
import type { LogCursor } from "./logs.ts";
import type { SnapshotReport } from "./report.ts";

const LEVELS: readonly (LogLevel | undefined)[] = [
  undefined,
  "debug",
  "info",
  "warning",
  "error",
  "critical",
  undefined,
  "fatal",
];

/** The logs of one snapshot of the file. */
interface Part {
  readonly list: MessageList;
  /** Index of its first record among all. */
  readonly first: number;
  readonly tags: readonly string[];
}

/** The logs of a snapshot and, after them, those of its related snapshots, which are tagged with their place. */
export function snapshotLogs(root: Message, report: SnapshotReport, cursor: LogCursor): LogSource {
  const parts: Part[] = [];
  addParts(parts, root, report);
  const last = parts.at(-1);
  const length = last === undefined ? 0 : last.first + last.list.length;
  return { length, timeUnit: "ns", epoch: "boot", at: (ix) => readRecord(parts, ix, cursor) };
}

/** Nesting is bounded by the decoder's depth limit. */
function addParts(parts: Part[], snapshot: Message, report: SnapshotReport): void {
  const list = snapshot.messages("logs");
  const last = parts.at(-1);
  const first = last === undefined ? 0 : last.first + last.list.length;
  if (list.length > 0) parts.push({ list, first, tags: report.path === "" ? [] : [report.path] });
  const related = snapshot.messages("related_snapshots");
  report.related.forEach((inner, ix) => {
    addParts(parts, related.at(ix), inner);
  });
}

function readRecord(parts: readonly Part[], ix: number, cursor: LogCursor): LogRecord {
  const part = parts.findLast(({ first }) => first <= ix);
  if (part === undefined) throw new RangeError(`no log record ${ix}`);
  const { window, at } = part.list.rowAt(ix - part.first);
  cursor.moveTo(window.tape, at, window.base);
  const { message, fields } = parseMessageFields(cursor.message);
  const level = LEVELS[cursor.level];
  const module = cursor.module || fields.get("module");
  const file = cursor.file || fields.get("file");
  const tags = [...part.tags, ...extraFields(fields), ...deltaOf(cursor)];
  return {
    ...(cursor.timestamp !== undefined && { time: cursor.timestamp }),
    ...(level !== undefined && { level }),
    text: message,
    ...(module && { module }),
    ...(file && { file }),
    ...(cursor.line !== 0 && { line: cursor.line }),
    ...(cursor.thread !== "" && { thread: cursor.thread }),
    ...(cursor.flags !== 0 && { flags: cursor.flags }),
    ...(cursor.dropped !== 0 && { dropped: cursor.dropped }),
    ...(tags.length > 0 && { tags }),
  };
}

function extraFields(fields: ReadonlyMap<string, string>): string[] {
  return [...fields].filter(([key]) => !["msg", "module", "file"].includes(key)).map(([key, v]) => `${key}=${v}`);
}

function deltaOf({ timeSinceLastEntry }: LogCursor): string[] {
  return timeSinceLastEntry === undefined ? [] : [`time_since_last_entry=${timeSinceLastEntry}`];
}
