import type { Message } from "../../abi/rows.ts";
import { microsecondsOf, renderDate, renderDuration } from "./clock.ts";
import { problem, type ReadContext } from "./context.ts";
import type { EnumNames } from "./schema.ts";

export interface TimestampReport {
  readonly ticks: bigint;
  /** Ticks of numerator / denominator seconds each. */
  readonly tickNumerator: number;
  readonly tickDenominator: number;
  readonly epoch: number;
  readonly epochName?: string;
  readonly clockName: string;
  /** Since the epoch; absent beyond 999999999 days, and where the tick has no length. */
  readonly microseconds?: bigint;
  /** The text of the value; absent where upstream skips the time point. */
  readonly text?: string;
}

const TIME_SINCE_BOOT = 1;
const UTC_WALL_CLOCK = 2;
const SUFFIXES: ReadonlyMap<number, string> = new Map([
  [1, " s"],
  [1e3, " ms"],
  [1e6, " us"],
  [1e9, " ns"],
]);

/** Reads the time points of a snapshot. Source: specification section 10. */
export function readTimestamps(snapshot: Message, epochs: EnumNames, context: ReadContext): TimestampReport[] {
  const points = snapshot.messages("timestamps");
  const timestamps: TimestampReport[] = [];
  const count = context.budget.take(points.length, `${context.path}timestamps`, context);
  for (let i = 0; i < count; i++) {
    timestamps.push(readTimestamp(points.at(i), i, epochs, context));
  }
  return timestamps;
}

function readTimestamp(point: Message, ix: number, epochs: EnumNames, context: ReadContext): TimestampReport {
  const path = `${context.path}timestamps[${ix}]`;
  const clock = point.message("clock_parameters");
  const ticks = point.i64("timestamp");
  const epoch = clock?.i32("epoch_type") ?? 0;
  const epochName = epochs.get(epoch);
  const base = {
    ticks,
    tickNumerator: clock?.i32("tick_period_seconds_numerator") ?? 0,
    tickDenominator: clock?.i32("tick_period_seconds_denominator") ?? 0,
    epoch,
    ...(epochName !== undefined && { epochName }),
    clockName: clock === undefined ? "" : context.fields.decodeField(clock.bytes("name")),
  };
  if (base.tickNumerator === 0 || base.tickDenominator === 0) {
    context.report({
      code: "InvalidTimestamp",
      severity: "warning",
      message: `${path}: the clock has no tick length, so the time point is left out`,
      path,
      offset: point.offset,
    });
    return base;
  }
  return interpret(base, path, point.offset, context);
}

type Ticks = Omit<TimestampReport, "microseconds" | "text">;

function interpret(base: Ticks, path: string, offset: number, context: ReadContext): TimestampReport {
  const ticksPerSecond = base.tickDenominator / base.tickNumerator;
  const count = `${base.ticks}${SUFFIXES.get(ticksPerSecond) ?? ""}`;
  const microseconds = microsecondsOf(Number(base.ticks) / ticksPerSecond);
  const isInterpreted = base.epoch === TIME_SINCE_BOOT || base.epoch === UTC_WALL_CLOCK;
  if (!isInterpreted) return { ...base, ...(microseconds !== undefined && { microseconds }), text: count };
  if (microseconds === undefined) {
    const message = `${path}: ${count} is beyond 999999999 days`;
    context.report(problem("TimeOutOfRange", message, path, offset));
    return { ...base, text: `[beyond 999999999 days] (${count})` };
  }
  const time = base.epoch === UTC_WALL_CLOCK ? renderDate(microseconds) : renderDuration(microseconds);
  if (time !== undefined) return { ...base, microseconds, text: `${time} (${count})` };
  const message = `${path}: ${count} is not in the years 1 to 9999, so the time point is left out`;
  context.report({ code: "TimeOutOfRange", severity: "warning", message, path, offset });
  return { ...base, microseconds };
}

/** Name of the clock as the report gives it. */
export function renderClockName(timestamp: TimestampReport): string {
  const epoch = timestamp.epochName ?? String(timestamp.epoch);
  if (timestamp.clockName !== "") return `${timestamp.clockName} (epoch ${epoch})`;
  if (timestamp.epoch === TIME_SINCE_BOOT) return "Time since boot";
  if (timestamp.epoch === UTC_WALL_CLOCK) return "UTC time";
  return `Timestamp (epoch ${epoch})`;
}
