import { NONE } from "../../base/brand.ts";
import type { Frame, StackIx, StackTable } from "../../model/stacks.ts";

/** One code address: the functions inlined there, innermost first, and last the function that owns it. */
export interface Location {
  readonly lines: readonly Frame[];
}

/** Stacks that several contexts share, as a profile counts them. */
export interface Sample {
  /** Leaf first. */
  readonly locations: readonly Location[];
  readonly labels: ReadonlyMap<string, string>;
  readonly value: bigint;
  /** Part of what a difference is relative to. */
  readonly isBase: boolean;
}

/** Stacks to count, and what to do with them. */
export interface SampleSource {
  readonly stacks: StackTable;
  /** `base`: subtract; `diff-base`: subtract and take percentages of it. */
  readonly role?: "base" | "diff-base" | undefined;
}

/** Label that marks samples of a `diff-base`; `go tool pprof` uses it too. */
const BASE_LABEL = "pprof::base";

/**
 * Adds up sources by stack and labels; what comes to zero is left out. Threads are left out, goroutine profiles have
 * none. Order: first appearance.
 */
export function mergeSamples(sources: readonly SampleSource[]): readonly Sample[] {
  const locations = new LocationIndex();
  const merged = new Map<string, { sample: Sample; value: bigint }>();
  for (const { stacks, role } of sources) {
    const reader = new StackReader(stacks, locations);
    for (const context of stacks.contexts) {
      if (context.kind === "thread" && context.id === undefined && stacks.calls !== undefined) continue;
      const value = role === undefined ? context.count : -context.count;
      if (value === 0n) continue;
      const labels = labelsOf(context.labels, role === "diff-base");
      const { key, path } = reader.read(context.stack);
      const whole = `${key}\0\0${[...labels].map(([name, text]) => `${name}\0${text}`).join("\0")}`;
      const known = merged.get(whole);
      if (known !== undefined) known.value += value;
      else merged.set(whole, { sample: { locations: path, labels, value, isBase: role === "diff-base" }, value });
    }
  }
  return [...merged.values()].filter(({ value }) => value !== 0n).map(({ sample, value }) => ({ ...sample, value }));
}

/** What percentages are relative to: the sum of absolute values, of the base alone where there is a `diff-base`. */
export function totalOf(samples: readonly Sample[]): bigint {
  let all = 0n;
  let base = 0n;
  for (const { value, isBase } of samples) {
    const size = value < 0n ? -value : value;
    all += size;
    if (isBase) base += size;
  }
  return base > 0n ? base : all;
}

function labelsOf(labels: Readonly<Record<string, string>> | undefined, isBase: boolean): ReadonlyMap<string, string> {
  const out = new Map(Object.entries(labels ?? {}));
  if (isBase) out.set(BASE_LABEL, "true");
  return out;
}

/** Equal locations of several tables are one object with one number. */
class LocationIndex {
  private readonly known = new Map<string, { location: Location; number: number }>();

  get(lines: readonly Frame[]): { location: Location; number: number } {
    const key = lines.map(frameKey).join("\0\0");
    let entry = this.known.get(key);
    if (entry === undefined) {
      entry = { location: { lines }, number: this.known.size };
      this.known.set(key, entry);
    }
    return entry;
  }
}

function frameKey({ functionName, file, line, address, module, inlined }: Frame): string {
  return `${functionName}\0${file ?? ""}\0${line ?? ""}\0${address ?? ""}\0${module ?? ""}\0${inlined === true}`;
}

interface StackPath {
  readonly key: string;
  readonly path: readonly Location[];
}

/** Cuts the stacks of one table into locations. */
class StackReader {
  private readonly stacks: StackTable;
  private readonly index: LocationIndex;
  private readonly paths = new Map<StackIx, StackPath>();
  private readonly byFrames = new Map<string, { location: Location; number: number }>();

  constructor(stacks: StackTable, index: LocationIndex) {
    this.stacks = stacks;
    this.index = index;
  }

  read(stack: StackIx): StackPath {
    let known = this.paths.get(stack);
    if (known === undefined) {
      known = this.build(stack);
      this.paths.set(stack, known);
    }
    return known;
  }

  private build(stack: StackIx): StackPath {
    const { frames, frame, caller } = this.stacks;
    const path: Location[] = [];
    const numbers: number[] = [];
    let run: number[] = [];
    for (let node: number = stack; node !== NONE; node = caller[node]!) {
      run.push(frame[node]!);
      if (frames[frame[node]!]!.inlined === true && caller[node] !== NONE) continue;
      const { location, number } = this.location(run);
      path.push(location);
      numbers.push(number);
      run = [];
    }
    return { key: numbers.join(), path };
  }

  private location(run: readonly number[]): { location: Location; number: number } {
    const key = run.join();
    let entry = this.byFrames.get(key);
    if (entry === undefined) {
      entry = this.index.get(run.map((ix) => this.stacks.frames[ix]!));
      this.byFrames.set(key, entry);
    }
    return entry;
  }
}
