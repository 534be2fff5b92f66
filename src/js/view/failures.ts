import { SnapshotError } from "../base/errors.ts";
import { toHex } from "../base/int64.ts";
import { suggestNames } from "../base/text.ts";
import type { MissingStatsReason } from "../model/sample-stats.ts";

/**
 * The 21 failures of the traversal. Codes and fields are those of the specification (section 6); the sentences are
 * ours. Every message names what was asked for, what was found instead and, where there is one, the way on.
 */
const NAMES_SHOWN = 20;

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => JSON.stringify(name));
  return `${shown.join(", ")}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ""}`;
}

function nearest(wanted: string, names: readonly string[]): string {
  const [near] = suggestNames(wanted, names, 1);
  return near === undefined ? "" : ` (did you mean ${JSON.stringify(near)})`;
}

function addresses(kvas: readonly bigint[]): string {
  return kvas.length === 0 ? "none" : kvas.map((kva) => `0x${toHex(kva)}`).join(", ");
}

export function mapNotFound(requested: string, available: readonly string[]): SnapshotError {
  const there = available.length === 0 ? "no maps were captured" : `captured maps are ${quoted(available)}`;
  return new SnapshotError(
    "MapNotFound",
    `no map ${JSON.stringify(requested)}${nearest(requested, available)}; ${there}`,
    {
      fields: { requested, available },
      available,
    },
  );
}

export function varNotFound(requested: string, available: readonly string[]): SnapshotError {
  const there = available.length === 0 ? "there are no globals" : `there are ${quoted(available)}`;
  return new SnapshotError(
    "VarNotFound",
    `no global ${JSON.stringify(requested)}${nearest(requested, available)}; ${there}`,
    {
      fields: { requested, available },
      available,
    },
  );
}

export function ambiguousVar(requested: string, foundIn: readonly string[]): SnapshotError {
  const message = `the global ${JSON.stringify(requested)} is in ${foundIn.length} maps (${quoted(foundIn)}); active().var() or liveVar() reads the running scheduler's copy, map() one copy by name`;
  return new SnapshotError("AmbiguousVar", message, { fields: { requested, found_in: foundIn }, available: foundIn });
}

/** Where a walk stood when it failed: the whole path, the part already walked, the component that failed. */
export interface WalkPoint {
  readonly requested: string;
  readonly walked: string;
  readonly component: string;
}

function place(point: WalkPoint): string {
  return point.walked === "" ? "the value" : JSON.stringify(point.walked);
}

export function fieldNotFound(point: WalkPoint, available: readonly string[]): SnapshotError {
  const there = available.length === 0 ? "it has no members" : `its members are ${quoted(available)}`;
  const message = `reading ${JSON.stringify(point.requested)}: ${place(point)} has no member ${JSON.stringify(point.component)}${nearest(point.component, available)}; ${there}`;
  return new SnapshotError("FieldNotFound", message, {
    fields: { requested: point.requested, walked: point.walked, component: point.component, available },
    path: point.requested,
    available,
  });
}

export function notAStruct(point: WalkPoint, kind: string): SnapshotError {
  const message = `reading ${JSON.stringify(point.requested)}: ${place(point)} is ${kind}, which has no member ${JSON.stringify(point.component)}`;
  return new SnapshotError("NotAStruct", message, {
    fields: { requested: point.requested, walked: point.walked, component: point.component, kind },
    path: point.requested,
  });
}

export function typeMismatch(expected: string, actual: string, requested = ""): SnapshotError {
  const what = requested === "" ? "the value" : `reading ${JSON.stringify(requested)}: the value`;
  return new SnapshotError("TypeMismatch", `${what} is ${actual}, expected ${expected}`, {
    fields: { expected, actual, requested },
  });
}

export function indexOutOfRange(map: string, index: number, len: number): SnapshotError {
  const there = len === 0 ? "which is empty" : `which has ${len}`;
  return new SnapshotError("IndexOutOfRange", `no entry ${index} in ${JSON.stringify(map)}, ${there}`, {
    fields: { map, index, len },
  });
}

export function perCpuSlot(map: string, cpu: number, len: number, unmapped: boolean): SnapshotError {
  const why = unmapped
    ? `CPU ${cpu} has a slot in ${JSON.stringify(map)}, but its page was not mapped at capture`
    : `CPU ${cpu} is beyond the ${len} CPUs of ${JSON.stringify(map)}`;
  return new SnapshotError("PerCpuSlot", why, { fields: { map, cpu, len, unmapped } });
}

export function noMatch(
  map: string,
  op: string,
  len: number,
  keys: readonly string[],
  cause?: SnapshotError,
): SnapshotError {
  const message = `${op} on ${JSON.stringify(map)}: ${describeSearch(op, len, keys)}${cause === undefined ? "" : `; reading entries failed: ${cause.message}`}`;
  return new SnapshotError("NoMatch", message, {
    fields: { map, op, len, available_keys: keys },
    available: keys,
    cause,
  });
}

