import type { FormatId } from "../base/format-id.ts";
import type { Issue } from "../base/issue.ts";
import type { CrashAnalysis } from "./crash-analysis.ts";
import type { Fact } from "./facts.ts";
import type { LogSource } from "./logs.ts";
import type { MapCapture } from "./maps.ts";
import type { StackTable } from "./stacks.ts";
import type { Timeline } from "./timelines.ts";
import type { ValueSource } from "./values.ts";

export const SNAPSHOT_SCHEMA = 1;

/** What a snapshot was read from. */
export interface InputSummary {
  readonly name: string;
  /** After decompression. */
  readonly byteLength: number;
}

/**
 * The plain, cloneable half of a snapshot: what crosses a worker boundary. `native` is the format's own tables and
 * the input bytes; analyses never read it.
 */
export interface SnapshotParts {
  readonly schema: typeof SNAPSHOT_SCHEMA;
  readonly format: FormatId;
  readonly inputs: readonly InputSummary[];
  readonly facts: readonly Fact[];
  readonly stacks: StackTable;
  readonly issues: readonly Issue[];
  /** One for the snapshot and one for each inside it; only of formats that capture a processor's state. */
  readonly analysis?: readonly CrashAnalysis[];
  readonly native: unknown;
}

/** The lazy half, rebuilt from the parts on whichever side needs it. */
export interface SnapshotSources {
  readonly values: ValueSource;
  readonly logs: LogSource;
  /** Recordings of events, of formats that have some. */
  readonly timelines?: readonly Timeline[];
  /** Formats that capture BPF maps: the same values, as maps. What `map()`, `var()` and `active()` walk. */
  readonly maps?: MapCapture;
}

/** An opened snapshot: five shapes and `native`. Immutable. */
export interface Snapshot extends SnapshotParts, SnapshotSources {}
