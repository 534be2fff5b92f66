import type { Issue } from "../../base/issue.ts";
import type { FieldDecoder } from "./context.ts";
import { parseMessageFields } from "./log-fields.ts";

/** A record of `pw.log.LogEntry`; only what is present. */
export interface StreamedEntry {
  readonly message?: Uint8Array;
  /** Level in the low three bits, line above. */
  readonly lineLevel?: number;
  readonly flags?: number;
  readonly timestamp?: bigint;
  readonly dropped?: number;
  readonly module?: Uint8Array;
  readonly file?: Uint8Array;
  readonly thread?: Uint8Array;
}

/** One packet of a log stream: `pw.log.LogEntries`. */
export interface LogBatch {
  readonly entries: readonly StreamedEntry[];
  /** 0 if absent. */
  readonly firstEntrySequenceId?: number;
}

/** A decoded log; texts are empty where there is nothing. */
export interface StreamedLog {
  /** 1 debug, 2 info, 3 warning, 4 error, 5 critical, 7 fatal; 0 none. */
  readonly level: number;
  readonly source: string;
  readonly module: string;
  readonly timestamp: string;
  readonly message: string;
  /** `FILE:LINE`, `FILE` or `:LINE`. */
  readonly place: string;
  readonly thread: string;
  readonly flags: number;
  /** Fields of the message that have no place of their own. */
  readonly fields: ReadonlyMap<string, string>;
  /** Logs lost, if that is what the record says. */
  readonly dropped: number;
}

export interface LogStreamOptions {
  /** Name of the device or core that the logs come from. */
  readonly source?: string;
  /** Text of a timestamp; default: the number. */
  readonly timestampText?: (ticks: bigint) => string;
  /** Applied to every message, for example `nameStatuses`. */
  readonly messageText?: (message: string) => string;
  /** Told when a packet's sequence id is smaller than expected. */
  readonly onIssue?: (issue: Issue) => void;
}

const LEVELS: readonly string[] = ["", "DBG", "INF", "WRN", "ERR", "CRT", "", "FTL"];
const WARNING = 3;
const OWN_FIELDS: ReadonlySet<string> = new Set(["file", "module", "msg"]);
const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const NO_BYTES = new Uint8Array(0);

/**
 * Decodes the packets of a log stream in order and notices what was lost on the way. Source: specification section 6.5.
 */
export class LogStreamDecoder {
  private readonly decoder: FieldDecoder;
  private readonly options: LogStreamOptions;
  private expectedId = 0;

  /** @param decoder a `Detokenizer` */
  constructor(decoder: FieldDecoder, options: LogStreamOptions = {}) {
    this.decoder = decoder;
    this.options = options;
  }

  /** Logs of one packet, lost ones reported first. */
  decode(batch: LogBatch): StreamedLog[] {
    const logs: StreamedLog[] = [];
    const firstId = batch.firstEntrySequenceId ?? 0;
    const lost = firstId - this.expectedId;
    const isConnected = this.expectedId > 0;
    this.expectedId = firstId + batch.entries.filter((entry) => (entry.dropped ?? 0) === 0).length;
    if (lost > 0) logs.push(this.lossOf(lost, isConnected ? "loss at transport" : "source not connected"));
    else if (lost < 0) this.reportOrder(firstId, firstId - lost);
    batch.entries.forEach((entry, ix) => {
      const dropped = entry.dropped ?? 0;
      // A device repeats in its next packet what it failed to send: the gap has told it already.
      if (ix > 0 || dropped === 0 || lost < dropped) logs.push(this.decodeEntry(entry));
    });
    return logs;
  }

  private decodeEntry(entry: StreamedEntry): StreamedLog {
    const text = this.text(entry.message);
    const dropped = entry.dropped ?? 0;
    if (dropped !== 0) return this.lossOf(dropped, text === "" ? "enqueue failure at source" : text.toLowerCase());
    const { message, fields } = parseMessageFields(text);
    const lineLevel = entry.lineLevel ?? 0;
    const file = this.text(entry.file) || (fields.get("file") ?? "");
    return {
      level: lineLevel & 7,
      source: this.options.source ?? "",
      module: this.text(entry.module) || (fields.get("module") ?? ""),
      timestamp: entry.timestamp === undefined ? "" : this.clock(entry.timestamp),
      message: this.options.messageText?.(message) ?? message,
      place: joinPlace(file, lineLevel >>> 3),
      thread: this.text(entry.thread),
      flags: entry.flags ?? 0,
      fields: new Map([...fields].filter(([key]) => !OWN_FIELDS.has(key))),
      dropped: 0,
    };
  }

  private text(bytes: Uint8Array = NO_BYTES): string {
    return this.decoder.decodeField(bytes);
  }

  private clock(ticks: bigint): string {
    return this.options.timestampText?.(ticks) ?? String(ticks);
  }

  private lossOf(dropped: number, reason: string): StreamedLog {
    const message = `Dropped ${dropped} log${dropped === 1 ? "" : "s"} due to ${reason}`;
    const source = this.options.source ?? "";
    const nothing = { module: "", timestamp: "", place: "", thread: "", flags: 0, fields: NO_FIELDS };
    return { level: WARNING, source, message, dropped, ...nothing };
  }

  private reportOrder(found: number, expected: number): void {
    const message = `decoding a log stream: found sequence id ${found}, expected ${expected} or more`;
    this.options.onIssue?.({ code: "LogOutOfSequence", severity: "warning", message });
  }
}

function joinPlace(file: string, line: number): string {
  return line !== 0 && !file.includes(":") ? `${file}:${line}` : file;
}

/** A log on one line: its non-empty parts, separated by blanks (specification section 6.1). */
export function renderStreamedLog(log: StreamedLog): string {
  const source = log.source === "" ? "" : `[${log.source}]`;
  const fields = [...log.fields].map(([key, value]) => `${key}=${value}`).join(", ");
  const parts = [LEVELS[log.level] ?? "", source, log.module, log.timestamp, log.message, log.place, fields];
  return parts.filter((part) => part !== "").join(" ");
}
