import type { SnapshotError } from "../base/errors.ts";

/** What a decompressor made of one input. */
export interface Inflated {
  /** As much as could be read. */
  readonly bytes: Uint8Array;
  /** Why it is not all, or not to be trusted. */
  readonly problem?: SnapshotError;
}
