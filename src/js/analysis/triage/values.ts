import { equalBytes } from "../../base/bytes.ts";
import type { HistogramBuckets } from "../../model/histogram.ts";
import type { Expression } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import type { Problem } from "./problems.ts";

/**
 * What an expression evaluates to. Int is a signed 64-bit integer; files in extended mode also have integers up to
 * 2^64-1 and histograms. Source: specs/triage.md section 2.
 */
export type Value =
  | { readonly kind: "Int"; readonly value: bigint }
  | { readonly kind: "Float"; readonly value: number }
  | { readonly kind: "String"; readonly value: string }
  | { readonly kind: "Bool"; readonly value: boolean }
  | { readonly kind: "Vector"; readonly items: readonly Value[] }
  | { readonly kind: "Bytes"; readonly value: Uint8Array }
  | { readonly kind: "Problem"; readonly problem: Problem }
  | LambdaValue
  /** A child node that a node selector found. */
  | { readonly kind: "Node" }
  | { readonly kind: "Histogram"; readonly value: HistogramBuckets };

export interface LambdaValue {
  readonly kind: "Lambda";
  readonly params: readonly string[];
  readonly body: Expression;
  /** Values of the names that were bound where the function was written. */
  readonly bound: Bindings;
  /** The file it was written in; whether its free names belong there is a matter of the dialect. */
  readonly namespace: string;
  readonly dialect: Dialect;
}

export type Bindings = ReadonlyMap<string, Value>;

export const TRUE: Value = { kind: "Bool", value: true };
export const FALSE: Value = { kind: "Bool", value: false };
export const NODE: Value = { kind: "Node" };
export const EMPTY_VECTOR: Value = { kind: "Vector", items: [] };

export function int(value: bigint): Value {
  return { kind: "Int", value };
}

export function float(value: number): Value {
  return { kind: "Float", value };
}

export function string(value: string): Value {
  return { kind: "String", value };
}

export function bool(value: boolean): Value {
  return value ? TRUE : FALSE;
}

export function vector(items: readonly Value[]): Value {
  return { kind: "Vector", items };
}

export function problemValue(problem: Problem): Value {
  return { kind: "Problem", problem };
}

/** A vector of one item is replaced by the item, once. Where this applies is a list: specs/triage.md section 2. */
export function unwrap(value: Value): Value {
  return value.kind === "Vector" && value.items.length === 1 ? value.items[0]! : value;
}

/** Values that hold others are followed this far; beyond it they count as unequal. */
const MAX_NESTING = 200;

/**
 * Equality of `==`: Int and Float across kinds by value, vectors item by item; problems, functions and nodes equal
 * nothing, not even themselves.
 */
export function equalValues(a: Value, b: Value, spend: (steps: number) => void, nesting = 0): boolean {
  spend(1);
  if (a.kind === "Int")
    return b.kind === "Int" ? a.value === b.value : b.kind === "Float" && Number(a.value) === b.value;
  if (a.kind === "Float") return (b.kind === "Float" || b.kind === "Int") && a.value === Number(b.value);
  if (a.kind === "String") return b.kind === "String" && a.value === b.value;
  if (a.kind === "Bool") return b.kind === "Bool" && a.value === b.value;
  if (a.kind === "Bytes") return b.kind === "Bytes" && equalBytes(a.value, b.value);
  if (a.kind !== "Vector" || b.kind !== "Vector" || a.items.length !== b.items.length) return false;
  if (nesting >= MAX_NESTING) return false;
  return a.items.every((item, ix) => equalValues(item, b.items[ix]!, spend, nesting + 1));
}
