import { SnapshotError } from "../../base/errors.ts";
import { findFact } from "../../model/facts.ts";
import type { ValueNode } from "../../model/values.ts";
import { type CaptureView, viewCapture } from "../../view/capture.ts";
import type { Entry } from "../../view/entry.ts";
import { hostFieldUnavailable, missingStats, placeholderSample } from "../../view/failures.ts";
import { Field } from "../../view/field.ts";
import { type JsonField, statsPath } from "../../view/json-field.ts";
import { getPath } from "../../view/path.ts";
import { maxByCounterValue } from "../../view/pickers.ts";
import type { CountSelector, EntrySelector, Literal, MapSelector, ReadAs, ValueSelector } from "./assertions.ts";
import type { CheckedSnapshot } from "./checked-snapshot.ts";
import { holds } from "./conditions.ts";

/** What a selector leads to. */
type Selected = Field | JsonField | Literal;

/**
 * The value of a snapshot that a selector names, read as a type.
 * @throws SnapshotError of the traversal.
 */
export function selectValue(one: CheckedSnapshot, selector: ValueSelector, as: ReadAs): Literal {
  const selected = select(one, selector, as);
  if (!(selected instanceof Object)) return selected;
  if (selected.error !== undefined) throw selected.error;
  switch (as) {
    case "u64":
      return selected.asU64();
    case "i64":
      return selected.asI64();
    case "f64":
      return selected.asF64();
    case "bool":
      return selected.asBool();
    case "str":
      return selected.asStr();
    default:
      return selected instanceof Field ? scalarOf(one, selected) : jsonScalar(selected);
  }
}

function scalarOf(one: CheckedSnapshot, field: Field): Literal {
  const { node } = field;
  const value = node === undefined ? field.asU64() : one.snapshot.values.scalar(node);
  if (value === null || value instanceof Uint8Array) return field.asStr();
  return value;
}

function jsonScalar(field: JsonField): Literal {
  const value = field.raw();
  return value === null || value === undefined || typeof value === "object" ? field.asStr() : value;
}

function select(one: CheckedSnapshot, selector: ValueSelector, as: ReadAs): Selected {
  switch (selector.kind) {
    case "path":
      return Field.of({ values: one.snapshot.values, strict: false }, getPath(one.snapshot, selector.path));
    case "fact":
      return factOf(one, selector.key);
    case "stats":
      return statsPath(statsOf(one), selector.path);
    case "var":
      return captureOf(one).var(selector.name).get(selector.get);
    case "liveVar":
      return liveVar(captureOf(one), selector);
    case "map":
      return mapValue(captureOf(one), selector.map, as);
    case "host":
      return hostValue(one, selector.cpu, selector.field);
    case "count":
      return BigInt(countOf(one, selector.of));
    default:
      return selector satisfies never;
  }
}

function factOf({ snapshot }: CheckedSnapshot, key: string): Literal {
  const value = findFact(snapshot.facts, key);
  if (value !== undefined) return value;
  const available = snapshot.facts.map((fact) => fact.key);
  throw new SnapshotError(
    "PathNotFound",
    `the snapshot has no fact ${JSON.stringify(key)}; it has ${available.join(", ")}`,
    {
      available,
      fields: { component: key, walked: "" },
    },
  );
}

function statsOf({ sample }: CheckedSnapshot) {
  if (!sample.stats.ok) throw missingStats(sample.tag, sample.stats.reason);
  return sample.stats.value;
}

function captureOf({ snapshot, sample }: CheckedSnapshot): CaptureView {
  const view = viewCapture(snapshot);
  if (!view.isPlaceholder()) return view;
  throw placeholderSample(sample.tag, view.host.scx_walker_unavailable ?? "placeholder report");
}

function liveVar(view: CaptureView, { name, get, picker }: Extract<ValueSelector, { kind: "liveVar" }>): Field {
  return (picker === undefined ? view.liveVar(name) : view.liveVarVia(name, maxByCounterValue)).get(get);
}

function mapValue(view: CaptureView, { name, cpu, entry, side, path }: MapSelector, as: ReadAs): Selected {
  const whole = view.map(name);
  const found = findEntry(cpu === undefined ? whole : whole.cpu(cpu), entry);
  switch (side) {
    case "get":
      return found.get(path);
    case "key":
      return found.key(path);
    case "payload":
      return found.payload(path);
    default:
      return aggregate(found, side, path, as);
  }
}

const AGGREGATES = {
  u64: { cpuSum: "cpuSumU64", cpuMax: "cpuMaxU64", cpuMin: "cpuMinU64" },
  i64: { cpuSum: "cpuSumI64", cpuMax: "cpuMaxI64", cpuMin: "cpuMinI64" },
  f64: { cpuSum: "cpuSumF64", cpuMax: "cpuMaxF64", cpuMin: "cpuMinF64" },
} as const;

function aggregate(entry: Entry, side: "cpuSum" | "cpuMax" | "cpuMin", path: string, as: ReadAs): bigint | number {
  return entry[AGGREGATES[as === "i64" || as === "f64" ? as : "u64"][side]](path);
}

function findEntry(map: ReturnType<CaptureView["map"]>, selector: EntrySelector): Entry {
  switch (selector.kind) {
    case "at":
      return map.at(selector.ix);
    case "maxBy":
      return map.maxBy((entry) => entry.get(selector.path).asU64());
    case "find":
      return map.find((entry) => {
        const field = selector.side === "key" ? entry.key(selector.path) : entry.get(selector.path);
        const value = comparable(field);
        return selector.conditions.every((condition) => holds(condition, value));
      });
    default:
      return selector satisfies never;
  }
}

/** What a field is compared as, when no type was asked for: a name, an integer or a double. */
function comparable(field: Field): Literal {
  for (const read of [field.tryAsI64(), field.tryAsU64(), field.tryAsF64()]) if (read.ok) return read.value;
  return field.asStr();
}

function hostValue(one: CheckedSnapshot, cpu: number, field: string): Literal {
  const row = viewCapture(one.snapshot).perCpuTimeAt(cpu);
  if (row === undefined) throw hostFieldUnavailable(one.sample.tag, cpu);
  const value: unknown = new Map<string, unknown>(Object.entries(row)).get(field);
  if (typeof value === "bigint" || typeof value === "number") return value;
  const available = Object.keys(row);
  throw new SnapshotError(
    "PathNotFound",
    `per_cpu_time has no number ${JSON.stringify(field)}; it has ${available.join(", ")}`,
    {
      available,
      fields: { component: field, walked: "per_cpu_time" },
    },
  );
}

function countOf(one: CheckedSnapshot, selector: CountSelector): number {
  const { snapshot } = one;
  switch (selector.kind) {
    case "issues":
      return snapshot.issues.filter(({ severity }) => selector.severity === undefined || severity === selector.severity)
        .length;
    case "entries":
      return captureOf(one).map(selector.map).length;
    case "children": {
      const node: ValueNode = getPath(snapshot, selector.path);
      return snapshot.values.count(node);
    }
    default:
      return selector satisfies never;
  }
}
