import type { Message } from "../../../abi/rows.ts";
import type { Issue } from "../../../base/issue.ts";
import type { LogCursor } from "../logs.ts";
import type { SnapshotReport } from "../report.ts";
import { renderCpu } from "./cpu.ts";
import { addLog, renderSystemLog } from "./logs.ts";
import { renderMetadata } from "./metadata.ts";
import { TextSink } from "./sink.ts";
import { renderThreads } from "./threads.ts";
import { renderTimestamps } from "./timestamps.ts";

const BANNER: string = String.raw`
        ____ _       __    _____ _   _____    ____  _____ __  ______  ______
       / __ \ |     / /   / ___// | / /   |  / __ \/ ___// / / / __ \/_  __/
      / /_/ / | /| / /    \__ \/  |/ / /| | / /_/ /\__ \/ /_/ / / / / / /
     / ____/| |/ |/ /    ___/ / /|  / ___ |/ ____/___/ / __  / /_/ / / /
    /_/     |__/|__/____/____/_/ |_/_/  |_/_/    /____/_/ /_/\____/ /_/
                  /_____/

`;
const RELATED_RULE: string = `\n[${"=".repeat(78)}]\n`;

/** A snapshot as the report renderer wants it: what was read, and the rows of its logs. */
export interface ReportSource {
  readonly report: SnapshotReport;
  readonly message: Message;
  readonly logs: LogCursor;
  /** Damage found by the decoder; shown at the head of the snapshot it is in. */
  readonly damage: readonly Issue[];
}

export interface ReportOptions {
  /** Columns that the fatal banner is centred in; default 80. */
  readonly width?: number;
  /** `"none"` leaves the logs out; a function replaces their section. */
  readonly logs?: "none" | ((snapshot: SnapshotReport) => string);
  /** The variant of pw_system, which repeats the logs in a form of its own. */
  readonly variant?: "pw_system";
  /** Text that follows the report of each snapshot, related ones included. */
  readonly snapshotText?: (snapshot: SnapshotReport) => string;
  /** Text that follows each thread. */
  readonly threadText?: (snapshot: SnapshotReport, threadIx: number) => string | undefined;
}

/** The report of a snapshot and its related ones; no newline is added at the end. Source: specification 3. */
export function renderReport(source: ReportSource, options: ReportOptions = {}): string {
  const pieces: string[] = [];
  addReport(pieces, source, options);
  return pieces.join("\n");
}

function addReport(pieces: string[], source: ReportSource, options: ReportOptions): void {
  const { report, message } = source;
  addSnapshot(pieces, source, options);
  if (options.variant === "pw_system") addSystemLogs(pieces, source);
  if (options.snapshotText !== undefined) pieces.push(options.snapshotText(report));
  const related = message.messages("related_snapshots");
  report.related.forEach((nested, ix) => {
    pieces.push(RELATED_RULE);
    addReport(pieces, { ...source, report: nested, message: related.at(ix) }, options);
  });
}

function addSnapshot(pieces: string[], source: ReportSource, options: ReportOptions): void {
  const { report } = source;
  const add = (piece: string | undefined) => {
    if (piece !== undefined) pieces.push(piece);
  };
  pieces.push(BANNER);
  add(renderDamage(source.damage, report.path));
  add(renderMetadata(report.metadata, report.tags, options.width));
  addLogs(pieces, source, options);
  if (report.cpu !== undefined) pieces.push(renderCpu(report.cpu));
  if (report.threads.threads.length > 0) {
    const text = options.threadText;
    pieces.push(renderThreads(report.threads, text && ((ix) => text(report, ix))));
  }
  add(renderTimestamps(report.timestamps));
  const count = report.related.length;
  if (count > 0) pieces.push(`This snapshot contains ${count} related snapshot${count > 1 ? "s" : ""}`, "");
}

function addLogs(pieces: string[], source: ReportSource, options: ReportOptions): void {
  const logs = source.message.messages("logs");
  if (logs.length === 0 || options.logs === "none") return;
  if (options.logs !== undefined) pieces.push(options.logs(source.report));
  else {
    const sink = new TextSink();
    sink.add("Logs:");
    logs.forEachRow((tape, at, base) => addLog(sink, source.logs.moveTo(tape, at, base), "\n  "));
    pieces.push(sink.toString());
  }
  pieces.push("");
}

function addSystemLogs(pieces: string[], source: ReportSource): void {
  const logs = source.message.messages("logs");
  if (logs.length === 0) {
    pieces.push("No captured logs\n");
    return;
  }
  pieces.push("Device Logs: ");
  logs.forEachRow((tape, at, base) => {
    const line = renderSystemLog(source.logs.moveTo(tape, at, base));
    if (line !== undefined) pieces.push(line);
  });
  pieces.push("");
}

/** Upstream gives up on damaged bytes; we say so and go on. */
function renderDamage(damage: readonly Issue[], path: string): string | undefined {
  const own = damage.filter((issue) => snapshotPathOf(issue) === path);
  if (own.length === 0) return undefined;
  const lines = own.map((issue) => `[!]   ${issue.code} ${placeOf(issue)}`);
  return ["[!] This snapshot is damaged. What could be read follows.", ...lines, ""].join("\n");
}

function placeOf(issue: Issue): string {
  return `${issue.offset === undefined ? "" : `at byte ${issue.offset}`}${issue.path ? `, in ${issue.path}` : ""}`;
}

/** The innermost snapshot that the place of an issue is in. */
function snapshotPathOf(issue: Issue): string {
  return /^(?:related_snapshots\[\d+\]\.)+/.exec(issue.path ?? "")?.[0].slice(0, -1) ?? "";
}
