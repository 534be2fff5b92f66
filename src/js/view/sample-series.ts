import { SnapshotError } from "../base/errors.ts";
import type { JsonValue } from "../base/json.ts";
import { attempt, type Result } from "../base/result.ts";
import type { PerCpuTime } from "../model/host-tables.ts";
import { NO_MAPS } from "../model/maps.ts";
import type { SampleStats } from "../model/sample-stats.ts";
import { type CaptureTarget, type CaptureView, type ViewOptions, viewCapture } from "./capture.ts";
import { hostFieldUnavailable, missingStats, placeholderSample } from "./failures.ts";
import type { Field } from "./field.ts";
import { type JsonField, statsPath } from "./json-field.ts";
import { MapSeries } from "./map-series.ts";
import { gatePhases } from "./phase-gate.ts";
import type { Picker } from "./pickers.ts";
import { SeriesField } from "./series-field.ts";

/** One capture of a series. */
export interface Sample {
  readonly tag: string;
  readonly snapshot: CaptureTarget;
  readonly stats: SampleStats;
  readonly elapsedMs?: bigint | undefined;
  readonly boundaryOffsetMs?: bigint | undefined;
  readonly stepIndex?: number | undefined;
}

/** The types that numbers are projected as. */
export type NumberType = "u64" | "i64" | "f64";
type NumberOf<Type extends NumberType> = Type extends "f64" ? number : bigint;

/** Captures in the order of time, followed value by value. */
export class SampleSeries {
  readonly samples: readonly Sample[];
  private readonly views: readonly CaptureView[];

  constructor(samples: readonly Sample[], options: ViewOptions = {}) {
    this.samples = samples;
    this.views = samples.map(({ snapshot }) => viewCapture(snapshot, options));
  }

  /** A value of each capture; a `SnapshotError` that `read` throws is the value of that sample. Not called on placeholders. */
  bpf<T>(label: string, read: (view: CaptureView, sample: Sample) => T): SeriesField<T> {
    return this.project(label, (sample, view) => attempt(() => this.readCapture(sample, view, read)));
  }

  /** A value of each sample's statistics. */
  stats<T>(label: string, read: (document: JsonValue, sample: Sample) => T): SeriesField<T> {
    return this.project(label, (sample) => attempt(() => read(statsOf(sample), sample)));
  }

  /** A number at a dotted path of the statistics; the path is the label. */
  statsPath<Type extends NumberType>(path: string, type: Type): SeriesField<NumberOf<Type>> {
    return this.stats(path, (document) => readNumber(statsPath(document, path), type));
  }

  /** A value of the row that `per_cpu_time` has for a CPU. */
  host<T>(label: string, cpu: number, read: (row: PerCpuTime, sample: Sample) => T): SeriesField<T> {
    return this.project(label, (sample, view) =>
      attempt(() => {
        const row = view.perCpuTimeAt(cpu);
        if (row === undefined) throw hostFieldUnavailable(sample.tag, cpu);
        return read(row, sample);
      }),
    );
  }

  /** A variable of the running scheduler; refused where that changed within a phase. */
  bpfLive<Type extends NumberType>(name: string, type: Type): SeriesField<NumberOf<Type>> {
    const field = this.bpf(name, (view) => readNumber(view.liveVar(name), type));
    const gated = gatePhases(
      field.points.map(({ phase, value }, ix) => ({
        phase,
        value,
        capture: this.samples[ix]!.snapshot.maps ?? NO_MAPS,
      })),
      name,
    );
    return new SeriesField(
      name,
      field.points.map((point, ix) => ({ ...point, value: gated[ix]! })),
    );
  }
  bpfLiveU64(name: string): SeriesField<bigint> {
    return this.bpfLive(name, "u64");
  }
  bpfLiveI64(name: string): SeriesField<bigint> {
    return this.bpfLive(name, "i64");
  }
  bpfLiveF64(name: string): SeriesField<number> {
    return this.bpfLive(name, "f64");
  }

  /** Several variables of one copy of the scheduler, chosen once per sample. */
  liveBpfVarsVia(names: readonly string[], picker: Picker<readonly Field[]>): LiveVarsSeries {
    return new LiveVarsSeries(
      names,
      this.bpf(names.join(", "), (view) => view.liveVarsVia(names, picker)),
    );
  }

  /** A map of each capture. */
  bpfMap(name: string): MapSeries {
    return new MapSeries((label, read) => this.bpf(label, read), name);
  }

  private readCapture<T>(sample: Sample, view: CaptureView, read: (view: CaptureView, sample: Sample) => T): T {
    if (view.isPlaceholder())
      throw placeholderSample(sample.tag, view.host.scx_walker_unavailable ?? "placeholder report");
    return read(view, sample);
  }

  private project<T>(label: string, read: (sample: Sample, view: CaptureView) => Result<T>): SeriesField<T> {
    const points = this.samples.map((sample, ix) => ({
      tag: sample.tag,
      elapsedMs: sample.elapsedMs,
      phase: sample.stepIndex,
      value: read(sample, this.views[ix]!),
    }));
    return new SeriesField(label, points);
  }
}

function statsOf({ tag, stats }: Sample): JsonValue {
  if (!stats.ok) throw missingStats(tag, stats.reason);
  return stats.value;
}

function readNumber<Type extends NumberType>(field: Field | JsonField, type: Type): NumberOf<Type>;
function readNumber(field: Field | JsonField, type: NumberType): bigint | number {
  if (type === "f64") return field.asF64();
  return type === "u64" ? field.asU64() : field.asI64();
}

/** The variables of `liveBpfVarsVia`, one series each; what failed for a sample as a whole fails in all of them. */
export class LiveVarsSeries {
  private readonly names: readonly string[];
  private readonly rows: SeriesField<readonly Field[]>;

  constructor(names: readonly string[], rows: SeriesField<readonly Field[]>) {
    this.names = names;
    this.rows = rows;
  }

  field<Type extends NumberType>(name: string, type: Type): SeriesField<NumberOf<Type>> {
    const ix = this.names.indexOf(name);
    const read = (row: readonly Field[]): Result<NumberOf<Type>> => attempt(() => readNumber(row[ix]!, type));
    if (ix < 0) throw new SnapshotError("UsageError", `${name} is not among the variables ${this.names.join(", ")}`);
    const points = this.rows.points.map((point) => ({
      ...point,
      value: point.value.ok ? read(point.value.value) : point.value,
    }));
    return new SeriesField(name, points);
  }
  fieldU64(name: string): SeriesField<bigint> {
    return this.field(name, "u64");
  }
  fieldI64(name: string): SeriesField<bigint> {
    return this.field(name, "i64");
  }
  fieldF64(name: string): SeriesField<number> {
    return this.field(name, "f64");
  }
}
