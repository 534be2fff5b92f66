import { isSnapshotError } from "../../base/errors.ts";
import type { Limits } from "../../base/limits.ts";
import { NO_LOGS } from "../../model/logs.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { RuleRun } from "../triage/evaluate-rules.ts";
import type { ActionOutcome, SnapshotTrigger, TriageResult } from "../triage/results.ts";
import type { RuleSet } from "../triage/rules.ts";
import { displayValue } from "../triage/value-text.ts";
import type { PreviousWorld } from "../triage/world.ts";
import { type DetectState, NEW_STATE } from "./detect-state.ts";
import { withoutAnnotations } from "./inspect-only.ts";
import { createReport, type Filing, type PendingReport, reportId } from "./report.ts";
import { fileSignature, type SignatureNote, UPSTREAM_PREFIX } from "./signature.ts";
import { DetectStats } from "./stats.ts";
import { MINIMUM_SIGNATURE_NANOS, Throttle } from "./throttle.ts";

export interface DetectorOptions {
  readonly rules: RuleSet;
  readonly filing: Filing;
  /** Without it reports are only told of. */
  readonly filingEnabled: boolean;
  /** Lifts the least intervals. */
  readonly testOnly?: boolean;
  /** Exactly as Fuchsia's program: Inspect only, throttled by the rule's own signature and before anything is sent. */
  readonly compat?: boolean;
  /** What filed signatures begin with. */
  readonly prefix?: string;
  readonly state?: DetectState;
  readonly limits?: Partial<Limits>;
  /** Snapshots that rules can look back at. */
  readonly historyLength?: number;
  /** Keeps the state for good; called after reports are accepted and before they are sent. */
  readonly saveState?: (state: DetectState) => Promise<void>;
  readonly log?: (line: DetectLogLine) => void;
}

export interface DetectLogLine {
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

/** One snapshot to judge. */
export interface ScanInput {
  readonly snapshot: Snapshot;
  /** Nanoseconds of the detector's clock; the same for everything in one scan. */
  readonly now: bigint;
  /** What the source calls it, if it must not be judged twice. */
  readonly name?: string;
  /** Nanoseconds the program has run, for the report; default `now`. */
  readonly uptime?: bigint;
}

export interface ScanResult {
  readonly result: TriageResult;
  /** Signatures of the reports that were accepted. */
  readonly filed: readonly string[];
  /** False if a report could not be accepted: the snapshot is to be judged again. */
  readonly complete: boolean;
}

const DEFAULT_HISTORY = 10;
/** Snapshots without a report that are judged before the state is kept. */
const UNSAVED = 100;

/**
 * Judges snapshots by the Snapshot actions of rules and files reports, throttled by signature. Has no clock, no file
 * and no network of its own: a loop, a daemon or a serverless schedule drives it. Source: specs/triage.md section 9.
 */
export class Detector {
  readonly stats: DetectStats = new DetectStats();
  private readonly options: DetectorOptions;
  private readonly throttle: Throttle;
  private heldSince: ReadonlyMap<string, bigint>;
  private judged: Set<string>;
  /** Judged while filing is off, with something to report: not kept, so that a run that files takes them up. */
  private withheld = new Set<string>();
  /** Names of snapshots that are not judged to the end, by the ids of the reports accepted for them. */
  private accepted: Map<string, string>;
  private history: PreviousWorld[] = [];
  private unsaved = 0;

  constructor(options: DetectorOptions) {
    const { state = NEW_STATE, testOnly = false } = options;
    this.options = options;
    this.throttle = new Throttle(testOnly, state.throttle);
    this.heldSince = state.heldSince;
    this.judged = new Set(state.judged);
    this.accepted = new Map(state.accepted);
  }

  /** What has to be kept until the next run. */
  get state(): DetectState {
    const { heldSince, judged, accepted, throttle } = this;
    return { throttle: throttle.state, heldSince, judged: [...judged], accepted: new Map(accepted) };
  }

