import type { SnapshotError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import { PhaseValues } from "./phase-values.ts";

/** One sample of a projected series. */
export interface SeriesPoint<T> {
  readonly tag: string;
  /** Milliseconds from the start of the run; undefined where it was not measured, which is not 0. */
  readonly elapsedMs: bigint | undefined;
  /** 0 is the settle window, 1 … N the steps of the scenario; undefined outside any. */
  readonly phase: number | undefined;
  readonly value: Result<T>;
}

const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** One value followed over the samples of a series. Reducers leave out failed samples and those without a phase. */
export class SeriesField<T> {
  readonly label: string;
  readonly points: readonly SeriesPoint<T>[];

  constructor(label: string, points: readonly SeriesPoint<T>[]) {
    this.label = label;
    this.points = points;
  }

  /** Values of the samples that have one. */
  values(): T[] {
    return this.points.flatMap(({ value }) => (value.ok ? [value.value] : []));
  }

  /** Values by phase, in sample order. */
  byPhase(): PhaseValues<readonly T[]> {
    const groups = new Map<number, T[]>();
    for (const { phase, value } of this.points) {
      if (phase === undefined || !value.ok) continue;
      const group = groups.get(phase);
      if (group === undefined) groups.set(phase, [value.value]);
      else group.push(value.value);
    }
    return new PhaseValues(this.label, groups);
  }

  /** Values of one phase. */
  phase(phase: number): readonly T[] {
    return this.byPhase().get(phase) ?? [];
  }

  firstPerPhase(): PhaseValues<T> {
    return this.byPhase().map((values) => values[0]!);
  }
  lastPerPhase(): PhaseValues<T> {
    return this.byPhase().map((values) => values.at(-1)!);
  }

  /** The last value of a phase. */
  valueAtPhase(phase: number): T | undefined {
    return this.phase(phase).at(-1);
  }
}

/** Growth of a counter within each phase; one that fell counts as 0 and is told to `warn`. */
export function counterDeltaPerPhase(
  field: SeriesField<bigint>,
  warn: (message: string) => void = () => undefined,
): PhaseValues<bigint> {
  return field.byPhase().map((values, phase) => {
    const [first, last] = [values[0]!, values.at(-1)!];
    if (last >= first) return last - first;
    warn(`${field.label}: the counter fell from ${first} to ${last} within phase ${phase}; its growth counts as 0`);
    return 0n;
  });
}

/** Sum of each phase; integer sums stop at 2^64-1. */
export function sumByPhase<T extends bigint | number>(field: SeriesField<T>): PhaseValues<T> {
  return field.byPhase().map((values) => values.reduce(add));
}

function add<T extends bigint | number>(a: T, b: T): T;
function add(a: bigint | number, b: bigint | number): bigint | number {
  if (typeof a === "number" || typeof b === "number") return Number(a) + Number(b);
  const sum = a + b;
  return sum > U64_MAX ? U64_MAX : sum;
}

/** `periodic_003 (+300ms)`; unmeasured time prints as `+?ms`. */
export function pointText({
  tag,
  elapsedMs,
}: {
  readonly tag: string;
  readonly elapsedMs?: bigint | undefined;
}): string {
  return `${tag} (+${elapsedMs ?? "?"}ms)`;
}

/** The failure of a sample, if it has one. */
export function failureOf<T>({ value }: SeriesPoint<T>): SnapshotError | undefined {
  return value.ok ? undefined : value.error;
}
