import { SnapshotError } from "../../base/errors.ts";
import type { JsonObject, JsonValue } from "../../base/json.ts";
import { suggestNames } from "../../base/text.ts";
import type { Literal } from "./assertions.ts";

/** A JSON value of an assertion file with its place, for messages that say where a file is wrong. */
export class AssertionNode {
  readonly value: JsonValue;
  readonly path: string;

  constructor(value: JsonValue, path: string) {
    this.value = value;
    this.path = path;
  }

  /** @throws SnapshotError `MalformedAssertions`. */
  refuse(what: string): never {
    const place = this.path === "" ? "the file" : this.path;
    throw new SnapshotError("MalformedAssertions", `reading assertions: ${place} ${what}`, {
      path: this.path,
      fields: { reason: what },
    });
  }

  get isObject(): boolean {
    return this.value instanceof Map;
  }

  object(): JsonObject {
    return this.value instanceof Map ? this.value : this.refuse("is not an object");
  }

  has(name: string): boolean {
    return this.object().has(name);
  }

  member(name: string): AssertionNode {
    return this.optional(name) ?? this.refuse(`lacks ${JSON.stringify(name)}`);
  }

  optional(name: string): AssertionNode | undefined {
    const value = this.object().get(name);
    return value === undefined ? undefined : new AssertionNode(value, this.path === "" ? name : `${this.path}.${name}`);
  }

  /** Members that are not among `names` are mistakes: a typo must not switch a check off. */
  allowOnly(names: readonly string[]): void {
    for (const name of this.object().keys()) {
      if (names.includes(name)) continue;
      const [near] = suggestNames(name, names, 1);
      const hint = near === undefined ? `it may have ${names.join(", ")}` : `did you mean ${JSON.stringify(near)}`;
      this.refuse(`has the unknown member ${JSON.stringify(name)}; ${hint}`);
    }
  }

  items(): AssertionNode[] {
    if (!Array.isArray(this.value)) return this.refuse("is not an array");
    return this.value.map((item: JsonValue, ix) => new AssertionNode(item, `${this.path}[${ix}]`));
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.refuse("is not a text");
  }

  word<T extends string>(words: readonly T[]): T {
    const text = this.text();
    return (
      words.find((word) => word === text) ?? this.refuse(`is ${JSON.stringify(text)}, not one of ${words.join(", ")}`)
    );
  }

  flag(): boolean {
    return typeof this.value === "boolean" ? this.value : this.refuse("is not true or false");
  }

  number(): number {
    const { value } = this;
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : this.refuse("is not a number");
  }

  index(): number {
    const value = this.number();
    return Number.isSafeInteger(value) && value >= 0 ? value : this.refuse("is not a whole number from 0");
  }

  numeric(): bigint | number {
    const { value } = this;
    return typeof value === "number" || typeof value === "bigint" ? value : this.refuse("is not a number");
  }

  literal(): Literal {
    const { value } = this;
    const isLiteral = value !== null && typeof value !== "object";
    return isLiteral ? value : this.refuse("is not a number, text or truth value");
  }

  /** Exactly two elements. */
  pair<T>(read: (item: AssertionNode) => T): readonly [T, T] {
    const items = this.items();
    if (items.length !== 2) this.refuse("does not have two elements");
    return [read(items[0]!), read(items[1]!)];
  }
}
