import type { JsonObject } from "../../base/json.ts";

/** One Inspect tree of one component: an element of inspect.json that could be read. */
export interface InspectTree {
  /** Path of the component as written. */
  readonly moniker: string;
  /** `metadata.name`, or `root`. */
  readonly treeName: string;
  readonly metadata: JsonObject;
  /** Absent where the payload is null: the component exists and has no properties. */
  readonly root?: InspectNode;
}

export interface InspectNode {
  readonly kind: "node";
  readonly name: string;
  /** Properties and child nodes in document order. */
  readonly members: readonly InspectMember[];
}

export type InspectMember = InspectNode | InspectProperty;

export type InspectProperty = { readonly name: string } & (
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "bool"; readonly value: boolean }
  /** `int` fits i64, `uint` is beyond it and fits u64. */
  | { readonly kind: "int" | "uint"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "int[]" | "uint[]"; readonly value: readonly bigint[] }
  | { readonly kind: "double[]"; readonly value: readonly number[] }
  /** Also every empty array: nothing tells what its elements would be. */
  | { readonly kind: "string[]"; readonly value: readonly string[] }
  | { readonly kind: "histogram"; readonly value: Histogram }
);

export type Histogram = SteppedHistogram | ExplicitHistogram;

/** Edges follow from a formula. All numbers are doubles or all are integers, as in the source. */
export interface SteppedHistogram {
  readonly type: "linear" | "exponential";
  readonly floor: bigint | number;
  /** Width of the buckets (linear) or of the first one above the floor (exponential). */
  readonly step: bigint | number;
  readonly multiplier?: bigint | number;
  /** Underflow, buckets, overflow; with `indexes` only those that are named there. */
  readonly counts: readonly (bigint | number)[];
  /** Condensed form: position of each count in [0, size). */
  readonly indexes?: readonly bigint[];
  /** Number of counts of the full form, at least 3. */
  readonly size: bigint;
}

/** Edges written out one by one, as older snapshots have them. */
export interface ExplicitHistogram {
  readonly type: "explicit";
  readonly buckets: readonly ExplicitBucket[];
}

export interface ExplicitBucket {
  readonly floor: bigint | number;
  readonly ceiling: bigint | number;
  readonly count: bigint | number;
}
