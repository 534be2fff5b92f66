import type { LogRecord } from "../../model/logs.ts";
import type { Expression } from "./ast.ts";
import type { Bindings, Value } from "./values.ts";

/** What expressions can ask about besides metrics: one snapshot, or the made-up one of a trial. */
export interface World {
  /** Nanoseconds; absent where the snapshot tells no time. */
  readonly now?: bigint;
  readonly logs: LogView;
  /** Undefined if there is no such annotation. */
  annotation(key: string): Value | undefined;
  /** Undefined if there is no such fact. */
  fact(key: string): Value | undefined;
  /** A column of the row under a filter, by its path; undefined where there is no row or no such column. */
  field?(path: string): Value | undefined;
  /** The snapshot before this one in a series. */
  readonly previous?: PreviousWorld;
}

/** An earlier snapshot with the same metrics. */
export interface PreviousWorld {
  readonly world: World;
  evaluate(expression: Expression, namespace: string, bound: Bindings): Value;
}

export type LogName = "klog" | "syslog" | "bootlog";

export interface LogView {
  /** Lines of one of the text logs of a device snapshot. */
  lines(log: LogName): readonly string[];
  /** Every record of every log. */
  readonly length: number;
  at(ix: number): LogRecord;
}

const NO_LOG_VIEW: LogView = {
  lines: () => [],
  length: 0,
  at: () => {
    throw new RangeError("no logs");
  },
};

export const EMPTY_WORLD: World = { logs: NO_LOG_VIEW, annotation: () => undefined, fact: () => undefined };
