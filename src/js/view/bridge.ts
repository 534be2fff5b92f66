import { SnapshotError } from "../base/errors.ts";
import type { KernelOpReply, KernelOpRequest, KernelOpValue } from "../model/kernel-op.ts";
import type { SampleStats } from "../model/sample-stats.ts";
import { type BridgeEvent, EventLog } from "./bridge-events.ts";

/** Captures that a bridge stores; the oldest give way. */
export const MAX_STORED_SNAPSHOTS = 64;
/** Watchpoints that callers may register; slot 0 of the hardware's four is reserved. */
export const MAX_WATCH_SNAPSHOTS = 3;

/** What a bridge has to know about the reports it stores. */
export interface StoredReport {
  readonly schema: string;
  readonly isPlaceholder: boolean;
}

type Awaitable<T> = T | Promise<T>;

/** What a bridge asks its host for. All may be async. */
export interface BridgeCallbacks<Report extends StoredReport> {
  /** Takes a capture; undefined if that is not possible now. */
  readonly capture?: ((tag: string) => Awaitable<Report | undefined>) | undefined;
  /** Arms a watchpoint on a symbol; a text that is returned says why it was refused. */
  readonly watch?: ((symbol: string) => Awaitable<string | undefined>) | undefined;
  readonly kernelOp?: ((request: KernelOpRequest) => Awaitable<KernelOpReply>) | undefined;
  readonly accessor?: AccessorState | undefined;
}

/** The host's worker that makes guest memory readable. */
export interface AccessorState {
  /** 0 still trying, 1 succeeded, 2 failed for good. */
  state(): 0 | 1 | 2;
  /** Grows with every version of the accessor that is published. */
  publishSeq(): bigint;
  /** Waits a moment, or until something may have changed. */
  pause(): Promise<void>;
}

export interface StoreOptions {
  readonly stats?: SampleStats | undefined;
  readonly elapsedMs?: bigint | undefined;
  readonly boundaryOffsetMs?: bigint | undefined;
  readonly stepIndex?: number | undefined;
}

interface Stored<Report> extends StoreOptions {
  readonly report: Report;
}

/** One stored capture, drained with all that was stored beside it. */
export interface DrainedEntry<Report> {
  readonly tag: string;
  readonly report: Report;
  /** A capture that was stored without statistics says `NoSchedulerBinary`. */
  readonly stats: SampleStats;
  readonly elapsedMs: bigint | undefined;
  readonly boundaryOffsetMs: bigint | undefined;
  readonly stepIndex: number | undefined;
}

export interface CgroupProcs {
  readonly tag: string;
  readonly cgroup: string;
  readonly pids: readonly number[];
}

const NO_STATS: SampleStats = { ok: false, reason: "NoSchedulerBinary" };
const PERIODIC = /^periodic_[0-9]{3}$/;

/** Stores the captures of a run by tag, and passes requests on to whoever can capture. */
export class SnapshotBridge<Report extends StoredReport> {
  private readonly callbacks: BridgeCallbacks<Report>;
  /** In the order of their last store. */
  private readonly stored = new Map<string, Stored<Report>>();
  private readonly events = new EventLog();
  private readonly kernelOps: [tag: string, reply: KernelOpReply][] = [];
  private readonly cgroupProcs: CgroupProcs[] = [];
  private watches = 0;
  /** The capture in flight, or the last one: captures wait for each other. */
  private lastCapture: Promise<unknown> = Promise.resolve();

  constructor(callbacks: BridgeCallbacks<Report> = {}) {
    this.callbacks = callbacks;
  }

  // -- capturing -----------------------------------------------------------------------------------------------------

  /** Takes and stores a capture, one at a time. @returns false if none could be taken. */
  capture(tag: string): Promise<boolean> {
    return this.captureWith(tag, {});
  }
  captureWithStep(tag: string, stepIndex: number): Promise<boolean> {
    return this.captureWith(tag, { stepIndex });
  }

  private captureWith(tag: string, options: StoreOptions): Promise<boolean> {
    const run = async (): Promise<boolean> => {
      const report = await this.callbacks.capture?.(tag);
      if (report === undefined) {
        this.events.push({ CaptureUnavailable: { tag } });
        return false;
      }
      this.store(tag, report, options);
      return true;
    };
    const result = this.lastCapture.then(run, run);
    this.lastCapture = result;
    return result;
  }

  // -- storage -------------------------------------------------------------------------------------------------------

  /** Stores a report; a tag that is stored already moves to the back, and all that was beside it is replaced. */
  store(tag: string, report: Report, options: StoreOptions = {}): void {
    const prior = this.stored.get(tag);
    if (prior !== undefined) this.events.push({ Overwrite: { tag, prior_schema: prior.report.schema } });
    this.stored.delete(tag);
    this.stored.set(tag, { ...options, report });
    for (const [oldest] of this.stored) {
      if (this.stored.size <= MAX_STORED_SNAPSHOTS) break;
      this.stored.delete(oldest);
      this.events.push({ Eviction: { evicted_tag: oldest, new_tag: tag, cap: MAX_STORED_SNAPSHOTS } });
    }
  }

  has(tag: string): boolean {
    return this.stored.has(tag);
  }
  get length(): number {
    return this.stored.size;
  }
  isEmpty(): boolean {
    return this.stored.size === 0;
  }

