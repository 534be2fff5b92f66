import { isSnapshotError, type SnapshotError } from "../base/errors.ts";
import { attempt, type Result } from "../base/result.ts";
import { textOfBytes } from "../model/node-text.ts";
import { childrenOf, innermost } from "../model/nodes.ts";
import type { ValueNode, ValueOrigin } from "../model/values.ts";
import { BOOL, type Coercion, coerce, coerceArray, F64, I64, U32, U64 } from "./coercion.ts";
import { typeMismatch } from "./failures.ts";
import { kindName } from "./kind-name.ts";
import { RawValue } from "./raw-value.ts";
import { Terminals } from "./terminals.ts";
import { type ViewContext, walk } from "./walk.ts";

/** What a field holds: a value, the key number of a per-CPU or plain array, or the failure that took its place. */
type Held =
  | { readonly kind: "value"; readonly node: ValueNode }
  | { readonly kind: "key-number"; readonly key: number; readonly label: string }
  | { readonly kind: "missing"; readonly error: SnapshotError };

/**
 * One value of a capture. A field that is not there is still a field: `get` passes its failure on, and only a terminal
 * (`as…`) throws it. Each terminal has a `try…` twin that returns it.
 */
export class Field extends Terminals {
  private readonly context: ViewContext;
  private readonly held: Held;

  constructor(context: ViewContext, held: Held) {
    super();
    this.context = context;
    this.held = held;
  }

  static of(context: ViewContext, found: ValueNode | SnapshotError): Field {
    return new Field(
      context,
      isSnapshotError(found) ? { kind: "missing", error: found } : { kind: "value", node: found },
    );
  }

  isPresent(): boolean {
    return this.held.kind !== "missing";
  }

  /** Why the field is not there. */
  get error(): SnapshotError | undefined {
    return this.held.kind === "missing" ? this.held.error : undefined;
  }

  /** The value in the snapshot's value tree. */
  get node(): ValueNode | undefined {
    return this.held.kind === "value" ? this.held.node : undefined;
  }

  /** Where the value's own bytes are in the input; undefined where the format does not say. */
  get origin(): ValueOrigin | undefined {
    return this.node?.origin;
  }

  /** The value without errors; undefined for keys of arrays and missing fields. */
  raw(): RawValue | undefined {
    return this.held.kind === "value" ? new RawValue(this.context.values, this.held.node) : undefined;
  }

  /** What `path` leads to from here. */
  get(path: string): Field {
    const { held, context } = this;
    if (held.kind === "missing") return this;
    if (held.kind === "key-number")
      return path === "" ? this : Field.of(context, typeMismatch("Struct", held.label, path));
    return Field.of(context, walk(context, held.node, path));
  }

  /** Elements of an array, behind any pointers and cuts; nothing for anything else. */
  iterMembers(): Field[] {
    if (this.held.kind !== "value") return [];
    const array = innermost(this.context.values, this.held.node);
    if (array.kind !== "array") return [];
    return childrenOf(this.context.values, array).map((element) => Field.of(this.context, element));
  }

  /** @throws SnapshotError `TypeMismatch`, or why the field is not there; so do all terminals. */
  override asU64(): bigint {
    return this.scalar(U64);
  }
  override asI64(): bigint {
    return this.scalar(I64);
  }
  override asF64(): number {
    return this.scalar(F64);
  }
  override asBool(): boolean {
    return this.scalar(BOOL);
  }

  /** A number that is exact: beyond ±(2^53-1) it is a `TypeMismatch`. */
  asNumber(): number {
    if (this.held.kind === "value" && this.held.node.kind === "float") return this.asF64();
    const value = this.tryAsI64();
    const exact = value.ok ? value.value : this.asU64();
    if (!Number.isSafeInteger(Number(exact))) throw typeMismatch("number", `${exact} (beyond 2^53-1)`);
    return Number(exact);
  }

  /** Name of an enum's variant; unless the view is strict also the text of a char array or a CPU list. */
  override asStr(): string {
    const { held, context } = this;
    if (held.kind === "missing") throw held.error;
    if (held.kind === "key-number") throw typeMismatch("str", held.label);
    const value = context.values.scalar(held.node);
    if (held.node.kind === "enum" && typeof value === "string") return value;
    const text = context.strict ? undefined : textOfBytes(context.values, held.node);
    if (text !== undefined) return text;
    throw typeMismatch("str (enum variant name)", kindName(held.node));
  }

  /** Bytes that the format does not decode further, e.g. a stack. */
  asBytes(): Uint8Array {
    const { held, context } = this;
    if (held.kind === "missing") throw held.error;
    if (held.kind === "key-number") throw typeMismatch("bytes", held.label);
    const value = context.values.scalar(held.node);
    if (value instanceof Uint8Array) return value;
    throw typeMismatch("bytes", kindName(held.node));
  }

  override asU64Array(): bigint[] {
    return this.array(U64);
  }
  override asU32Array(): number[] {
    return this.array(U32).map(Number);
  }
  override asI64Array(): bigint[] {
    return this.array(I64);
  }
  override asF64Array(): number[] {
    return this.array(F64);
  }
  override asBoolArray(): boolean[] {
    return this.array(BOOL);
  }

  tryAsNumber(): Result<number> {
    return attempt(() => this.asNumber());
  }
  tryAsBytes(): Result<Uint8Array> {
    return attempt(() => this.asBytes());
  }

  private scalar<T extends bigint | number | boolean>(kind: Coercion<T>): T {
    const { held, context } = this;
    if (held.kind === "missing") throw held.error;
    return held.kind === "key-number" ? kind.ofKey(held.key) : thrown(coerce(kind, context.values, held.node));
  }

  private array<T>(kind: Coercion<T>): T[] {
    const { held, context } = this;
    if (held.kind === "missing") throw held.error;
    if (held.kind === "key-number") throw typeMismatch("[u64]", held.label);
    return thrown(coerceArray(kind, context.values, held.node));
  }
}

function thrown<T>(found: T | SnapshotError): T {
  if (isSnapshotError(found)) throw found;
  return found;
}
