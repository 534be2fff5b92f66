import { SnapshotError } from "../../base/errors.ts";
import { NO_LOGS } from "../../model/logs.ts";
import type { SnapshotParts } from "../../model/snapshot.ts";
import type { FormatPlugin } from "../plugin.ts";
import { decodeGoroutines } from "./decode.ts";
import type { GoroutinesNative } from "./native.ts";
import { probeGoroutines } from "./probe.ts";
import { createGoroutineValues } from "./values.ts";

export const goroutines: FormatPlugin = {
  id: "goroutines",
  title: "Goroutine dumps and profiles of Go processes",
  severalFiles: "together",
  probe: probeGoroutines,
  decode: decodeGoroutines,
  attach: (parts) => ({ values: createGoroutineValues(parts.stacks, asGoroutines(parts)), logs: NO_LOGS }),
};

/**
 * What only goroutine snapshots have: the form, what a line-by-line count of each dump gives, crash messages, profiles.
 * @throws SnapshotError `WrongFormat`
 */
export function asGoroutines(parts: SnapshotParts): GoroutinesNative {
  if (parts.format === "goroutines") return parts.native as GoroutinesNative;
  throw new SnapshotError("WrongFormat", `a ${parts.format} snapshot was taken for one of goroutines`, {
    fields: { expected: "goroutines", actual: parts.format },
  });
}
