import type { Message } from "../../abi/rows.ts";
import type { Issue } from "../../base/issue.ts";
import type { Timeline, TimelineEvent, TimelinePhase } from "../../model/timelines.ts";
import { traceMembers } from "./chrome-trace.ts";
import type { SnapshotReport } from "./report.ts";
import type { TokenDatabase } from "./tokens/token-database.ts";
import { decodeTrace, isTraceString, type TraceEvent, type TraceEventType } from "./trace.ts";

/** What reading trace data needs besides its bytes. */
export interface TraceReading {
  readonly tokens: TokenDatabase;
  readonly ticksPerSecond: number | undefined;
}

const PHASES: Readonly<Record<string, TimelinePhase>> = {
  ...{ I: "instant", B: "begin", E: "end", C: "counter" },
  ...{ b: "async-begin", n: "async-step", e: "async-end" },
};

/** The trace data of a snapshot and of those inside it. */
export function snapshotTimelines(root: Message, report: SnapshotReport, reading: TraceReading): Timeline[] {
  return findTraces(root, report).map((trace) => new TraceTimeline(trace, reading));
}

/** What of the trace data cannot be read. It is not damage: upstream's processor does not look at it. */
export function traceIssues(root: Message, report: SnapshotReport, reading: TraceReading): Issue[] {
  return findTraces(root, report).flatMap(({ path, bytes, offset }) => {
    if (reading.tokens.entries.length === 0) return [needsTokens(path, bytes.length, offset)];
    const { issues } = decodeTrace(bytes, traceStrings(reading.tokens), ticksOf(reading));
    return issues.map((issue) => ({ ...issue, path, offset: offset + (issue.offset ?? 0) }));
  });
}

interface TraceBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** In the input. */
  readonly offset: number;
}

/** Nesting is bounded by the decoder's depth limit. */
function findTraces(snapshot: Message, report: SnapshotReport): TraceBytes[] {
  const span = snapshot.span("trace_data");
  const path = report.path === "" ? "trace_data" : `${report.path}.trace_data`;
  const own = span === undefined || span.length === 0 ? [] : [{ path, bytes: snapshot.bytes("trace_data"), ...span }];
  const related = snapshot.messages("related_snapshots");
  return [...own, ...report.related.flatMap((inner, ix) => findTraces(related.at(ix), inner))];
}

class TraceTimeline implements Timeline {
  readonly path: string;
  private readonly bytes: Uint8Array;
  private readonly reading: TraceReading;
  private made: readonly TimelineEvent[] | undefined;

  constructor({ path, bytes }: TraceBytes, reading: TraceReading) {
    this.path = path;
    this.bytes = bytes;
    this.reading = reading;
  }

  get events(): readonly TimelineEvent[] {
    if (this.made !== undefined) return this.made;
    const { events } = decodeTrace(this.bytes, traceStrings(this.reading.tokens), ticksOf(this.reading));
    this.made = events.flatMap((event) => (event.type === undefined ? [] : [toTimelineEvent(event, event.type)]));
    return this.made;
  }
}

function toTimelineEvent(event: TraceEvent, type: TraceEventType): TimelineEvent {
  const members = traceMembers(event, type);
  const args = members.get("args");
  const tid = members.get("tid");
  const shown = args instanceof Map && event.data !== undefined ? Object.fromEntries(args) : undefined;
  return {
    timeUs: event.timestampUs,
    phase: PHASES[String(members.get("ph"))] ?? "instant",
    name: String(members.get("name")),
    lane: typeof tid === "string" && tid !== "" ? `${event.module} / ${tid}` : event.module,
    ...(event.traceId !== undefined && { id: BigInt(event.traceId) }),
    ...(shown !== undefined && { arguments: shown }),
  };
}

/** Whatever its domain: of several strings of a token the first that is a trace event's. */
function traceStrings({ entries }: TokenDatabase): (token: number) => string | undefined {
  const strings = new Map<number, string>();
  for (const { token, string } of entries) {
    const known = strings.get(token);
    if (known === undefined || (!isTraceString(known) && isTraceString(string))) strings.set(token, string);
  }
  return (token) => strings.get(token);
}

function ticksOf({ ticksPerSecond }: TraceReading): { ticksPerSecond?: number } {
  return ticksPerSecond === undefined ? {} : { ticksPerSecond };
}

function needsTokens(path: string, length: number, offset: number): Issue {
  const message = `reading ${path}: its ${length} bytes of events need a token database`;
  return { code: "UnknownToken", severity: "info", message, path, offset };
}