function describeSearch(op: string, len: number, keys: readonly string[]): string {
  if (op.startsWith("cpu_")) return "no CPU has a readable slot";
  if (len === 0) return "the map is empty";
  if (keys.length === 0) return `none of ${len} entries matches; they have no keys to show`;
  const sample = `none of ${len} entries matches; the first ${keys.length} keys are ${quoted(keys)}`;
  if (!keys.every((key) => key.startsWith("hex:"))) return sample;
  return `${sample}; the BTF was missing at capture, so keys are raw bytes: supply a BTF file to decode them now`;
}

export function emptyPathComponent(requested: string): SnapshotError {
  return new SnapshotError("EmptyPathComponent", `the path ${JSON.stringify(requested)} has an empty component`, {
    fields: { requested },
    path: requested,
  });
}

export function perCpuNotNarrowed(map: string): SnapshotError {
  const message = `the entry (${map}) holds one value per CPU: choose a CPU first, with cpu(n) on the map or cpuEach() on the entry`;
  return new SnapshotError("PerCpuNotNarrowed", message, { fields: { map } });
}

export function noRendered(map: string, side: "key" | "value"): SnapshotError {
  return new SnapshotError("NoRendered", `the ${side} of ${map} is raw bytes: no BTF type was known at capture`, {
    fields: { map, side },
  });
}

export function placeholderSample(tag: string, reason: string): SnapshotError {
  return new SnapshotError("PlaceholderSample", `sample ${JSON.stringify(tag)} is a placeholder: ${reason}`, {
    fields: { tag, reason },
  });
}

export function missingStats(tag: string, reason: MissingStatsReason): SnapshotError {
  const why =
    typeof reason === "string" ? reason : JSON.stringify(reason, (_, v) => (typeof v === "bigint" ? `${v}` : v));
  return new SnapshotError("MissingStats", `sample ${JSON.stringify(tag)} has no statistics: ${why}`, {
    fields: { tag, reason },
  });
}

export function hostFieldUnavailable(tag: string, cpu: number): SnapshotError {
  return new SnapshotError("HostFieldUnavailable", `sample ${JSON.stringify(tag)} has no per-CPU time for CPU ${cpu}`, {
    fields: { tag, cpu },
  });
}

export function placeholderSnapshot(tag: string | null): SnapshotError {
  const which = tag === null ? "this report" : `the report ${JSON.stringify(tag)}`;
  return new SnapshotError("PlaceholderSnapshot", `the capture failed: ${which} is a placeholder and has no maps`, {
    fields: { tag },
  });
}

export function noActiveScheduler(reason: string): SnapshotError {
  const ways = "use vars() to see every copy, liveVar() with a picker, or map() with a copy's name";
  return new SnapshotError("NoActiveScheduler", `cannot tell which scheduler is running: ${reason}; ${ways}`, {
    fields: { reason },
  });
}

export interface ExcludedMap {
  readonly name: string;
  readonly map_kva: bigint;
}

export function activeFilterExcludedMaps(
  requested: string,
  activeObj: string,
  excluded: readonly ExcludedMap[],
  whitelist: readonly bigint[],
): SnapshotError {
  const maps = excluded.map(({ name, map_kva }) => `${JSON.stringify(name)} at 0x${toHex(map_kva)}`).join(", ");
  const message = `reading ${JSON.stringify(requested)}: every map of ${JSON.stringify(activeObj)} (${maps}) is missing from the live addresses (${addresses(whitelist)}); ${exclusionCause(excluded)}`;
  return new SnapshotError("ActiveFilterExcludedMaps", message, {
    fields: { requested, active_obj: activeObj, excluded_maps: excluded, whitelist_kvas: whitelist },
  });
}

/** An excluded map with an address is not on the list, one without was never recorded. */
function exclusionCause(excluded: readonly ExcludedMap[]): string {
  const unrecorded = excluded.some((map) => map.map_kva === 0n);
  const replaced = excluded.some((map) => map.map_kva !== 0n);
  if (unrecorded && replaced) return "some addresses were not recorded, and the others predate a scheduler swap";
  if (unrecorded) return "the maps' addresses were not recorded";
  return replaced ? "the capture predates a scheduler swap" : "no likely cause is known";
}

export interface PhaseDrift {
  readonly phase: number;
  readonly pinned: readonly bigint[];
  readonly sample: readonly bigint[];
  readonly requested: string;
}

export function walkerDriftedWithinPhase({ phase, pinned, sample, requested }: PhaseDrift): SnapshotError {
  const message = `reading ${JSON.stringify(requested)}: the running scheduler's maps changed within phase ${phase} from ${addresses(pinned)} to ${addresses(sample)}; later samples of the phase are refused`;
  return new SnapshotError("WalkerDriftedWithinPhase", message, {
    fields: { phase, pinned_kvas: pinned, sample_kvas: sample, requested },
  });
}

export function projectionFailed(reason: string): SnapshotError {
  return new SnapshotError("ProjectionFailed", `projection failed: ${reason}`, { fields: { reason } });
}

export function mapRenderIncomplete(map: string, error: string): SnapshotError {
  return new SnapshotError("MapRenderIncomplete", `${JSON.stringify(map)} was not read at capture: ${error}`, {
    fields: { map, error },
  });
}

/** The serialized form of a failure: `{"MapNotFound": {…}}`. */
export function toVariant(error: SnapshotError): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return { [error.code]: error.fields };
}
