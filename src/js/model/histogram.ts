import type { ValueNode, ValueSource } from "./values.ts";

/** The buckets of a histogram that have counts, in rising order. Edges may be infinite. */
export interface HistogramBuckets {
  readonly buckets: readonly Bucket[];
}

/** Values v with lower ≤ v < upper. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: bigint | number;
}

/** Whether a value is a histogram, by the name of its type. */
export function isHistogram({ typeName }: ValueNode): boolean {
  return typeName?.endsWith(" histogram") === true;
}

/**
 * Reads a struct of type `linear histogram`, `exponential histogram` or `explicit histogram` of the value tree.
 * Position 0 is the underflow, the last the overflow. Source: specs/triage.md section 1.3.
 */
export function readHistogram(values: ValueSource, node: ValueNode): HistogramBuckets {
  const number = (name: string): number => Number(scalarAt(values, node, name) ?? 0);
  if (node.typeName === "explicit histogram") return { buckets: readExplicit(values, node) };
  const size = number("size");
  const floor = number("floor");
  const step = number("step");
  const multiplier = node.typeName === "linear histogram" ? undefined : number("multiplier");
  const counts = elementsOf(values, values.child(node, "counts"));
  const indexes = elementsOf(values, values.child(node, "indexes"));
  const edge = (bucket: number): number => {
    if (bucket < 0) return Number.NEGATIVE_INFINITY;
    if (bucket >= size - 1) return Number.POSITIVE_INFINITY;
    if (multiplier === undefined) return floor + bucket * step;
    return bucket === 0 ? floor : floor + step * multiplier ** (bucket - 1);
  };
  const buckets = counts.map((count, ix) => {
    const at = Number(indexes[ix] ?? ix);
    return { lower: edge(at - 1), upper: edge(at), count };
  });
  return { buckets: sortBuckets(buckets.filter((bucket) => Number(bucket.count) !== 0)) };
}

function readExplicit(values: ValueSource, node: ValueNode): Bucket[] {
  const list = values.child(node, "buckets");
  const items = list === undefined ? [] : values.page(list, 0, values.count(list));
  const buckets = items.map((item) => ({
    lower: Number(scalarAt(values, item, "floor") ?? 0),
    upper: Number(scalarAt(values, item, "ceiling") ?? 0),
    count: scalarAt(values, item, "count") ?? 0n,
  }));
  return sortBuckets(buckets.filter((bucket) => Number(bucket.count) !== 0));
}

function sortBuckets(buckets: Bucket[]): Bucket[] {
  return buckets.sort((a, b) => (a.lower < b.lower ? -1 : a.lower > b.lower ? 1 : 0));
}

function scalarAt(values: ValueSource, node: ValueNode, name: string): bigint | number | undefined {
  const child = values.child(node, name);
  const scalar = child === undefined ? null : values.scalar(child);
  return typeof scalar === "bigint" || typeof scalar === "number" ? scalar : undefined;
}

function elementsOf(values: ValueSource, list: ValueNode | undefined): (bigint | number)[] {
  if (list === undefined) return [];
  return values.page(list, 0, values.count(list)).map((item) => {
    const scalar = values.scalar(item);
    return typeof scalar === "bigint" || typeof scalar === "number" ? scalar : 0n;
  });
}

export function totalCount({ buckets }: HistogramBuckets): bigint | number {
  return buckets.reduce<bigint | number>((sum, { count }) => addCounts(sum, count), 0n);
}

function addCounts(a: bigint | number, b: bigint | number): bigint | number {
  return typeof a === "bigint" && typeof b === "bigint" ? a + b : Number(a) + Number(b);
}
