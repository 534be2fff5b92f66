import { isSnapshotError, SnapshotError } from "../base/errors.ts";
import type {
  ArenaState,
  CapturedEntry,
  CapturedMap,
  FdArrayState,
  MapStore,
  RingbufState,
  StackTraceState,
} from "../model/maps.ts";
import { Entry } from "./entry.ts";
import { indexOutOfRange, mapRenderIncomplete, noMatch, perCpuSlot } from "./failures.ts";
import type { ViewContext } from "./walk.ts";

const CPU_MAX = 0xffff_ffff;
const KEY_SAMPLE = 3;

/** A `SnapshotError` that a predicate throws means "no match". */
export type EntryPredicate = (entry: Entry) => boolean;
/** The key to compare; undefined, NaN or a thrown `SnapshotError` leave the entry out. */
export type EntryKey = (entry: Entry) => bigint | number | undefined;

/** One map of a capture, perhaps narrowed to one CPU. */
export class MapView {
  readonly captured: CapturedMap;
  private readonly context: ViewContext;
  private readonly narrowed: number | undefined;
  private readonly store: MapStore | undefined;

  constructor(context: ViewContext, captured: CapturedMap, narrowed?: number) {
    this.context = context;
    this.captured = captured;
    this.narrowed = narrowed;
    this.store = captured.stores.find(({ kind }) => kind !== "array" || !context.strict);
  }

  get name(): string {
    return this.captured.name;
  }
  /** Address of the map in the captured kernel; 0 when not recorded. */
  get kva(): bigint {
    return this.captured.kva;
  }
  /** Why contents are missing or partial. */
  get mapError(): string | undefined {
    return this.captured.error;
  }
  get ringbuf(): RingbufState | undefined {
    return this.captured.ringbuf;
  }
  get arena(): ArenaState | undefined {
    return this.captured.arena;
  }
  get stackTrace(): StackTraceState | undefined {
    return this.captured.stackTrace;
  }
  get fdArray(): FdArrayState | undefined {
    return this.captured.fdArray;
  }

  /** Number of entries that `at` reaches. */
  get length(): number {
    return this.store?.length ?? 0;
  }

  /** The same map as CPU `cpu` sees it; without effect on maps that are not per-CPU. */
  cpu(cpu: number): MapView {
    if (!Number.isInteger(cpu) || cpu < 0) {
      throw new SnapshotError(
        "UsageError",
        `cpu(${cpu}) of ${JSON.stringify(this.name)}: a CPU is a whole number from 0`,
      );
    }
    return new MapView(this.context, this.captured, cpu);
  }

  /** An entry of this map as one CPU has it; entries of maps that are not per-CPU stay as they are. */
  onCpu(entry: Entry, cpu: number): Entry {
    return entry.captured?.perCpu === undefined ? entry : this.slot(entry.captured, cpu);
  }

  /** Entry `ix` in capture order. */
  at(ix: number): Entry {
    const { store } = this;
    if (store !== undefined && Number.isInteger(ix) && ix >= 0 && ix < store.length) return this.resolve(store, ix);
    return this.missing(indexOutOfRange(this.name, ix, this.length));
  }

  /** Every entry in capture order; a badly narrowed map yields missing ones. */
  *entries(): Generator<Entry> {
    const { store } = this;
    if (store === undefined) return;
    for (let ix = 0; ix < store.length; ix++) yield this.resolve(store, ix);
  }

  /** The first entry that satisfies the predicate. */
  find(predicate: EntryPredicate): Entry {
    let failure: SnapshotError | undefined;
    for (const entry of this.entries()) {
      try {
        if (predicate(entry)) return entry;
      } catch (error) {
        if (!isSnapshotError(error)) throw error;
        failure ??= error;
      }
    }
    return this.missing(noMatch(this.name, "find", this.length, this.sampleKeys(), failure));
  }

  filter(predicate: EntryPredicate): Entry[] {
    const found: Entry[] = [];
    for (const entry of this.entries()) if (ignoreFailure(() => predicate(entry)) === true) found.push(entry);
    return found;
  }

  /** The entry with the greatest key; of several the first. */
  maxBy(key: EntryKey): Entry {
    let best: Entry | undefined;
    let most: bigint | number | undefined;
    for (const entry of this.entries()) {
      const value = ignoreFailure(() => key(entry));
      if (value === undefined || Number.isNaN(value)) continue;
      if (most === undefined || value > most) {
        most = value;
        best = entry;
      }
    }
    return best ?? this.missing(noMatch(this.name, "max_by", this.length, this.sampleKeys()));
  }

  private resolve(store: MapStore, ix: number): Entry {
    const captured = store.entry(ix);
    const isPerCpu = store.kind === "percpu-array" || store.kind === "percpu-hash";
    if (!isPerCpu || this.narrowed === undefined) return Entry.of(this.context, store.kind, captured);
    return this.slot(captured, this.narrowed);
  }

  private slot(captured: CapturedEntry, cpu: number): Entry {
    const slots = captured.perCpu ?? [];
    const slot = slots[cpu];
    if (slot !== undefined) return Entry.ofSlot(this.context, captured, slot);
    const error = perCpuSlot(this.name, Math.min(cpu, CPU_MAX), slots.length, cpu < slots.length);
    return Entry.missing(this.context, error);
  }

  /** A failed capture explains a miss better than the miss itself, if there was nothing to walk. */
  private missing(error: SnapshotError): Entry {
    const { captured } = this;
    const unread = this.length === 0 && captured.error !== undefined;
    return Entry.missing(this.context, unread ? mapRenderIncomplete(this.name, captured.error) : error);
  }

  private sampleKeys(): string[] {
    const keys: string[] = [];
    for (const entry of this.entries()) {
      const text = entry.keyText();
      if (text !== undefined) keys.push(text);
      if (keys.length === KEY_SAMPLE) break;
    }
    return keys;
  }
}

function ignoreFailure<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSnapshotError(error)) return undefined;
    throw error;
  }
}
