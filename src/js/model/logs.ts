export type LogLevel = "trace" | "debug" | "info" | "warning" | "error" | "critical" | "fatal";

/** One log record; only what the format has is filled. */
export interface LogRecord {
  /** In the unit that `LogSource.timeUnit` names, since the epoch it names. */
  readonly time?: bigint;
  readonly level?: LogLevel;
  readonly text: string;
  readonly module?: string;
  readonly file?: string;
  readonly line?: number;
  readonly thread?: string;
  readonly flags?: number;
  /** Records lost just before this one. */
  readonly dropped?: number;
  readonly tags?: readonly string[];
}

/** Ordered log records, built one at a time when asked for. */
export interface LogSource {
  readonly length: number;
  readonly timeUnit?: "ns" | "us" | "ms" | "s" | "ticks";
  readonly epoch?: "boot" | "utc";
  /** @param ix 0 ≤ ix < length */
  at(ix: number): LogRecord;
}

export const NO_LOGS: LogSource = {
  length: 0,
  at: () => {
    throw new RangeError("no logs");
  },
};
