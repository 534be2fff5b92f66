import type { SnapshotError } from "../base/errors.ts";
import { attempt, type Result } from "../base/result.ts";
import type { CapturedEntry, MapStoreKind } from "../model/maps.ts";
import { inlineText } from "../model/node-text.ts";
import type { ValueNode } from "../model/values.ts";
import { type Aggregate, aggregateF64, aggregateI64, aggregateU64 } from "./aggregate.ts";
import { noMatch, noRendered, perCpuNotNarrowed, typeMismatch } from "./failures.ts";
import { Field } from "./field.ts";
import type { ViewContext } from "./walk.ts";

export type EntryKind = "Hash" | "Percpu" | "PercpuHash" | "Array" | "Value" | "Missing";

const KIND_OF_STORE: Readonly<Record<MapStoreKind, EntryKind>> = {
  hash: "Hash",
  "percpu-array": "Percpu",
  "percpu-hash": "PercpuHash",
  array: "Array",
  value: "Value",
};
const KEY_TEXT = 80;

/** One entry of a map, or the failure that took its place. */
export class Entry {
  readonly kind: EntryKind;
  /** What was captured; undefined for a missing entry. */
  readonly captured: CapturedEntry | undefined;
  /** Why the entry is not there. */
  readonly error: SnapshotError | undefined;
  private readonly context: ViewContext;

  private constructor(
    context: ViewContext,
    kind: EntryKind,
    captured: CapturedEntry | undefined,
    error: SnapshotError | undefined,
  ) {
    this.context = context;
    this.kind = kind;
    this.captured = captured;
    this.error = error;
  }

  static of(context: ViewContext, store: MapStoreKind, captured: CapturedEntry): Entry {
    return new Entry(context, KIND_OF_STORE[store], captured, undefined);
  }

  /** The slot of one CPU of a per-CPU entry. */
  static ofSlot(context: ViewContext, captured: CapturedEntry, slot: ValueNode): Entry {
    return new Entry(context, "Value", { node: captured.node, value: slot }, undefined);
  }

  static missing(context: ViewContext, error: SnapshotError): Entry {
    return new Entry(context, "Missing", undefined, error);
  }

  isPresent(): boolean {
    return this.error === undefined;
  }

  /** What `path` leads to in the value; `""` is the value itself. */
  get(path: string): Field {
    if (this.captured === undefined) return this.miss();
    if (this.kind === "Percpu" || this.kind === "PercpuHash") {
      return this.field(perCpuNotNarrowed(this.kind === "Percpu" ? "<percpu-array>" : "<percpu-hash>"));
    }
    return this.field(this.captured.value ?? noRendered("<entry>", "value")).get(path);
  }

  /** What `path` leads to in the key. */
  key(path: string): Field {
    if (this.captured === undefined) return this.miss();
    if (this.kind === "Value") return this.field(typeMismatch("key", "single Value (no key)", path));
    if (this.captured.keyNumber !== undefined) return this.keyNumber(this.captured.keyNumber).get(path);
    return this.field(this.captured.key ?? noRendered("<entry>", "key")).get(path);
  }

  /** What the value points to through the scheduler's allocator; not in strict views. */
  payload(path: string): Field {
    if (this.captured === undefined) return this.miss();
    const { payload } = this.captured;
    if (payload === undefined || this.context.strict)
      return this.field(typeMismatch("payload", `${this.kind} (no payload)`, path));
    return this.field(payload).get(path);
  }

  /** The value of each CPU that has one, in CPU order. @throws SnapshotError of the first CPU that has no such path. */
  cpuEach(path: string): (readonly [cpu: number, field: Field])[] {
    const slots = this.slots(path);
    const each: (readonly [number, Field])[] = [];
    slots.forEach((slot, cpu) => {
      if (slot === undefined) return;
      const field = this.field(slot).get(path);
      if (field.error !== undefined) throw field.error;
      each.push([cpu, field]);
    });
    return each;
  }

