import type { LogSource } from "../../model/logs.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { fromJsonNode } from "./json-value.ts";
import { bool, float, int, string, type Value } from "./values.ts";
import type { LogName, LogView, PreviousWorld, World } from "./world.ts";

export interface WorldOptions {
  /** Nanoseconds; without it the annotation `device.uptime` tells the time. */
  readonly now?: bigint | undefined;
  readonly previous?: PreviousWorld | undefined;
}

/** What expressions can ask a snapshot. */
export function createWorld(snapshot: Snapshot, options: WorldOptions = {}): World {
  const annotation = annotationReader(snapshot);
  const uptime = annotation("device.uptime");
  const now = options.now ?? (uptime?.kind === "String" ? parseUptime(uptime.value) : undefined);
  return {
    ...(now !== undefined && { now }),
    ...(options.previous && { previous: options.previous }),
    logs: viewLogs(snapshot.logs),
    annotation,
    fact: (key) => {
      const found = snapshot.facts.find((fact) => fact.key === key);
      return found === undefined ? undefined : scalar(found.value);
    },
  };
}

function scalar(value: string | bigint | number | boolean): Value {
  if (typeof value === "string") return string(value);
  if (typeof value === "bigint") return int(value);
  return typeof value === "number" ? float(value) : bool(value);
}

/** Annotations are the members of a struct of type `annotations` below the root of the value tree. */
function annotationReader({ values }: Snapshot): (key: string) => Value | undefined {
  const node = values.child(values.root, "annotations");
  if (node === undefined || node.typeName !== "annotations") return () => undefined;
  return (key) => {
    const child = values.child(node, key);
    return child && fromJsonNode(values, child);
  };
}

/** Nanoseconds of `1d2h3m4s`; any other form is no time. Source: specs/triage.md section 4. */
export function parseUptime(text: string): bigint | undefined {
  const match = /^(\d+)d(\d+)h(\d+)m(\d+)s$/.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map(BigInt) as [bigint, bigint, bigint, bigint];
  return (((days * 24n + hours) * 60n + minutes) * 60n + seconds) * 1_000_000_000n;
}

/** Logs whose records are tagged with the log they are from; the lines of each are collected when first asked for. */
function viewLogs(logs: LogSource): LogView {
  const lines = new Map<LogName, readonly string[]>();
  return {
    lines: (log) => {
      let found = lines.get(log);
      if (found === undefined) {
        found = collectLines(logs, log);
        lines.set(log, found);
      }
      return found;
    },
    get length(): number {
      return logs.length;
    },
    at: (ix) => logs.at(ix),
  };
}

function collectLines(logs: LogSource, log: LogName): readonly string[] {
  const lines: string[] = [];
  for (let ix = 0; ix < logs.length; ix++) {
    const record = logs.at(ix);
    if (record.tags?.[0] === log) lines.push(record.text);
  }
  return lines;
}
