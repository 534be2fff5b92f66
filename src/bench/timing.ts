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
  /** Timed runs; slow contestants get fewer. */
  readonly rounds: number;
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
  /** Over every field of these bytes, when all contestants have given it before. */
  readonly checksum?: number | undefined;
}

/** Rounds of a contestant end when they have taken this long together, but not before the third. */
const BUDGET_MS = 4_000;
const LEAST_ROUNDS = 3;
/** What is quick runs again and again to warm up: engines compile in steps. */
const WARM_UP_MS = 100;

/** Times one story in interleaved rounds. @throws Error unless every contestant gives the same sums first. */
export async function timeStory(options: StoryOptions): Promise<Story> {
  const { name, task, kind, bytes, contestants, rounds } = options;
  const checksum =
    options.checksum ??
    agreed(
      options,
      contestants.map((one) => runOnce(one, "every", kind, bytes)),
    );
  const warm: WarmUp[] = [];
  for (const contestant of contestants) warm.push(await warmUp(contestant, options));
  agreed(
    options,
    warm.map(({ sum }) => sum),
  );
  const samples = contestants.map((): Sample[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [ix, contestant] of contestants.entries()) {
      if (round < roundsOf(warm[ix]!.ms, rounds)) samples[ix]!.push(timeOnce(contestant, options, round === 0));
    }
  }
  return {
    name: `${name} ${TITLES[task]}`,
    bytes: bytes.length,
    contestants: contestants.map((contestant, ix) => ({
      ...summarize(contestant.name, samples[ix]!, bytes.length),
      ...(warm[ix]!.allocated !== undefined && { allocated_bytes: warm[ix]!.allocated }),
      checksum,
    })),
  };
}

/** The sum that all give. @throws Error naming the first that gives another */
function agreed({ name, task, contestants }: StoryOptions, sums: readonly number[]): number {
  const stranger = sums.findIndex((sum) => sum !== sums[0]);
  if (stranger > 0) {
    const [first, other] = [contestants[0]!, contestants[stranger]!];
    throw new Error(`${name} ${task}: ${other.name} gives ${sums[stranger]}, ${first.name} ${sums[0]}`);
  }
  return sums[0] ?? 0;
}

function roundsOf(ms: number, rounds: number): number {
  return Math.min(rounds, Math.max(LEAST_ROUNDS, Math.floor(BUDGET_MS / ms)));
}

function runOnce(contestant: Contestant, task: Task, kind: WorkloadKind, bytes: Uint8Array): number {
  contestant.prepare?.();
  const { held, sum } = contestant.run(task, kind, bytes);
  contestant.release?.(held);
  return sum;
}

interface WarmUp {
  /** Of the last run. */
  readonly ms: number;
  readonly sum: number;
  readonly allocated: number | undefined;
}

/** Runs the task untimed, so that it is compiled; the first of these runs is the one whose allocations are sampled. */
async function warmUp(contestant: Contestant, { task, kind, bytes, meters }: StoryOptions): Promise<WarmUp> {
  let last: { held: unknown; sum: number; ms: number } | undefined;
  const run = (): void => {
    contestant.prepare?.();
    const start = performance.now();
    const { held, sum } = contestant.run(task, kind, bytes);
    last = { held, sum, ms: performance.now() - start };
  };
  meters.collect?.();
  const linear = contestant.linearBytes?.() ?? 0;
  const start = performance.now();
  const allocated = await meters.allocatedBy?.(run);
  const grown = Math.max(0, (contestant.linearBytes?.() ?? 0) - linear);
  while (last === undefined || performance.now() - start < WARM_UP_MS) {
    if (last !== undefined) contestant.release?.(last.held);
    run();
  }
  contestant.release?.(last.held);
  return { ms: last.ms, sum: last.sum, allocated: allocated === undefined ? undefined : allocated + grown };
}

interface Sample {
  readonly ms: number;
  /** Measured in one round only: looking at the whole heap takes longer than decoding does. */
  readonly memory?: { readonly peak: number; readonly retained: number };
}

/** One timed run. Garbage of earlier runs is collected before, outside the timing: this favours the object builders. */
function timeOnce(contestant: Contestant, options: StoryOptions, withMemory: boolean): Sample {
  const { task, kind, bytes, meters } = options;
  contestant.prepare?.();
  meters.collect?.();
  const used = (): number => (meters.usedBytes?.() ?? 0) - (contestant.spareBytes?.() ?? 0);
  const before = used();
  const start = performance.now();
  const { held } = contestant.run(task, kind, bytes);
  const ms = performance.now() - start;
  if (!withMemory || meters.usedBytes === undefined) {
    contestant.release?.(held);
    return { ms };
  }
  const linear = contestant.linearBytes?.() ?? 0;
  const peak = linear + Math.max(0, used() - before);
  meters.collect?.();
  const retained = linear + Math.max(0, used() - before);
  contestant.release?.(held);
  return { ms, memory: { peak, retained } };
}

function summarize(name: string, samples: readonly Sample[], byteLength: number): Omit<Timing, "checksum"> {
  const times = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = times[times.length >> 1]!;
  const memory = samples[0]?.memory;
  return {
    name,
    median_ms: toMicroseconds(median),
    min_ms: toMicroseconds(times[0]!),
    max_ms: toMicroseconds(times.at(-1)!),
    mb_per_s: Math.round(byteLength / 1000 / median),
    rounds: samples.length,
    ...(memory && { peak_bytes: memory.peak, retained_bytes: memory.retained }),
  };
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
