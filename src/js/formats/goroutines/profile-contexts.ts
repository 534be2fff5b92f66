import { NONE } from "../../base/brand.ts";
import type { ContextTrait, Frame, FrameIx, StackIx } from "../../model/stacks.ts";
import type { ProfileLabel, ProfileLocation, ProfileTables } from "./profile-tables.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import { inferState } from "./wait-states.ts";

/** Profile types that count goroutines. */
const GOROUTINE_TYPES: ReadonlySet<string> = new Set(["goroutine", "goroutineleak"]);
const NOT_STARTED: readonly ContextTrait[] = ["not-started"];
const LEAKED: readonly ContextTrait[] = ["leaked"];

export function isGoroutineProfile(tables: ProfileTables): boolean {
  return tables.sampleTypes.some(({ type }) => GOROUTINE_TYPES.has(type));
}

/** Adds the samples of a profile: contexts that stand for several goroutines and have no ids. */
export function addSamples(assembly: StackAssembly, tables: ProfileTables, process: string): void {
  const { samples, sampleTypes, shownType } = tables;
  const isGoroutines = isGoroutineProfile(tables);
  const isLeak = sampleTypes[shownType]?.type === "goroutineleak";
  const frames = tables.locations.map(() => undefined as readonly FrameIx[] | undefined);
  const framesAt = (location: number): readonly FrameIx[] => {
    frames[location] ??= locationFrames(tables, tables.locations[location]!).map((f) => assembly.builder.addFrame(f));
    return frames[location]!;
  };
  const states = new Map<StackIx, string | undefined>();
  for (let s = 0, from = 0; s < samples.locationEnd.length; from = samples.locationEnd[s++]!) {
    const end = samples.locationEnd[s]!;
    const stack = addStack(assembly, samples.locations, from, end, framesAt);
    if (!states.has(stack)) states.set(stack, isGoroutines ? stateOf(tables, from, end) : undefined);
    const state = states.get(stack);
    const count = samples.values[s * sampleTypes.length + shownType] ?? 0n;
    const labels = labelsOf(samples.labels[s]!);
    const traits = from === end ? NOT_STARTED : isLeak ? LEAKED : undefined;
    assembly.addContext({
      kind: isGoroutines ? "goroutine" : "thread",
      name: contextName(count, isGoroutines, sampleTypes[shownType]?.unit ?? ""),
      stack,
      count,
      process,
      ...(state !== undefined && { state, stateInferred: true }),
      ...(labels !== undefined && { labels }),
      ...(traits !== undefined && { traits }),
    });
  }
}

function contextName(count: bigint, isGoroutines: boolean, unit: string): string {
  if (isGoroutines) return count === 1n ? "1 goroutine" : `${count} goroutines`;
  return `${count} ${unit}`;
}

/** Outermost first: locations are leaf first, and so are the lines of one location. */
function addStack(
  assembly: StackAssembly,
  locations: Int32Array,
  from: number,
  end: number,
  framesAt: (location: number) => readonly FrameIx[],
): StackIx {
  let node = NONE as StackIx;
  for (let at = end - 1; at >= from; at--) {
    const frames = framesAt(locations[at]!);
    for (let line = frames.length - 1; line >= 0; line--) node = assembly.builder.addNode(node, frames[line]!);
  }
  return node;
}

/** Frames of one location, innermost first. All but the last are inlined into the one after them. */
function locationFrames(tables: ProfileTables, location: ProfileLocation): Frame[] {
  const module = tables.mappings[location.mapping]?.filename;
  const common = { address: location.address, ...(module !== undefined && module !== "" && { module }) };
  if (location.lines.length === 0) return [{ functionName: "", ...common }];
  return location.lines.map((line, ix) => {
    const fn = tables.functions[line.function];
    return {
      functionName: fn?.name ?? "",
      ...common,
      ...(fn !== undefined && fn.filename !== "" && { file: fn.filename }),
      ...(line.line > 0n && { line: Number(line.line) }),
      ...(ix < location.lines.length - 1 && { inlined: true }),
    };
  });
}

function stateOf(tables: ProfileTables, from: number, end: number): string | undefined {
  const names: string[] = [];
  for (let at = from; at < end && names.length < 8; at++) {
    for (const line of tables.locations[tables.samples.locations[at]!]!.lines) {
      names.push(tables.functions[line.function]?.name ?? "");
    }
  }
  return inferState(names);
}

function labelsOf(labels: readonly ProfileLabel[]): Readonly<Record<string, string>> | undefined {
  if (labels.length === 0) return undefined;
  const out: Record<string, string> = Object.create(null);
  for (const { key, text, number, unit } of labels) {
    const value = text ?? (unit === undefined ? String(number) : `${number} ${unit}`);
    out[key] = Object.hasOwn(out, key) ? `${out[key]}, ${value}` : value;
  }
  return out;
}
