import { childrenOf, innermost, isStruct } from "../model/nodes.ts";
import type { ValueSource } from "../model/values.ts";
import type { Aggregate } from "./aggregate.ts";
import type { CaptureView } from "./capture.ts";
import type { Entry } from "./entry.ts";
import type { MapView } from "./map.ts";
import type { SeriesField } from "./series-field.ts";

/** How a series reads something from each capture. */
export type CaptureProjection = <T>(label: string, read: (view: CaptureView) => T) => SeriesField<T>;

/** A map followed over a series, perhaps narrowed to one CPU. */
export class MapSeries {
  private readonly project: CaptureProjection;
  private readonly name: string;
  private readonly narrowed: number | undefined;

  constructor(project: CaptureProjection, name: string, narrowed?: number) {
    this.project = project;
    this.name = name;
    this.narrowed = narrowed;
  }

  cpu(cpu: number): MapSeries {
    return new MapSeries(this.project, this.name, cpu);
  }

  at(ix: number): EntrySeries {
    return new EntrySeries(this.project, (view) => this.mapOf(view).at(ix));
  }

  private mapOf(view: CaptureView): MapView {
    const map = view.map(this.name);
    return this.narrowed === undefined ? map : map.cpu(this.narrowed);
  }
}

/** One entry of a map followed over a series; the path of a field is its label. */
export class EntrySeries {
  private readonly project: CaptureProjection;
  private readonly entry: (view: CaptureView) => Entry;

  constructor(project: CaptureProjection, entry: (view: CaptureView) => Entry) {
    this.project = project;
    this.entry = entry;
  }

  /** The entry of each capture as that CPU sees it is reached by `MapSeries.cpu`, before `at`. */
  fieldU64(path: string): SeriesField<bigint> {
    return this.project(path, (view) => this.entry(view).get(path).asU64());
  }
  fieldI64(path: string): SeriesField<bigint> {
    return this.project(path, (view) => this.entry(view).get(path).asI64());
  }
  fieldF64(path: string): SeriesField<number> {
    return this.project(path, (view) => this.entry(view).get(path).asF64());
  }
  fieldCpuU64(op: Aggregate, path: string): SeriesField<bigint> {
    const call = ({ sum: "cpuSumU64", max: "cpuMaxU64", min: "cpuMinU64" } as const)[op];
    return this.project(path, (view) => this.entry(view)[call](path));
  }
  fieldCpuI64(op: Aggregate, path: string): SeriesField<bigint> {
    const call = ({ sum: "cpuSumI64", max: "cpuMaxI64", min: "cpuMinI64" } as const)[op];
    return this.project(path, (view) => this.entry(view)[call](path));
  }
  fieldCpuF64(op: Aggregate, path: string): SeriesField<number> {
    const call = ({ sum: "cpuSumF64", max: "cpuMaxF64", min: "cpuMinF64" } as const)[op];
    return this.project(path, (view) => this.entry(view)[call](path));
  }

  /** Names of the members over all samples, in the order they were first seen. */
  memberNames(): string[] {
    const names = new Set<string>();
    for (const row of this.project("members", (view) => namesIn(view.values, this.entry(view))).values()) {
      for (const name of row) names.add(name);
    }
    return [...names];
  }

  /** A series for each member that is a u64 in at least one sample. */
  u64Fields(): SeriesField<bigint>[] {
    return this.fieldsWith((name) => this.fieldU64(name));
  }
  f64Fields(): SeriesField<number>[] {
    return this.fieldsWith((name) => this.fieldF64(name));
  }

  private fieldsWith<T>(read: (name: string) => SeriesField<T>): SeriesField<T>[] {
    return this.memberNames()
      .map(read)
      .filter((field) => field.points.some(({ value }) => value.ok));
  }
}

function namesIn(values: ValueSource, entry: Entry): string[] {
  const node = entry.get("").node ?? entry.captured?.perCpu?.find((slot) => slot !== undefined);
  const struct = node && innermost(values, node);
  return struct !== undefined && isStruct(struct) ? childrenOf(values, struct).map(({ name }) => name) : [];
}