  /** Stored captures with the tag of a periodic one that are no placeholders. */
  periodicRealCount(): number {
    return [...this.stored].filter(([tag, { report }]) => PERIODIC.test(tag) && !report.isPlaceholder).length;
  }

  /** All reports by tag; the bridge is empty afterwards. */
  drain(): Map<string, Report> {
    return new Map(this.drainOrdered());
  }

  /** All reports, the one whose last store is longest ago first; the bridge is empty afterwards. */
  drainOrdered(): (readonly [tag: string, report: Report])[] {
    return this.drainOrderedWithStats().map(({ tag, report }) => [tag, report] as const);
  }

  /** Like `drainOrdered`, with all that was stored beside each report. */
  drainOrderedWithStats(): DrainedEntry<Report>[] {
    const entries = [...this.stored].map(
      ([tag, { report, stats = NO_STATS, elapsedMs, boundaryOffsetMs, stepIndex }]) => ({
        tag,
        report,
        stats,
        elapsedMs,
        boundaryOffsetMs,
        stepIndex,
      }),
    );
    this.stored.clear();
    return entries;
  }

  // -- events --------------------------------------------------------------------------------------------------------

  eventCount(): number {
    return this.events.length;
  }
  drainEvents(): BridgeEvent[] {
    return this.events.drain();
  }

  // -- watchpoints ---------------------------------------------------------------------------------------------------

  /**
   * Has the host arm a watchpoint. Whatever fails releases the slot; a success keeps it, there is no way to unregister.
   * @throws SnapshotError `WatchLimitReached`, `WatchUnavailable`, `WatchRefused`; and what the callback throws.
   */
  async registerWatch(symbol: string): Promise<void> {
    if (this.watches >= MAX_WATCH_SNAPSHOTS) throw watchLimitReached(symbol);
    this.watches++;
    let armed = false;
    try {
      const { watch } = this.callbacks;
      if (watch === undefined) throw watchUnavailable(symbol);
      const refusal = await watch(symbol);
      if (typeof refusal === "string") throw watchRefused(symbol, refusal);
      armed = true;
    } finally {
      if (!armed) this.watches--;
    }
  }

  /** Slots taken, those being armed included. */
  watchCount(): number {
    return this.watches;
  }

  /**
   * Waits until a version after `seq` is published. @returns its number; 0 at once where no accessor is wired.
   * @throws SnapshotError `TransportFailed` if the accessor failed for good or the deadline passed.
   */
  async waitForAccessorPublishAdvance(seq: bigint, deadline: AbortSignal, label: string): Promise<bigint> {
    const { accessor } = this.callbacks;
    if (accessor === undefined) return 0n;
    while (accessor.publishSeq() <= seq) {
      if (accessor.state() === 2) throw accessorFailed(label, "it failed for good");
      if (deadline.aborted) throw accessorFailed(label, `nothing was published after ${seq} before the deadline`);
      await accessor.pause();
    }
    return accessor.publishSeq();
  }

  // -- kernel operations and cgroups ---------------------------------------------------------------------------------

  /** Passes a kernel operation on and logs the reply. @returns undefined if nobody serves it. */
  async dispatchKernelOp(request: KernelOpRequest): Promise<KernelOpReply | undefined> {
    const reply = await this.callbacks.kernelOp?.(request);
    if (reply !== undefined) this.recordKernelOpReply(request.tag, reply);
    return reply;
  }

  recordKernelOpReply(tag: string, reply: KernelOpReply): void {
    this.kernelOps.push([tag, reply]);
  }

  /** The first value of the first successful reply with that tag that has one. */
  kernelOpValue(tag: string): KernelOpValue | undefined {
    return this.kernelOps.find(([own, reply]) => own === tag && reply.success && reply.read_values.length > 0)?.[1]
      .read_values[0];
  }

  drainKernelOps(): (readonly [tag: string, reply: KernelOpReply])[] {
    return this.kernelOps.splice(0);
  }

  /** Repeated records are kept. */
  recordCgroupProcs(tag: string, cgroup: string, pids: readonly number[]): void {
    this.cgroupProcs.push({ tag, cgroup, pids });
  }
  /** The first record with that tag. */
  cgroupProcsByTag(tag: string): CgroupProcs | undefined {
    return this.cgroupProcs.find((one) => one.tag === tag);
  }
  drainCgroupProcs(): CgroupProcs[] {
    return this.cgroupProcs.splice(0);
  }
}

function watchLimitReached(symbol: string): SnapshotError {
  const message = `watching ${JSON.stringify(symbol)}: all ${MAX_WATCH_SNAPSHOTS} watchpoints for callers are taken, and slot 0 is reserved; take a capture driven by time instead`;
  return new SnapshotError("WatchLimitReached", message, { fields: { symbol, cap: MAX_WATCH_SNAPSHOTS } });
}

function watchUnavailable(symbol: string): SnapshotError {
  const message = `watching ${JSON.stringify(symbol)}: no callback that arms watchpoints was given to the bridge`;
  return new SnapshotError("WatchUnavailable", message, { fields: { symbol } });
}

function watchRefused(symbol: string, reason: string): SnapshotError {
  return new SnapshotError("WatchRefused", `watching ${JSON.stringify(symbol)} was refused: ${reason}`, {
    fields: { symbol, reason },
  });
}

function accessorFailed(label: string, reason: string): SnapshotError {
  return new SnapshotError("TransportFailed", `waiting for the accessor (${label}): ${reason}`, { fields: { reason } });
}
