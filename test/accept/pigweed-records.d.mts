/** One record of a table: an output computed from the inputs alone, and what it should be. */
export interface RecordCase {
  readonly kind: string;
  readonly name: string;
  actual(): unknown;
  expected(): unknown;
}

export function tokenizerCases(lib: object, records: unknown): RecordCase[];
