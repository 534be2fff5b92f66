import type { Message } from "../../../abi/rows.ts";
import type { Issue } from "../../../base/issue.ts";
import { escapeTerminal } from "../../../base/text.ts";
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
  /** What the decoder of `logs` reports; emptied into the report after each log. */
  readonly notes: Issue[];
}

export interface ReportOptions {
  /** Columns that the fatal banner is centred in; default 80. */
  readonly width?: number | undefined;
  /** `"none"` leaves the logs out; a function replaces their section. */
  readonly logs?: "none" | ((snapshot: SnapshotReport) => string) | undefined;
  /** The variant of pw_system, which repeats the logs in a form of its own. */
  readonly variant?: "pw_system" | undefined;
  /** Text that follows the report of each snapshot, related ones included. */
  readonly snapshotText?: (snapshot: Message) => string | undefined;
  /** Text that follows each thread. */
  readonly threadText?: (thread: Message) => string | undefined;
}

/** The report of a snapshot and its related ones; no newline is added at the end. Source: specification 3. */
export function renderReport(source: ReportSource, options: ReportOptions = {}): string {
  const pieces: string[] = [];
  addReport(pieces, source, damageBySnapshot(source.damage), options);
  return pieces.join("\n");
}

/** Damage by the path of the snapshot that it is in. */
type DamageByPath = ReadonlyMap<string, readonly Issue[]>;

function addReport(pieces: string[], source: ReportSource, damage: DamageByPath, options: ReportOptions): void {
  const { report, message } = source;
  addSnapshot(pieces, source, damage.get(report.path), options);
  if (options.variant === "pw_system") addSystemLogs(pieces, source);
  const text = options.snapshotText?.(message);
  if (text !== undefined) pieces.push(text);
  const related = message.messages("related_snapshots");
  report.related.forEach((nested, ix) => {
    pieces.push(RELATED_RULE);
    addReport(pieces, { ...source, report: nested, message: related.at(ix) }, damage, options);
  });
}

function addSnapshot(
  pieces: string[],
  source: ReportSource,
  damage: readonly Issue[] | undefined,
  options: ReportOptions,
): void {
  const { report } = source;
  const add = (piece: string | undefined) => {
    if (piece !== undefined) pieces.push(piece);
  };
  pieces.push(BANNER);
  if (damage !== undefined) pieces.push(renderDamage(damage, report.path));
  add(renderMetadata(report.metadata, report.tags, options.width));
  addLogs(pieces, source, options);
  if (report.cpu !== undefined) pieces.push(renderCpu(report.cpu));
  if (report.threads.threads.length > 0) {
    const threads = source.message.messages("threads");
    pieces.push(renderThreads(report.threads, (ix) => options.threadText?.(threads.at(ix))));
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
    logs.forEachRow((tape, at, base) => {
      addLog(sink, source.logs.moveTo(tape, at, base), "\n  ");
      if (source.notes.length > 0) addNotes(sink, source.notes);
    });
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

/** Upstream gives up on such a log. */
function addNotes(sink: TextSink, notes: Issue[]): void {
  for (const { code, message } of notes.splice(0)) sink.add(`\n  [!] ${code}: ${escapeTerminal(message, false)}`);
}

/** Upstream gives up on damaged bytes; we say so and go on. */
function renderDamage(damage: readonly Issue[], path: string): string {
  const lines = damage.map((issue) => `[!]   ${issue.code} ${placeOf(issue, path === "" ? "" : `${path}.`)}`);
  return ["[!] Not all of this snapshot could be read:", ...lines, ""].join("\n");
}

function placeOf({ offset, path = "" }: Issue, inside: string): string {
  const field = path.slice(inside.length);
  const parts = [
    offset === undefined ? "" : `at byte ${offset}`,
    /^\d+$/.test(field) ? `in field ${field}` : field === "" ? "" : `in ${field}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function damageBySnapshot(damage: readonly Issue[]): DamageByPath {
  const byPath = new Map<string, Issue[]>();
  for (const issue of damage) {
    const inside = /^(?:related_snapshots\[\d+\]\.)+/.exec(issue.path ?? "")?.[0] ?? ".";
    const path = inside.slice(0, -1);
    const others = byPath.get(path);
    if (others === undefined) byPath.set(path, [issue]);
    else others.push(issue);
  }
  return byPath;
}
