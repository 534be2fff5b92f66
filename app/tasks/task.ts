import type { NamedContent, OpenOptions, Snapshot } from "coldframe";
import type { ArtifactSet } from "coldframe/symbols";

/**
 * Work that may take long. The same function runs on the page for small inputs, where a worker would only add its own
 * time, and in the worker for all others: arguments and results are plain data.
 */
export interface Task<Args, Result> {
  readonly id: string;
  /** What the progress line says while it runs. */
  readonly what: string;
  /** In the worker whatever the size: how long it takes is in the arguments, e.g. a query. */
  readonly aside?: boolean;
  run(input: TaskInput, args: Args): Result | Promise<Result>;
}

export interface TaskInput {
  /** At least one. */
  readonly snapshots: readonly Snapshot[];
  /** The images that were dropped beside the snapshots; undefined where there is none. */
  symbols(): Promise<ArtifactSet | undefined>;
}

/** How snapshots were read: enough to read them again elsewhere. Everything in it can be posted. */
export interface Reading {
  /** Another number for each reading. */
  readonly key: number;
  readonly files: readonly NamedContent[];
  readonly options: OpenOptions;
  readonly artifacts: ArtifactFiles;
}

/** The same object for the same list of files: it is what the opened images are kept by. */
export interface ArtifactFiles {
  readonly key: number;
  readonly files: readonly NamedContent[];
}
