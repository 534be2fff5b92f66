import { SnapshotError } from "./errors.ts";

/**
 * Default limits; `OpenOptions.limits` and `--limit NAME=N` override them by name. docs/limits.md is compared with
 * this table by a test.
 */
export const DEFAULT_LIMITS = {
  /** Bytes of one input after decompression. Beyond: the rest of the input is not read. */
  inputBytes: 1_073_741_824,
  /** Output bytes per compressed byte, above the first MiB. Beyond: decompression stops there. */
  inflateRatio: 1100,
  /** Files taken from one archive or directory. Beyond: further files are left out; a directory is refused. */
  archiveEntries: 10_000,
  /** Containers inside each other: a gzip in a zip is two. Beyond: the input is refused. */
  archiveLayers: 4,
  /** Nesting of messages, groups, JSON values, expressions. Beyond: what nests deeper is not read. */
  depth: 100,
  /** Bytes of tables that one window of input may fill. Beyond: rows so far are kept, the rest is not read. */
  tableBytes: 268_435_456,
  /** Issues kept. Beyond: further ones are not listed, and no error is raised. */
  issues: 1000,
  /** What one report is made of: threads, frames, tags, times, nested snapshots. Beyond: the report says what it omits. */
  reportItems: 200_000,
  /** Characters of one formatted message or C listing. Beyond: the argument becomes an error mark, a listing ends. */
  textLength: 1_048_576,
  /** Steps of a run of rules: values touched, characters searched (16 make a step). Beyond: the run ends with an error. */
  evaluationSteps: 20_000_000,
  /** Nesting of an evaluation: expressions in metrics in functions. Beyond: the evaluation ends with an error. */
  evaluationDepth: 400,
} as const;

export type LimitName = keyof typeof DEFAULT_LIMITS;
export type Limits = Readonly<Record<LimitName, number>>;

export function withLimits(overrides: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...overrides };
}

export function limitExceeded(
  name: LimitName,
  max: number,
  actual: number,
  what: string,
  offset?: number,
): SnapshotError {
  return new SnapshotError("LimitExceeded", `${what}: ${actual} is over the limit ${name}=${max}`, {
    limit: { name, max, actual },
    offset,
  });
}
