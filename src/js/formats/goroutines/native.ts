import type { CaptureManifest } from "./capture-manifest.ts";
import type { PanicMessage } from "./crash-text.ts";
import type { ProfileTables } from "./profile-tables.ts";
import type { DumpStatistics } from "./statistics.ts";

/** Which of its faces a process was captured by. Snapshots never mix them: they are different instants. */
export type DumpForm = "stacks" | "counts" | "profile" | "race";

/** What goroutine snapshots keep beyond the common shapes. Plain and cloneable. */
export interface GoroutinesNative {
  readonly form: DumpForm;
  /** One per process, in the order of `stacks.processes`. */
  readonly dumps: readonly DumpRecord[];
  readonly capture?: CaptureManifest;
}

export interface DumpRecord {
  readonly process: string;
  readonly input: string;
  /** Byte offset of the dump in its input. */
  readonly offset: number;
  readonly statistics?: DumpStatistics;
  readonly crash?: CrashRecord;
  readonly counts?: CountTables;
  readonly profile?: ProfileTables;
}

export interface CrashRecord {
  readonly lines: readonly string[];
  readonly panics: readonly PanicMessage[];
  readonly registers: Readonly<Record<string, string>>;
  readonly exitStatus?: string;
}

/** The numbers of a debug=1 profile that its stacks do not show. */
export interface CountTables {
  /** `goroutine`, `goroutineleak`, `threadcreate`, … */
  readonly profileName: string;
  readonly total: number;
  readonly count: Uint32Array;
  readonly hasLabels: Uint8Array;
  /** PCs of record r as (low, high) words, leaf first: `pcs[2 × pcEnd[r-1] … 2 × pcEnd[r])`. */
  readonly pcs: Uint32Array;
  readonly pcEnd: Uint32Array;
}
