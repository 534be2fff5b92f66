import { append } from "../../base/append.ts";
import { isSnapshotError } from "../../base/errors.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { type DetectState, NEW_STATE, parseDetectState, renderDetectState } from "./detect-state.ts";
import { Detector, type DetectorOptions } from "./detector.ts";
import type { DetectCounters } from "./stats.ts";

/** Where snapshots come from. */
export interface SnapshotSource {
  /**
   * Names of what is there to be judged, oldest first; a name stays the same as long as the content does.
   * @throws SnapshotError if nothing can be had now
   */
  list(): Promise<readonly string[]>;
  /** True if the last list left out what may come back: then nothing is forgotten. */
  readonly partial?: boolean;
  /** @throws SnapshotError; `FileNotReadable` means that it may work later. */
  open(name: string): Promise<readonly Snapshot[]>;
  /** Called once what the snapshots asked for is safe: a source that keeps a spool may remove it. */
  release?(name: string): Promise<void>;
}

/** Where the state of a detector is kept between runs; `save` has taken effect for good when its promise is kept. */
export interface StateStore {
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
}

export interface TickTime {
  /** Nanoseconds of a clock that goes on from run to run. */
  readonly now: bigint;
  /** Nanoseconds the program has run; default `now`. */
  readonly uptime?: bigint;
  readonly signal?: AbortSignal;
}

export interface TickResult {
  /** Snapshots judged. */
  readonly judged: number;
  /** Signatures of the reports that were accepted. */
  readonly filed: readonly string[];
}

/** One scan: judges what the source has and has not been judged, files, and keeps the state. */
export async function tick(detector: Detector, source: SnapshotSource, time: TickTime): Promise<TickResult> {
  const filed: string[] = [];
  let judged = 0;
  let names: readonly string[];
  try {
    names = await source.list();
  } catch (error) {
    detector.scanFailed(reasonOf(error));
    await detector.settle();
    return { judged, filed };
  }
  if (source.partial !== true) detector.keepJudged(names);
  const done: string[] = [];
  for (const name of names) {
    if (time.signal?.aborted) break;
    if (!detector.hasJudged(name)) {
      const scanned = await judgeOne(detector, source, name, time);
      judged += scanned.judged;
      append(filed, scanned.filed);
    }
    if (detector.hasJudged(name)) done.push(name);
  }
  await detector.settle();
  for (const name of done) await source.release?.(name);
  return { judged, filed };
}

async function judgeOne(detector: Detector, source: SnapshotSource, name: string, time: TickTime): Promise<TickResult> {
  const { now, uptime } = time;
  let snapshots: readonly Snapshot[];
  try {
    snapshots = await source.open(name);
  } catch (error) {
    const isLater = isSnapshotError(error) && (error.code === "FileNotReadable" || error.code === "Cancelled");
    detector.scanFailed(`${name}: ${reasonOf(error)}`);
    if (!isLater) detector.skip(name);
    return { judged: 0, filed: [] };
  }
  const filed: string[] = [];
  let judged = 0;
  let complete = true;
  // The last one goes under the plain name: once that is judged all are.
  for (const [ix, snapshot] of snapshots.entries()) {
    const own = ix === snapshots.length - 1 ? name : `${name}#${ix + 1}`;
    if (detector.hasJudged(own) || (!complete && own === name)) continue;
    const scanned = await detector.scan({ snapshot, now, name: own, ...(uptime !== undefined && { uptime }) });
    judged++;
    complete &&= scanned.complete;
    append(filed, scanned.filed);
  }
  if (snapshots.length === 0) detector.skip(name);
  return { judged, filed };
}

/** @throws what is not a SnapshotError: a bug */
function reasonOf(error: unknown): string {
  if (isSnapshotError(error)) return error.message;
  throw error;
}

export interface DetectOnceOptions extends Omit<DetectorOptions, "state" | "saveState">, TickTime {
  readonly source: SnapshotSource;
  readonly state: StateStore;
}

/**
 * A whole run of one scan, for a serverless schedule: takes up the kept state and what waits to be sent, judges what is
 * new, keeps the state. Two runs at once on one state are the caller's to prevent.
 * @throws SnapshotError `MalformedState`, `NewerSchema`
 */
export async function detectOnce(
  options: DetectOnceOptions,
): Promise<TickResult & { readonly counters: Readonly<DetectCounters> }> {
  const { source, state, now, uptime, signal, ...rest } = options;
  const detector = new Detector({
    ...rest,
    state: await loadState(state),
    saveState: (kept) => state.save(renderDetectState(kept)),
  });
  await detector.resume(now);
  const result = await tick(detector, source, {
    now,
    ...(uptime !== undefined && { uptime }),
    ...(signal !== undefined && { signal }),
  });
  return { ...result, counters: detector.stats.counters };
}

/** @throws SnapshotError `MalformedState`, `NewerSchema` */
export async function loadState(store: StateStore): Promise<DetectState> {
  const text = await store.load();
  return text === undefined ? NEW_STATE : parseDetectState(text);
}
