import { SnapshotError } from "./errors.ts";

/**
 * Default limits; `OpenOptions.limits` and `--limit NAME=N` override them by name. docs/limits.md is compared with
 * this table by a test.
 */
export const DEFAULT_LIMITS = {
  /** Bytes of one input after decompression. */
  inputBytes: 1_073_741_824,
  /** Output bytes per compressed byte, above the first MiB. */
  inflateRatio: 1100,
  /** Files taken from one archive or directory. */
  archiveEntries: 10_000,
  /** Containers inside each other: a gzip in a zip is two. */
  archiveLayers: 4,
  /** Nesting of messages, groups, JSON values, expressions. */
  depth: 100,
  /** Bytes of tables that one window of input may fill. */
  tableBytes: 268_435_456,
  /** Issues kept; further ones are counted only. */
  issues: 1000,
  /** Threads, frames, tags, times and nested snapshots that one report is made of, together. */
  reportItems: 200_000,
  /** Characters of one rendered text value. */
  textLength: 1_048_576,
  /** Steps of one run of rules: values touched, characters searched (16 make a step). */
  evaluationSteps: 20_000_000,
  /** Nesting of an evaluation: expressions in metrics in functions. */
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
