import { isSnapshotError, type SnapshotError } from "../base/errors.ts";
import { attempt, type Result } from "../base/result.ts";
import { compareText } from "../base/text.ts";
import type {
  HostListName,
  HostTables,
  PerCpuTime,
  PerNodeNuma,
  ProgRuntime,
  TaskEnrichment,
} from "../model/host-tables.ts";
import { type CapturedMap, type MapCapture, NO_MAPS } from "../model/maps.ts";
import { isStruct } from "../model/nodes.ts";
import type { ValueSource } from "../model/values.ts";
import { type ActiveChoice, type ActiveFilter, chooseActive } from "./active.ts";
import {
  activeFilterExcludedMaps,
  ambiguousVar,
  mapNotFound,
  mapRenderIncomplete,
  placeholderSnapshot,
  projectionFailed,
  varNotFound,
} from "./failures.ts";
import { Field } from "./field.ts";
import { isGlobalSection, objectOf } from "./global-sections.ts";
import { MapView } from "./map.ts";
import type { Picker } from "./pickers.ts";
import { memberNames, peelPointers, type ViewContext } from "./walk.ts";

export interface ViewOptions {
  /** Keep to the rules of the specification: no indexing, no array entries, no payloads. Default false. */
  readonly strict?: boolean;
}

/** A snapshot that holds maps. */
export interface CaptureTarget {
  readonly values: ValueSource;
  readonly maps?: MapCapture;
}

/** One copy of a variable. */
export interface VarHit {
  readonly map: string;
  /** Address of that map; 0 when not recorded. */
  readonly kva: bigint;
  readonly field: Field;
}

/** A view of the maps of one capture: all of them, or those of the running scheduler. */
export class CaptureView {
  readonly capture: MapCapture;
  readonly filter: ActiveFilter | undefined;
  private readonly context: ViewContext;

  constructor(capture: MapCapture, context: ViewContext, filter?: ActiveFilter) {
    this.capture = capture;
    this.context = context;
    this.filter = filter;
  }

  isPlaceholder(): boolean {
    return this.capture.isPlaceholder;
  }

  /** The tree that all nodes of this view belong to. */
  get values(): ValueSource {
    return this.context.values;
  }

  /** The admitted maps, in capture order. */
  maps(): MapView[] {
    return this.admitted().map((map) => new MapView(this.context, map));
  }

  /** Number of admitted maps. */
  mapCount(): number {
    return this.admitted().length;
  }

  /** @throws SnapshotError `MapNotFound`, `ActiveFilterExcludedMaps`, `PlaceholderSnapshot`. */
  map(name: string): MapView {
    if (this.capture.isPlaceholder) throw placeholderSnapshot(null);
    const admitted = this.admitted();
    const found = admitted.find((map) => map.name === name);
    if (found !== undefined) return new MapView(this.context, found);
    const available = admitted.map((map) => map.name);
    throw this.excluded(name) ?? mapNotFound(name, available);
  }

  tryMap(name: string): Result<MapView> {
    return attempt(() => this.map(name));
  }

  /** Every copy of a variable, in capture order. The name is taken whole: dots belong to `get`. */
  vars(name: string): VarHit[] {
    const hits: VarHit[] = [];
    for (const map of this.sections()) {
      const field = this.variable(map, name);
      if (field !== undefined) hits.push({ map: map.name, kva: map.kva, field });
    }
    return hits;
  }

  /** A variable; of several copies the running scheduler's, if that is known. */
  var(name: string): Field {
    return this.field(this.findVar(name));
  }

  /** A variable of the running scheduler. */
  liveVar(name: string): Field {
    const active = this.tryActive();
    return active.ok ? active.value.var(name) : this.field(active.error);
  }

  /** The copy of a variable that the picker chooses, out of all that this view admits. */
  liveVarVia(name: string, picker: Picker<Field>): Field {
    if (this.capture.isPlaceholder) return this.field(placeholderSnapshot(null));
    const candidates = this.vars(name).map((hit) => hit.field);
    if (candidates.length === 0) return this.field(this.noCandidates(name));
    const ix = pick("liveVarVia", candidates, picker);
    return isSnapshotError(ix) ? this.field(ix) : candidates[ix]!;
  }

  /**
   * Several variables of one copy: the picker chooses among the sections that have them all.
   * @throws SnapshotError `VarNotFound`, `ProjectionFailed`, `ActiveFilterExcludedMaps`, `PlaceholderSnapshot`.
   */
  liveVarsVia(names: readonly string[], picker: Picker<readonly Field[]>): readonly Field[] {
    if (this.capture.isPlaceholder) throw placeholderSnapshot(null);
    if (names.length === 0) throw projectionFailed("liveVarsVia was given an empty list of names");
    const rows = this.sections().flatMap((map) => this.row(map, names));
    if (rows.length === 0) throw this.noCandidates(`[${names.join(", ")}]`);
    const ix = pick("liveVarsVia", rows, picker);
    if (isSnapshotError(ix)) throw ix;
    return rows[ix]!;
  }

  tryLiveVarsVia(names: readonly string[], picker: Picker<readonly Field[]>): Result<readonly Field[]> {
    return attempt(() => this.liveVarsVia(names, picker));
  }

