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
import { createReport, type Filing, type PendingReport } from "./report.ts";
import { fileSignature, UPSTREAM_PREFIX } from "./signature.ts";
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
  /** Keeps the state for good; called before reports are sent. */
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
}

export interface ScanResult {
  readonly result: TriageResult;
  /** Signatures of the reports that were accepted. */
  readonly filed: readonly string[];
}

const DEFAULT_HISTORY = 10;

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
  private history: PreviousWorld[] = [];

  constructor(options: DetectorOptions) {
    const { state = NEW_STATE, testOnly = false } = options;
    this.options = options;
    this.throttle = new Throttle(testOnly, state.throttle);
    this.heldSince = state.heldSince;
    this.judged = new Set(state.judged);
  }

  /** What has to be kept until the next run. */
  get state(): DetectState {
    return { throttle: this.throttle.state, heldSince: this.heldSince, judged: [...this.judged] };
  }

  /** Takes up what an earlier run has accepted but not sent: it counts as sent, and is sent now. */
  async resume(): Promise<void> {
    for (const report of await this.options.filing.pending()) {
      this.throttle.commit(report.throttleKey, report.detectedAt);
    }
    await this.saveState();
    await this.flush();
  }

  hasJudged(name: string): boolean {
    return this.judged.has(name);
  }

  /** Forgets judged snapshots that the source no longer has. */
  keepJudged(names: Iterable<string>): void {
    const present = new Set(names);
    this.judged = new Set([...this.judged].filter((name) => present.has(name)));
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
    const filed: string[] = [];
    for (const trigger of result.snapshots) {
      const signature = await this.handle(trigger, input.now);
      if (signature !== undefined) filed.push(signature);
    }
    this.heldSince = run.heldSince;
    this.history = [run.table.asPrevious()];
    if (input.name !== undefined) this.judged.add(input.name);
    await this.saveState();
    await this.flush();
    return { result, filed };
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

  /** One trigger: throttled, or handed to the filing. @returns the filed signature */
  private async handle(trigger: SnapshotTrigger, now: bigint): Promise<string | undefined> {
    const { counters } = this.stats;
    const { compat = false, prefix = UPSTREAM_PREFIX } = this.options;
    counters.issues_detected++;
    const { signature, notes } = fileSignature(trigger.signature, prefix);
    const key = compat ? trigger.signature : signature;
    if (!this.throttle.allows(key, now, trigger.interval)) {
      counters.issues_throttled++;
      return undefined;
    }
    if (compat) this.throttle.commit(key, now);
    this.warnOfInterval(trigger);
    for (const note of notes) {
      const isError = note.kind === "truncated" || this.options.testOnly !== true;
      this.log(isError ? "error" : "warning", note.text);
    }
    if (!this.options.filingEnabled) {
      this.log("warning", `Detect would have filed ${signature}`);
      return undefined;
    }
    const rule = `${trigger.namespace}::${trigger.action}`;
    const report = createReport(signature, now);
    return this.file({ schema: 1, id: `${signature}-${now}`, throttleKey: key, detectedAt: now, rule, report });
  }

  private async file(pending: PendingReport): Promise<string | undefined> {
    const { counters } = this.stats;
    const signature = pending.report.crash_signature;
    counters.issues_send_count++;
    try {
      await this.options.filing.accept(pending);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      counters.issues_send_errors++;
      this.log("error", `Snapshot request failed: ${error.message}`);
      return undefined;
    }
    this.throttle.commit(pending.throttleKey, pending.detectedAt);
    this.log("info", `Filing crash report, signature '${signature}'`);
    return signature;
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
