import type { Message, MessageList } from "../../../abi/rows.ts";
import type { Issue } from "../../../base/issue.ts";
import { escapeTerminal } from "../../../base/text.ts";
import { TextSink } from "../../../base/text-sink.ts";
import type { LogCursor } from "../logs.ts";
import type { SnapshotReport } from "../report.ts";
import { renderCpu } from "./cpu.ts";
import { LogWriter, renderSystemLog } from "./logs.ts";
import { renderMetadata } from "./metadata.ts";
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
export function renderReport(source: ReportSource, options: ReportOptions = {}): readonly Uint8Array[] {
  const writer = new ReportWriter(source, options);
  writer.addReport(source.report, source.message);
  return writer.pieces;
}

/** Writes the pieces of reports, one after another, with a line break between them. */
class ReportWriter {
  private readonly sink = new TextSink();
  private isEmpty = true;
  private readonly source: ReportSource;
  private readonly options: ReportOptions;
  /** By the path of the snapshot that it is in. */
  private readonly damage: ReadonlyMap<string, readonly Issue[]>;

  constructor(source: ReportSource, options: ReportOptions) {
    this.source = source;
    this.options = options;
    this.damage = damageBySnapshot(source.damage);
  }

  get pieces(): readonly Uint8Array[] {
    return this.sink.pieces;
  }

  /** Nesting is bounded by the decoder's depth limit. */
  addReport(report: SnapshotReport, message: Message): void {
    this.addSnapshot(report, message);
    if (this.options.variant === "pw_system") this.addSystemLogs(message);
    this.add(this.options.snapshotText?.(message));
    const related = message.messages("related_snapshots");
    report.related.forEach((nested, ix) => {
      this.add(RELATED_RULE);
      this.addReport(nested, related.at(ix));
    });
  }

  private add(piece: string | undefined): void {
    if (piece === undefined) return;
    if (!this.isEmpty) this.sink.add("\n");
    this.isEmpty = false;
    this.sink.add(piece);
  }

  private addSnapshot(report: SnapshotReport, message: Message): void {
    const damage = this.damage.get(report.path);
    this.add(BANNER);
    this.add(damage && renderDamage(damage, report.path));
    this.add(renderMetadata(report.metadata, report.tags, this.options.width));
    this.addLogs(report, message);
    this.add(report.cpu && renderCpu(report.cpu));
    if (report.threads.threads.length > 0) this.add(this.renderThreads(report, message));
    this.add(renderTimestamps(report.timestamps));
    const count = report.related.length;
    if (count === 0) return;
    this.add(`This snapshot contains ${count} related snapshot${count > 1 ? "s" : ""}`);
    this.add("");
  }

  private renderThreads({ threads }: SnapshotReport, message: Message): string {
    const messages = message.messages("threads");
    return renderThreads(threads, (ix) => this.options.threadText?.(messages.at(ix)));
  }

  private addLogs(report: SnapshotReport, message: Message): void {
    const list = message.messages("logs");
    const section = this.options.logs;
    if (list.length === 0 || section === "none") return;
    if (section !== undefined) this.add(section(report));
    else {
      this.add("Logs:");
      this.addLogLines(list);
    }
    this.add("");
  }

  private addLogLines(list: MessageList): void {
    const { logs, notes } = this.source;
    const writer = new LogWriter(this.sink, "\n  ");
    list.forEachRow((tape, at, base) => {
      writer.add(logs.moveTo(tape, at, base));
      if (notes.length > 0) this.addNotes(notes.splice(0));
    });
  }

  /** Upstream gives up on such a log. */
  private addNotes(notes: readonly Issue[]): void {
    for (const { code, message } of notes) this.sink.add(`\n  [!] ${code}: ${escapeTerminal(message, false)}`);
  }

  private addSystemLogs(message: Message): void {
    const { logs, notes } = this.source;
    const list = message.messages("logs");
    if (list.length === 0) {
      this.add("No captured logs\n");
      return;
    }
    this.add("Device Logs: ");
    list.forEachRow((tape, at, base) => this.add(renderSystemLog(logs.moveTo(tape, at, base))));
    // The log section has told them already.
    notes.length = 0;
    this.add("");
  }
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

function damageBySnapshot(damage: readonly Issue[]): ReadonlyMap<string, readonly Issue[]> {
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
