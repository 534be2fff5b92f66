import { SnapshotError } from "../base/errors.ts";
import type { JsonObject, JsonValue } from "../base/json.ts";

/** A JSON value with the place it was found at, for errors. */
export class Reader {
  readonly value: JsonValue;
  private readonly path: string;

  constructor(value: JsonValue, path: string) {
    this.value = value;
    this.path = path;
  }

  object(): JsonObject {
    if (!(this.value instanceof Map)) throw this.wrong("an object");
    return this.value;
  }

  has(name: string): boolean {
    return this.object().has(name);
  }

  member(name: string): Reader {
    const value = this.object().get(name);
    const path = this.path === "" ? name : `${this.path}.${name}`;
    if (value === undefined) throw new Reader(null, path).wrong("a value");
    return new Reader(value, path);
  }

  items(): Reader[] {
    if (!Array.isArray(this.value)) throw this.wrong("an array");
    return this.value.map((item: JsonValue, ix) => new Reader(item, `${this.path}[${ix}]`));
  }

  list<T>(read: (item: Reader) => T): T[] {
    return this.items().map(read);
  }

  text(): string {
    if (typeof this.value !== "string") throw this.wrong("a string");
    return this.value;
  }

  integer(): number {
    const number = typeof this.value === "bigint" ? Number(this.value) : Number.NaN;
    if (!Number.isSafeInteger(number)) throw this.wrong("an integer");
    return number;
  }

  /** A flat record whose integers are counts and offsets. */
  plain<T>(): T {
    return plainNumbers(Object.fromEntries(this.object())) as T;
  }

  wrong(expected: string): SnapshotError {
    const found = this.value === null ? "null" : Array.isArray(this.value) ? "an array" : typeof this.value;
    return new SnapshotError(
      "ValueOutOfRange",
      `reading a snapshot document: ${this.path} is ${found}, expected ${expected}`,
      {
        path: this.path,
        fields: { expected, found },
      },
    );
  }
}

export function plainNumbers(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, typeof value === "bigint" ? Number(value) : value]),
  );
}
