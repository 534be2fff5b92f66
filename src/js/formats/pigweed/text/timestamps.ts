import { renderClockName, type TimestampReport } from "../timestamps.ts";

/** The times of capture, one piece of the report; undefined when there is none to print. Source: specification 10. */
export function renderTimestamps(timestamps: readonly TimestampReport[]): string | undefined {
  const lines = timestamps
    .filter((timestamp) => timestamp.text !== undefined)
    .map((timestamp) => `  ${renderClockName(timestamp)}: ${timestamp.text}`);
  if (lines.length === 0) return undefined;
  return [`Snapshot capture timestamp${lines.length === 1 ? "" : "s"}`, ...lines, ""].join("\n");
}
