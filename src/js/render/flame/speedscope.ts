import { NONE } from "../../base/brand.ts";
import { renderJson } from "../../base/json.ts";
import { VERSION } from "../../base/version.ts";
import type { Frame, StackIx, StackTable } from "../../model/stacks.ts";

/**
 * The stacks as speedscope reads them (https://www.speedscope.app, file format 0.0.1): one profile per process, its
 * samples weighted by their counts. There is no time in a snapshot: the left-heavy and sandwich views are what to look at.
 */
export function renderSpeedscope(table: StackTable, name: string): string {
  const frames = new FrameList(table);
  const byProcess = new Map<string, { samples: number[][]; weights: number[] }>();
  const paths = new Map<StackIx, number[]>();
  for (const { stack, count, process = "", kind, id } of table.contexts) {
    if (kind === "thread" && id === undefined && table.calls !== undefined) continue;
    const profile = byProcess.get(process) ?? { samples: [], weights: [] };
    byProcess.set(process, profile);
    const path = paths.get(stack) ?? frames.path(stack);
    paths.set(stack, path);
    profile.samples.push(path);
    profile.weights.push(Number(count));
  }
  const profiles = [...byProcess].map(([process, { samples, weights }]) => ({
    type: "sampled",
    name: process === "" ? name : process,
    unit: "none",
    startValue: 0,
    endValue: weights.reduce((sum, weight) => sum + weight, 0),
    samples,
    weights,
  }));
  return renderJson({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name,
    exporter: `coldframe ${VERSION}`,
    activeProfileIndex: 0,
    shared: { frames: frames.list },
    profiles,
  });
}

interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** Frames in the order of first use; two frames that differ in what speedscope does not know are one. */
class FrameList {
  readonly list: SpeedscopeFrame[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly table: StackTable;

  constructor(table: StackTable) {
    this.table = table;
  }

  /** Outermost first. */
  path(stack: StackIx): number[] {
    const path: number[] = [];
    for (let node: number = stack; node !== NONE; node = this.table.caller[node]!) {
      path.push(this.number(this.table.frames[this.table.frame[node]!]!));
    }
    return path.reverse();
  }

  private number({ functionName, file, line, address }: Frame): number {
    const name = functionName === "" && address !== undefined ? `0x${address.toString(16)}` : functionName;
    const key = `${name}\0${file ?? ""}\0${line ?? ""}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.list.push({ name, ...(file !== undefined && { file }), ...(line !== undefined && { line }) }) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }
}
