import type { Contestant, Task } from "./contestants.ts";
import type { WorkloadKind } from "./workloads.ts";

/** What is timed of each workload: decoding alone, then with reading from JavaScript. */
export const TASKS_OF: Readonly<Record<string, readonly Task[]>> = {
  logs1: ["decode", "every"],
  logs16: ["decode", "one", "every", "text"],
  logs128: ["decode"],
  threads16: ["decode", "every", "text"],
  pprof: ["decode", "one", "every", "text"],
  fleet: ["decode"],
};

const TITLES: Readonly<Record<Task, string>> = {
  decode: "decode",
  one: "decode + one field",
  every: "decode + every field",
  text: "decode + text",
};

/** Measures of the host that not every host has. */
export interface Meters {
  collect?(): void;
  /** Memory held by JavaScript now, array buffers included. */
  usedBytes?(): number;
  /** Bytes that `work` allocates, those already collected included. */
  allocatedBy?(work: () => void): Promise<number>;
}

export interface Timing {
  readonly name: string;
  readonly median_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly mb_per_s: number;
  /** Above the start, before garbage is collected, and after. */
  readonly peak_bytes?: number;
  readonly retained_bytes?: number;
  /** Allocated by one run; sampled. */
  readonly allocated_bytes?: number;
  readonly checksum: number;
}

export interface Story {
  readonly name: string;
  readonly bytes: number;
  readonly contestants: readonly Timing[];
}

export interface StoryOptions {
  readonly name: string;
  readonly task: Task;
  readonly kind: WorkloadKind;
  readonly bytes: Uint8Array;
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  readonly meters: Meters;
}

/** Times one story in interleaved rounds. @throws Error unless every contestant gives the same sums first. */
export async function timeStory(options: StoryOptions): Promise<Story> {
  const { name, task, bytes, contestants, rounds } = options;
  const checksums = agreedChecksums(options);
  const samples = contestants.map((): Sample[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [ix, contestant] of contestants.entries()) {
      const sample = timeOnce(contestant, options);
      if (round > 0) samples[ix]!.push(sample); // the first is for warming up
    }
  }
  const allocated: (number | undefined)[] = [];
  for (const contestant of contestants) allocated.push(await allocatedOnce(contestant, options));
  return {
    name: `${name} ${TITLES[task]}`,
    bytes: bytes.length,
    contestants: contestants.map((contestant, ix) =>
      summarize(contestant.name, samples[ix]!, bytes.length, checksums[ix]!, allocated[ix], options.meters),
    ),
  };
}

/** Checksums over every field, and over what the task itself reads. */
function agreedChecksums({ name, task, kind, bytes, contestants }: StoryOptions): number[] {
  for (const what of new Set<Task>(["every", task])) {
    const sums = contestants.map((contestant) => sumOf(contestant, what, kind, bytes));
    const stranger = sums.findIndex((sum) => sum !== sums[0]);
    if (stranger > 0) {
      throw new Error(
        `${name}: ${contestants[stranger]!.name} gives ${sums[stranger]}, ${contestants[0]!.name} ${sums[0]}`,
      );
    }
  }
  return contestants.map((contestant) => sumOf(contestant, "every", kind, bytes));
}

function sumOf(contestant: Contestant, task: Task, kind: WorkloadKind, bytes: Uint8Array): number {
  contestant.prepare?.();
  const { held, sum } = contestant.run(task, kind, bytes);
  contestant.release?.(held);
  return sum;
}

interface Sample {
  readonly ms: number;
  readonly peakBytes: number;
  readonly retainedBytes: number;
}

/** One timed run. Garbage of earlier runs is collected before, outside the timing: this favours the object builders. */
function timeOnce(contestant: Contestant, { task, kind, bytes, meters }: StoryOptions): Sample {
  contestant.prepare?.();
  meters.collect?.();
  const used = (): number => (meters.usedBytes?.() ?? 0) - (contestant.spareBytes?.() ?? 0);
  const before = used();
  const start = performance.now();
  const { held } = contestant.run(task, kind, bytes);
  const ms = performance.now() - start;
  const linear = contestant.linearBytes?.() ?? 0;
  const peakBytes = linear + Math.max(0, used() - before);
  meters.collect?.();
  const retainedBytes = linear + Math.max(0, used() - before);
  contestant.release?.(held);
  return { ms, peakBytes, retainedBytes };
}

async function allocatedOnce(
  contestant: Contestant,
  { task, kind, bytes, meters }: StoryOptions,
): Promise<number | undefined> {
  if (meters.allocatedBy === undefined) return undefined;
  contestant.prepare?.();
  meters.collect?.();
  let held: unknown;
  const before = contestant.linearBytes?.() ?? 0;
  const allocated = await meters.allocatedBy(() => {
    held = contestant.run(task, kind, bytes).held;
  });
  const grown = Math.max(0, (contestant.linearBytes?.() ?? 0) - before);
  contestant.release?.(held);
  return allocated + grown;
}

function summarize(
  name: string,
  samples: readonly Sample[],
  byteLength: number,
  checksum: number,
  allocated: number | undefined,
  meters: Meters,
): Timing {
  const times = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = times[times.length >> 1]!;
  const hasMemory = meters.usedBytes !== undefined;
  const peak = Math.max(...samples.map(({ peakBytes }) => peakBytes));
  return {
    name,
    median_ms: toMicroseconds(median),
    min_ms: toMicroseconds(times[0]!),
    max_ms: toMicroseconds(times.at(-1)!),
    mb_per_s: Math.round(byteLength / 1000 / median),
    ...(hasMemory && { peak_bytes: peak, retained_bytes: Math.max(...samples.map((one) => one.retainedBytes)) }),
    ...(allocated !== undefined && { allocated_bytes: allocated }),
    checksum,
  };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
