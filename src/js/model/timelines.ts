/** What an event of a timeline marks. `async-…` events of one `id` belong together across lanes. */
export type TimelinePhase = "instant" | "begin" | "end" | "async-begin" | "async-step" | "async-end" | "counter";

/** One event as an instrumented program recorded it. */
export interface TimelineEvent {
  /** Microseconds since the timeline begins. */
  readonly timeUs: number;
  readonly phase: TimelinePhase;
  readonly name: string;
  /** What it happened on: a module, or a module and a group or label in it. */
  readonly lane: string;
  readonly id?: bigint;
  readonly arguments?: Readonly<Record<string, string | bigint | number | boolean>>;
}

/** A recording in the snapshot, in recorded order; its events are built when they are asked for. */
export interface Timeline {
  /** Path of what it was read from. */
  readonly path: string;
  readonly events: readonly TimelineEvent[];
}