  /** @throws SnapshotError `NoMatch` if no CPU has a readable slot; the failure of a slot; so do all aggregates. */
  cpuSumU64(path: string): bigint {
    return this.integers("sum", "u64", path);
  }
  cpuMaxU64(path: string): bigint {
    return this.integers("max", "u64", path);
  }
  cpuMinU64(path: string): bigint {
    return this.integers("min", "u64", path);
  }
  cpuSumI64(path: string): bigint {
    return this.integers("sum", "i64", path);
  }
  cpuMaxI64(path: string): bigint {
    return this.integers("max", "i64", path);
  }
  cpuMinI64(path: string): bigint {
    return this.integers("min", "i64", path);
  }
  cpuSumF64(path: string): number {
    return this.floats("sum", path);
  }
  cpuMaxF64(path: string): number {
    return this.floats("max", path);
  }
  cpuMinF64(path: string): number {
    return this.floats("min", path);
  }

  tryCpuEach(path: string): Result<(readonly [cpu: number, field: Field])[]> {
    return attempt(() => this.cpuEach(path));
  }
  tryCpuSumU64(path: string): Result<bigint> {
    return attempt(() => this.cpuSumU64(path));
  }
  tryCpuMaxU64(path: string): Result<bigint> {
    return attempt(() => this.cpuMaxU64(path));
  }
  tryCpuMinU64(path: string): Result<bigint> {
    return attempt(() => this.cpuMinU64(path));
  }
  tryCpuSumI64(path: string): Result<bigint> {
    return attempt(() => this.cpuSumI64(path));
  }
  tryCpuMaxI64(path: string): Result<bigint> {
    return attempt(() => this.cpuMaxI64(path));
  }
  tryCpuMinI64(path: string): Result<bigint> {
    return attempt(() => this.cpuMinI64(path));
  }
  tryCpuSumF64(path: string): Result<number> {
    return attempt(() => this.cpuSumF64(path));
  }
  tryCpuMaxF64(path: string): Result<number> {
    return attempt(() => this.cpuMaxF64(path));
  }
  tryCpuMinF64(path: string): Result<number> {
    return attempt(() => this.cpuMinF64(path));
  }

  /** The key as short text for messages and lists; undefined for entries without a key. */
  keyText(): string | undefined {
    const { captured } = this;
    if (captured === undefined || this.kind === "Value") return undefined;
    if (captured.keyNumber !== undefined) return String(captured.keyNumber);
    if (captured.key !== undefined) return cutText(inlineText(this.context.values, captured.key, KEY_TEXT));
    if (captured.keyName !== undefined) return cutText(captured.keyName);
    return captured.keyHex === undefined ? undefined : cutText(`hex:${captured.keyHex}`);
  }

  private slots(path: string): readonly (ValueNode | undefined)[] {
    if (this.error !== undefined) throw this.error;
    const { perCpu } = this.captured ?? {};
    if (perCpu === undefined) throw typeMismatch("Percpu / PercpuHash", this.kind, path);
    return perCpu;
  }

  private integers(op: Aggregate, type: "u64" | "i64", path: string): bigint {
    const numbers = this.cpuEach(path).map(([, field]) => (type === "u64" ? field.asU64() : field.asI64()));
    if (numbers.length === 0) throw this.nothing(`cpu_${op}_${type}`);
    return type === "u64" ? aggregateU64(op, numbers) : aggregateI64(op, numbers);
  }

  private floats(op: Aggregate, path: string): number {
    const numbers = this.cpuEach(path).map(([, field]) => field.asF64());
    if (numbers.length === 0) throw this.nothing(`cpu_${op}_f64`);
    return aggregateF64(op, numbers);
  }

  private nothing(op: string): SnapshotError {
    return noMatch(`<${this.kind}>`, op, 0, []);
  }

  private keyNumber(key: number): Field {
    const label = this.kind === "Array" ? "Uint(array key)" : "Uint(percpu key)";
    return new Field(this.context, { kind: "key-number", key, label });
  }

  private field(found: ValueNode | SnapshotError): Field {
    return Field.of(this.context, found);
  }

  private miss(): Field {
    return this.field(this.error ?? noRendered("<entry>", "value"));
  }
}

/** Texts over 80 characters keep 79 and an ellipsis. Characters are code points. */
function cutText(text: string): string {
  if (text.length <= KEY_TEXT) return text;
  const characters = Array.from(text);
  return characters.length <= KEY_TEXT ? text : `${characters.slice(0, KEY_TEXT - 1).join("")}…`;
}
