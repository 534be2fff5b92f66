import { decimalText } from "../base/decimal.ts";
import { type Bucket, isHistogram, readHistogram, totalCount } from "../model/histogram.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { renderTable } from "./table.ts";

const BAR_WIDTH = 40;
/** Buckets that are drawn; the rest is counted. */
const BUCKETS_SHOWN = 64;

/** What a histogram says in one line: `15 values in 5 buckets`; undefined for anything else. */
export function histogramSummary(values: ValueSource, node: ValueNode): string | undefined {
  if (!isHistogram(node)) return undefined;
  const histogram = readHistogram(values, node);
  const { length } = histogram.buckets;
  return `${totalCount(histogram)} values in ${length} ${length === 1 ? "bucket" : "buckets"}`;
}

/** A histogram as lines with bars, buckets without values left out. Undefined for anything else. */
export function drawHistogram(values: ValueSource, node: ValueNode): string | undefined {
  if (!isHistogram(node)) return undefined;
  const { buckets } = readHistogram(values, node);
  const most = buckets.reduce((top, { count }) => Math.max(top, Number(count)), 0);
  const rows = buckets
    .slice(0, BUCKETS_SHOWN)
    .map((bucket) => [rangeText(bucket), String(bucket.count), barOf(Number(bucket.count), most)]);
  const rest = buckets.length - rows.length;
  const drawn = renderTable([{ title: "" }, { title: "", align: "right" }, { title: "" }], rows);
  return rest > 0 ? `${drawn}… ${rest} more buckets\n` : drawn;
}

function rangeText({ lower, upper }: Bucket): string {
  if (lower === Number.NEGATIVE_INFINITY) return `below ${decimalText(upper)}`;
  if (upper === Number.POSITIVE_INFINITY) return `from ${decimalText(lower)}`;
  return `[${decimalText(lower)}, ${decimalText(upper)})`;
}

/** At least one mark for what is there; nothing for a count that is negative. */
function barOf(count: number, most: number): string {
  return count > 0 ? "█".repeat(Math.max(1, Math.round((BAR_WIDTH * count) / most))) : "";
}