  /** The maps of the running scheduler alone. @throws SnapshotError `NoActiveScheduler`, `PlaceholderSnapshot`. */
  active(): CaptureView {
    const { filter } = chooseActive(this.capture);
    if (isSnapshotError(filter)) throw filter;
    return new CaptureView(this.capture, this.context, filter);
  }

  tryActive(): Result<CaptureView> {
    return attempt(() => this.active());
  }

  /** How `active()` decides, step by step. */
  explainActive(): ActiveChoice {
    return chooseActive(this.capture);
  }

  /** Tables captured beside the maps, whatever the view admits. */
  get host(): HostTables {
    return this.capture.host;
  }

  lengthOf(table: HostListName): number {
    return this.host[table].length;
  }
  perCpuTimeAt(cpu: number): PerCpuTime | undefined {
    return this.host.per_cpu_time.find((row) => row.cpu === cpu);
  }
  perNodeNumaAt(node: number): PerNodeNuma | undefined {
    return this.host.per_node_numa.find((row) => row.node === node);
  }
  taskEnrichmentByPid(pid: number): TaskEnrichment | undefined {
    return this.host.task_enrichments.find((row) => row.pid === pid);
  }
  progRuntimeStatsByName(name: string): ProgRuntime | undefined {
    return this.host.prog_runtime_stats.find((row) => row.name === name);
  }

  private findVar(name: string): Field | SnapshotError {
    if (this.capture.isPlaceholder) return placeholderSnapshot(null);
    const hits = this.vars(name);
    const [only] = hits;
    if (only === undefined) return this.excluded(name) ?? this.unreadSection() ?? varNotFound(name, this.globalNames());
    if (hits.length === 1) return only.field;
    const active = this.filter === undefined ? this.tryActive() : undefined;
    if (active?.ok === true) return active.value.var(name);
    return ambiguousVar(
      name,
      hits.map((hit) => hit.map),
    );
  }

  /** A section whose contents were not read may be the one that had the variable. */
  private unreadSection(): SnapshotError | undefined {
    const unread = this.sections().find((map) => map.error !== undefined && map.value() === undefined);
    return unread && mapRenderIncomplete(unread.name, unread.error ?? "");
  }

  private globalNames(): string[] {
    const names = new Set<string>();
    for (const map of this.sections()) {
      const value = map.value();
      if (value !== undefined && isStruct(value))
        for (const name of memberNames(this.context.values, value)) names.add(name);
    }
    return [...names].sort(compareText);
  }

  private noCandidates(requested: string): SnapshotError {
    const sections = this.capture.maps.filter(isGlobalSection).map((map) => map.name);
    return this.excluded(requested) ?? varNotFound(requested, sections);
  }

  private row(map: CapturedMap, names: readonly string[]): (readonly Field[])[] {
    const row = names.map((name) => this.variable(map, name));
    return row.every((field) => field !== undefined) ? [row] : [];
  }

  private variable(map: CapturedMap, name: string): Field | undefined {
    const value = map.value();
    if (value === undefined) return undefined;
    const section = peelPointers(this.context.values, value);
    const member = isStruct(section) ? this.context.values.child(section, name) : undefined;
    return member && Field.of(this.context, member);
  }

  private sections(): CapturedMap[] {
    return this.admitted().filter(isGlobalSection);
  }

  private admitted(): readonly CapturedMap[] {
    const { filter, capture } = this;
    if (filter === undefined) return capture.maps;
    return capture.maps.filter((map) => objectOf(map.name) === filter.obj && isListed(map, filter));
  }

  /** The failure to report when the list of live addresses left nothing of the active object. */
  private excluded(requested: string): SnapshotError | undefined {
    const { filter } = this;
    if (filter === undefined || filter.kvas.length === 0) return undefined;
    const own = this.capture.maps.filter((map) => objectOf(map.name) === filter.obj);
    if (own.length === 0 || own.some((map) => isListed(map, filter))) return undefined;
    const maps = own.map(({ name, kva }) => ({ name, map_kva: kva }));
    return activeFilterExcludedMaps(requested, filter.obj, maps, filter.kvas);
  }

  private field(found: Field | SnapshotError): Field {
    return isSnapshotError(found) ? Field.of(this.context, found) : found;
  }
}

function isListed(map: CapturedMap, filter: ActiveFilter): boolean {
  return filter.kvas.length === 0 || (map.kva !== 0n && filter.kvas.includes(map.kva));
}

function pick<T>(call: string, candidates: readonly T[], picker: Picker<T>): number | SnapshotError {
  const ix = picker(candidates);
  if (ix === null) return projectionFailed(`the picker of ${call} chose none of ${candidates.length} candidates`);
  if (Number.isInteger(ix) && ix >= 0 && ix < candidates.length) return ix;
  return projectionFailed(`the picker of ${call} chose ${ix}, but there are ${candidates.length} candidates`);
}

/** The maps of a snapshot as one view. A snapshot without maps gives an empty one. */
export function viewCapture(snapshot: CaptureTarget, options: ViewOptions = {}): CaptureView {
  const context: ViewContext = { values: snapshot.values, strict: options.strict === true };
  return new CaptureView(snapshot.maps ?? NO_MAPS, context);
}
