import type { LogRecord, LogSource } from "../../model/logs.ts";

/** The text logs of a device snapshot; the order here is the order of the records. */
const LOG_KINDS = ["klog", "syslog", "bootlog"] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export type LogTexts = { readonly [Kind in LogKind]?: string };

/**
 * Lines of all logs, one record each; its only tag says which log it is from: `klog`, `syslog`, `bootlog`.
 * A text is split at LF and nothing else, so a text that ends in LF has an empty last line, as Fuchsia's engine sees it.
 */
export function createInspectLogs(texts: LogTexts): LogSource {
  let logs: readonly LogLines[] | undefined;
  const linesOf = (): readonly LogLines[] => {
    logs ??= LOG_KINDS.flatMap((kind) => (texts[kind] === undefined ? [] : [new LogLines(kind, texts[kind])]));
    return logs;
  };
  return {
    get length(): number {
      return linesOf().reduce((sum, log) => sum + log.lines.length, 0);
    },
    at(ix: number): LogRecord {
      let rest = ix;
      for (const log of linesOf()) {
        if (rest < log.lines.length) return { text: log.lines[rest]!, tags: log.tags };
        rest -= log.lines.length;
      }
      throw new RangeError(`no log record ${ix}`);
    },
  };
}

class LogLines {
  readonly lines: readonly string[];
  readonly tags: readonly string[];

  constructor(kind: LogKind, text: string) {
    this.lines = text.split("\n");
    this.tags = [kind];
  }
}
