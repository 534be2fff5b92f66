import type { Core } from "../js/abi/core.ts";
import { rowContestants } from "./contestants.ts";
import { type Meters, type Story, TASKS_OF, timeStory } from "./timing.ts";
import { makeWorkload, WORKLOADS } from "./workloads.ts";

export interface StoriesOptions {
  readonly stories: readonly string[];
  readonly rounds: number;
  readonly meters: Meters;
  /** Called before each story; may wait, so that a page can draw. */
  onStory(name: string, done: number, total: number): Promise<void> | void;
}

/** Stories that take about a minute together. */
export const USUAL_STORIES: readonly string[] = ["logs1", "logs16", "threads16", "pprof"];

/** Times the contestants that need no other library. @throws Error for an unknown story. */
export async function runStories(core: Core, options: StoriesOptions): Promise<Story[]> {
  const contestants = rowContestants(core);
  const plan = options.stories.flatMap((name) => (TASKS_OF[name] ?? []).map((task) => ({ name, task })));
  const done: Story[] = [];
  let bytes = new Uint8Array(0);
  let checksum: number | undefined;
  for (const [ix, { name, task }] of plan.entries()) {
    await options.onStory(`${name} ${task}`, ix, plan.length);
    if (plan[ix - 1]?.name !== name) {
      bytes = await makeWorkload(name);
      checksum = undefined;
    }
    const { kind } = WORKLOADS[name]!;
    const { rounds, meters } = options;
    const story = await timeStory({ name, task, kind, bytes, contestants, rounds, meters, checksum });
    checksum = story.contestants[0]?.checksum;
    done.push(story);
  }
  return done;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly host: string;
  readonly date: string;
}

/** Column heads and rows of the table that people compare. */
export function storyRows(stories: readonly Story[]): { readonly heads: string[]; readonly rows: string[][] } {
  const names = stories[0]?.contestants.map(({ name }) => name) ?? [];
  return {
    heads: ["story", "MB", ...names.map((name) => `${name}, MB/s`)],
    rows: stories.map((story) => [
      story.name,
      (story.bytes / 1e6).toFixed(1),
      ...names.map((name) => String(story.contestants.find((one) => one.name === name)?.mb_per_s ?? "–")),
    ]),
  };
}
