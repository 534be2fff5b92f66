import { type Bucket, type HistogramBuckets, totalCount } from "../../model/histogram.ts";

/** What the values summed up to, each taken as the middle of its bucket (an open bucket: its one finite edge). */
export function estimateSum({ buckets }: HistogramBuckets): number {
  return buckets.reduce((sum, bucket) => sum + middleOf(bucket) * Number(bucket.count), 0);
}

function middleOf({ lower, upper }: Bucket): number {
  if (!Number.isFinite(lower)) return upper;
  return Number.isFinite(upper) ? (lower + upper) / 2 : lower;
}

/**
 * The value that `percent` of the values do not exceed, linear within its bucket (an open bucket: its finite edge).
 * @param percent 0 … 100
 */
export function estimatePercentile(histogram: HistogramBuckets, percent: number): number | undefined {
  const total = Number(totalCount(histogram));
  if (total === 0) return undefined;
  const wanted = (percent / 100) * total;
  let below = 0;
  for (const bucket of histogram.buckets) {
    const count = Number(bucket.count);
    if (below + count >= wanted) {
      if (!Number.isFinite(bucket.lower) || !Number.isFinite(bucket.upper)) return middleOf(bucket);
      return bucket.lower + (bucket.upper - bucket.lower) * Math.max(0, (wanted - below) / count);
    }
    below += count;
  }
  return middleOf(histogram.buckets.at(-1)!);
}
