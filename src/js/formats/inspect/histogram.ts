import type { JsonObject, JsonValue } from "../../base/json.ts";
import { fitsI64, fitsU64 } from "./numbers.ts";
import type { ExplicitBucket, Histogram } from "./tree.ts";

type JsonNumber = bigint | number;

/**
 * The histogram that an object writes, or undefined if the object is an ordinary node.
 * Source: specs/triage.md section 1.3 (four to six members, nothing else; size ≥ 3; one kind of number throughout).
 */
export function parseHistogram(object: JsonObject): Histogram | undefined {
  if (object.size === 1) return parseExplicit(object.get("buckets"));
  if (object.size < 4 || object.size > 6) return undefined;
  const exponential = object.has("initial_step");
  const members = (exponential ? 5 : 4) + (object.has("indexes") ? 1 : 0);
  if (object.size !== members) return undefined;
  const size = object.get("size");
  const counts = object.get("counts");
  const floor = object.get("floor");
  const step = object.get(exponential ? "initial_step" : "step");
  const multiplier = exponential ? object.get("step_multiplier") : undefined;
  if (typeof size !== "bigint" || size < 3n || !fitsU64(size) || !isNumberArray(counts)) return undefined;
  if (!isNumber(floor) || !isNumber(step) || (exponential && !isNumber(multiplier))) return undefined;
  const indexes = parseIndexes(object.get("indexes"), counts.length, size);
  if (indexes === undefined ? object.has("indexes") || BigInt(counts.length) !== size : false) return undefined;
  const numbers = isNumber(multiplier) ? [floor, step, multiplier] : [floor, step];
  if (!isOneKind([...numbers, ...counts])) return undefined;
  const common = { floor, step, counts, size, ...(indexes !== undefined && { indexes }) };
  return isNumber(multiplier) ? { type: "exponential", multiplier, ...common } : { type: "linear", ...common };
}

function parseIndexes(value: JsonValue | undefined, length: number, size: bigint): readonly bigint[] | undefined {
  if (!Array.isArray(value) || value.length !== length || BigInt(length) > size) return undefined;
  const isIndex = (ix: unknown): ix is bigint => typeof ix === "bigint" && ix >= 0n && ix < size;
  return value.every(isIndex) ? value : undefined;
}

function parseExplicit(value: JsonValue | undefined): Histogram | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const buckets: ExplicitBucket[] = [];
  for (const item of value as readonly JsonValue[]) {
    if (!(item instanceof Map)) return undefined;
    const bucket = item as JsonObject;
    const [floor, count] = [bucket.get("floor"), bucket.get("count")];
    const ceiling = bucket.get("ceiling") ?? bucket.get("upper_bound");
    if (!isNumber(floor) || !isNumber(ceiling) || !isNumber(count)) return undefined;
    buckets.push({ floor, ceiling, count });
  }
  return { type: "explicit", buckets };
}

function isNumber(value: unknown): value is JsonNumber {
  return typeof value === "bigint" || typeof value === "number";
}

function isNumberArray(value: unknown): value is readonly JsonNumber[] {
  return Array.isArray(value) && value.every(isNumber);
}

function isOneKind(values: readonly JsonNumber[]): boolean {
  const isBig = (value: JsonNumber): value is bigint => typeof value === "bigint";
  if (!values.some(isBig)) return true;
  if (!values.every(isBig)) return false;
  return values.every(fitsI64) || values.every(fitsU64);
}