  /**
   * Takes up what an earlier run has accepted but not sent: it counts as sent, and is sent now. A clock that has been
   * set back since does not keep signatures silent: `now` bounds the times that were kept.
   */
  async resume(now?: bigint): Promise<void> {
    if (now !== undefined) this.throttle.bound(now);
    for (const { id, throttleKey, detectedAt, snapshot } of await this.options.filing.pending()) {
      this.throttle.commit(throttleKey, now === undefined || detectedAt < now ? detectedAt : now);
      if (snapshot !== undefined && !this.judged.has(snapshot)) this.accepted.set(id, snapshot);
    }
    await this.saveState();
    await this.flush();
  }

  hasJudged(name: string): boolean {
    return this.judged.has(name) || this.withheld.has(name);
  }

  /** Takes a snapshot that nothing can be read from off the list. */
  skip(name: string): void {
    this.judged.add(name);
    this.unsaved++;
  }

  /** Forgets judged snapshots that the source no longer has. `name#2` is a further snapshot of what `name` is. */
  keepJudged(names: Iterable<string>): void {
    const present = new Set(names);
    const isThere = (name: string): boolean => present.has(name) || present.has(name.replace(/#\d+$/, ""));
    this.withheld = new Set([...this.withheld].filter(isThere));
    const kept = [...this.judged].filter(isThere);
    const accepted = [...this.accepted].filter(([, name]) => isThere(name));
    if (kept.length === this.judged.size && accepted.length === this.accepted.size) return;
    this.judged = new Set(kept);
    this.accepted = new Map(accepted);
    this.unsaved++;
  }

  /** Keeps what has not been kept, and tries again what could not be sent. */
  async settle(): Promise<void> {
    if (this.unsaved > 0) await this.saveState();
    await this.flush();
  }

  missDeadline(): void {
    this.stats.counters.missed_deadlines++;
    this.log("warning", "A scan took longer than the time between scans");
  }

  /** Tells of a scan that got no snapshot. */
  scanFailed(reason: string): void {
    this.stats.counters.scan_count++;
    if (this.options.testOnly !== true) this.log("error", `Fetching diagnostics failed: ${reason}`);
  }

  /** Judges one snapshot, files what it asks for, and keeps the state before anything is sent. */
  async scan(input: ScanInput): Promise<ScanResult> {
    const { counters } = this.stats;
    counters.scan_count++;
    const run = this.openRun(input);
    const result = run.evaluate();
    counters.triage_warnings += result.errors.length + result.warnings.length + result.infos.length;
    for (const outcome of result.outcomes) this.noteOutcome(outcome, input.now);
    const filed: PendingReport[] = [];
    let complete = true;
    let isWithheld = false;
    for (const trigger of result.snapshots) {
      const handled = await this.handle(trigger, input);
      if (handled === "refused") complete = false;
      else if (handled === "withheld") isWithheld = true;
      else if (handled !== undefined) filed.push(handled);
    }
    this.heldSince = run.heldSince;
    this.history = [run.table.asPrevious()];
    if (isWithheld && input.name !== undefined) this.withheld.add(input.name);
    else this.noteJudged(input.name, filed, complete);
    const isUrgent = filed.length > 0 || input.name === undefined;
    if (isUrgent || ++this.unsaved >= UNSAVED) await this.saveState();
    if (isUrgent) await this.flush();
    return { result, filed: filed.map(({ report }) => report.crash_signature), complete };
  }

  /** What was accepted for a snapshot is remembered only until the snapshot itself is. */
  private noteJudged(name: string | undefined, filed: readonly PendingReport[], complete: boolean): void {
    if (name === undefined) return;
    if (!complete) {
      for (const { id } of filed) this.accepted.set(id, name);
      return;
    }
    this.judged.add(name);
    for (const [id, snapshot] of this.accepted) if (snapshot === name) this.accepted.delete(id);
  }

  private openRun({ snapshot, now }: ScanInput): RuleRun {
    const { compat = false, limits = {}, rules } = this.options;
    const seen: Snapshot = compat ? { ...withoutAnnotations(snapshot), logs: NO_LOGS } : snapshot;
    const [previous] = this.history;
    return new RuleRun(rules, seen, {
      limits,
      now,
      types: ["Snapshot"],
      plugins: false,
      previous: previous && trimHistory(previous, this.options.historyLength ?? DEFAULT_HISTORY),
      heldSince: this.heldSince,
    });
  }

  /** One trigger: throttled, or handed to the filing. @returns the accepted report, or that there is none and why */
  private async handle(
    trigger: SnapshotTrigger,
    { now, name, uptime = now }: ScanInput,
  ): Promise<PendingReport | "refused" | "withheld" | undefined> {
    const { counters } = this.stats;
    const { compat = false, prefix = UPSTREAM_PREFIX } = this.options;
    const { signature, notes } = fileSignature(trigger.signature, prefix);
    const rule = `${trigger.namespace}::${trigger.action}`;
    const id = reportId(signature, rule, name, now);
    // An earlier run was stopped between accepting this very report and keeping that the snapshot is judged.
    if (this.accepted.has(id)) return undefined;
    counters.issues_detected++;
    const key = compat ? trigger.signature : signature;
    if (!this.throttle.allows(key, now, trigger.interval)) {
      counters.issues_throttled++;
      return undefined;
    }
    if (compat) this.throttle.commit(key, now);
    this.warnOfInterval(trigger);
    this.logNotes(notes);
    if (!this.options.filingEnabled) {
      this.log("warning", `Detect would have filed ${signature}`);
      return "withheld";
    }
    const common = { schema: 1, id, throttleKey: key, detectedAt: now, rule } as const;
    const place = name === undefined ? {} : { snapshot: name };
    return this.file({ ...common, ...place, report: createReport(signature, uptime) });
  }

  private logNotes(notes: readonly SignatureNote[]): void {
    for (const note of notes) {
      const isError = note.kind === "truncated" || this.options.testOnly !== true;
      this.log(isError ? "error" : "warning", note.text);
    }
  }

  private async file(pending: PendingReport): Promise<PendingReport | "refused"> {
    const { counters } = this.stats;
    counters.issues_send_count++;
    try {
      await this.options.filing.accept(pending);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      counters.issues_send_errors++;
      this.log("error", `Snapshot request failed: ${error.message}`);
      return "refused";
    }
    this.throttle.commit(pending.throttleKey, pending.detectedAt);
    this.log("info", `Filing crash report, signature '${pending.report.crash_signature}'`);
    return pending;
  }

  private warnOfInterval({ signature, interval }: SnapshotTrigger): void {
    if (interval >= MINIMUM_SIGNATURE_NANOS) return;
    const text = `has interval ${interval} nanos, less than minimum ${MINIMUM_SIGNATURE_NANOS}`;
    this.log("warning", `Signature ${signature} ${text}`);
  }

  private noteOutcome({ namespace, action, status, value }: ActionOutcome, now: bigint): void {
    const common = { "@time": now, namespace, name: action, error: displayValue(value) };
    if (status === "missing" || (status === "failed" && value.kind === "Problem")) {
      this.stats.warn({ ...common, level: "warn", message: "Snapshot trigger not boolean" });
    } else if (status === "failed") {
      this.stats.warn({ ...common, level: "error", message: "Bad config: Unexpected value type (need boolean)" });
    }
  }

  private async flush(): Promise<void> {
    for (const failure of await this.options.filing.flush()) {
      this.log("error", `Failed to file crash report: ${failure}`);
    }
  }

  private async saveState(): Promise<void> {
    this.unsaved = 0;
    await this.options.saveState?.(this.state);
  }

  private log(level: DetectLogLine["level"], text: string): void {
    this.options.log?.({ level, text });
  }
}

/** Cuts the chain of earlier snapshots, so that the oldest can be freed. */
function trimHistory(previous: PreviousWorld, most: number): PreviousWorld {
  const chain: PreviousWorld[] = [];
  let next: PreviousWorld | undefined = previous;
  while (next !== undefined && chain.length < most) {
    chain.push(next);
    next = next.world.previous;
  }
  return chain.reduceRight<PreviousWorld | undefined>((older, one) => {
    const { previous: _, ...world } = one.world;
    return { ...one, world: older === undefined ? world : { ...world, previous: older } };
  }, undefined)!;
}
