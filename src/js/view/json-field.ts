import { isSnapshotError, type SnapshotError } from "../base/errors.ts";
import type { JsonObject, JsonValue } from "../base/json.ts";
import { compareText } from "../base/text.ts";
import { emptyPathComponent, fieldNotFound, notAStruct, typeMismatch, type WalkPoint } from "./failures.ts";
import { Terminals } from "./terminals.ts";

const U32_MAX = 0xffff_ffffn;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
const I64_MIN = -0x8000_0000_0000_0000n;
const I64_MAX = 0x7fff_ffff_ffff_ffffn;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, number> = new Map([
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["nan", Number.NaN],
]);

/**
 * One value of a statistics document (section 7). Like `Field`: a missing value is carried along until a terminal
 * throws it.
 */
export class JsonField extends Terminals {
  private readonly found: JsonValue | SnapshotError;

  constructor(found: JsonValue | SnapshotError) {
    super();
    this.found = found;
  }

  isPresent(): boolean {
    return !isSnapshotError(this.found);
  }
  get error(): SnapshotError | undefined {
    return isSnapshotError(this.found) ? this.found : undefined;
  }
  raw(): JsonValue | undefined {
    return isSnapshotError(this.found) ? undefined : this.found;
  }

  /** Members by a dotted path; dots in names cannot be reached, arrays are not indexed. */
  get(path: string): JsonField {
    return isSnapshotError(this.found) ? this : statsPath(this.found, path);
  }

  /** Elements of an array; nothing for anything else. */
  iterMembers(): JsonField[] {
    const value = this.raw();
    return Array.isArray(value) ? value.map((element: JsonValue) => new JsonField(element)) : [];
  }

  /** @throws SnapshotError `TypeMismatch`, or why the value is not there; so do all terminals. */
  override asU64(): bigint {
    return toU64(this.present());
  }
  override asI64(): bigint {
    return toI64(this.present());
  }
  override asF64(): number {
    return toF64(this.present());
  }
  override asBool(): boolean {
    return toBool(this.present());
  }
  override asStr(): string {
    const value = this.present();
    if (typeof value !== "string") throw typeMismatch("str", jsonKind(value));
    return value;
  }
  override asU64Array(): bigint[] {
    return this.array(toU64);
  }
  override asU32Array(): number[] {
    return this.array(toU32);
  }
  override asI64Array(): bigint[] {
    return this.array(toI64);
  }
  override asF64Array(): number[] {
    return this.array(toF64);
  }
  override asBoolArray(): boolean[] {
    return this.array(toBool);
  }

  private present(): JsonValue {
    if (isSnapshotError(this.found)) throw this.found;
    return this.found;
  }

  private array<T>(read: (value: JsonValue) => T): T[] {
    const value = this.present();
    if (!Array.isArray(value)) throw typeMismatch("[u64]", jsonKind(value));
    return value.map((element: JsonValue) => read(element));
  }
}

/** The value at a dotted path of a statistics document; `""` is the document. */
export function statsPath(document: JsonValue, path: string): JsonField {
  if (path === "") return new JsonField(document);
  let value = document;
  let walked = "";
  for (const component of path.split(".")) {
    if (component === "") return new JsonField(emptyPathComponent(path));
    const point: WalkPoint = { requested: path, walked, component };
    if (!isObject(value)) return new JsonField(notAStruct(point, jsonKind(value)));
    const member = value.get(component);
    if (member === undefined) return new JsonField(fieldNotFound(point, [...value.keys()].sort(compareText)));
    value = member;
    walked = walked === "" ? component : `${walked}.${component}`;
  }
  return new JsonField(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

function jsonKind(value: JsonValue): string {
  if (value === null) return "Null";
  if (typeof value === "boolean") return "Bool";
  if (typeof value === "string") return "String";
  if (typeof value === "number" || typeof value === "bigint") return "Number";
  return Array.isArray(value) ? "Array" : "Object";
}

/** Integers beyond 64 bits are doubles. */
function modelNumber(value: JsonValue): JsonValue {
  return typeof value === "bigint" && (value > U64_MAX || value < I64_MIN) ? Number(value) : value;
}

function toU64(json: JsonValue): bigint {
  const value = modelNumber(json);
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "bigint") {
    if (value < 0n) throw typeMismatch("u64", "Int(negative)");
    return value;
  }
  if (typeof value === "number") {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) throw typeMismatch("u64", "Float(non-coercible)");
    return saturate(value, 0n, U64_MAX);
  }
  if (typeof value === "string") return integerText(value, /^\+?\d+$/, "u64", 0n, U64_MAX);
  throw typeMismatch("u64", jsonKind(value));
}

function toU32(json: JsonValue): number {
  const value = toU64(json);
  if (value > U32_MAX) throw typeMismatch("u32", "Uint(>u32::MAX)");
  return Number(value);
}

function toI64(json: JsonValue): bigint {
  const value = modelNumber(json);
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "bigint") {
    if (value > I64_MAX) throw typeMismatch("i64", "Uint(>i64::MAX)");
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw typeMismatch("i64", "Float(non-finite)");
    return saturate(value, I64_MIN, I64_MAX);
  }
  if (typeof value === "string") return integerText(value, /^[+-]?\d+$/, "i64", I64_MIN, I64_MAX);
  throw typeMismatch("i64", jsonKind(value));
}

function saturate(value: number, least: bigint, most: bigint): bigint {
  if (!Number.isInteger(value)) throw typeMismatch("integer", "non-integer float");
  const exact = BigInt(value);
  if (exact < least) return least;
  return exact > most ? most : exact;
}

/** Longest text of an integer that can fit 64 bits, with room for leading zeros. */
const INTEGER_TEXT = 4096;

function integerText(text: string, form: RegExp, type: string, least: bigint, most: bigint): bigint {
  const isInteger = text.length <= INTEGER_TEXT && form.test(text);
  const value = isInteger ? BigInt(text.replace(/^\+/, "")) : undefined;
  if (value === undefined || value < least || value > most) throw typeMismatch(type, "String(non-numeric)");
  return value;
}

function toF64(value: JsonValue): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value !== "string") throw typeMismatch("f64", jsonKind(value));
  const word = WORDS.get(value.replace(/^[+-]/, "").toLowerCase());
  if (word !== undefined) return value.startsWith("-") ? -word : word;
  if (!FLOAT.test(value)) throw typeMismatch("f64", "String(non-numeric)");
  return Number(value);
}

function toBool(value: JsonValue): boolean {
  if (typeof value !== "boolean") throw typeMismatch("bool", jsonKind(value));
  return value;
}
