/** One record of a table: an output computed from the inputs alone, and what it should be. */
export interface RecordCase {
  readonly kind: string;
  readonly name: string;
  actual(): unknown;
  expected(): unknown;
}

/** Cases of a table: `lib` is the pigweed entry, `table` the parsed file. */
type TableCases = (lib: object, table: unknown) => RecordCase[];

export const tokenizerCases: TableCases;
export const logStreamCases: TableCases;
export const metricCases: TableCases;
export const traceCases: TableCases;
