// The benchmark as a page: one file, no server. Built into dist/bench.html.
import { loadCore } from "../js/abi/core.ts";
import { embeddedCore } from "../js/platform/embedded.ts";
import { runStories, storyRows, USUAL_STORIES } from "./run-stories.ts";
import type { Story } from "./timing.ts";

const ROUNDS = 7;

const button = document.querySelector("button")!;
const status = document.querySelector("output")!;
const table = document.querySelector("table")!;
const json = document.querySelector("pre")!;

button.addEventListener("click", () => {
  button.disabled = true;
  void run().then(
    (stories) => show(stories),
    (error: unknown) => {
      status.textContent = `failed: ${String(error)}`;
    },
  );
});

async function run(): Promise<readonly Story[]> {
  return runStories(await loadCore(await embeddedCore()), {
    stories: new URLSearchParams(location.search).get("stories")?.split(",") ?? USUAL_STORIES,
    rounds: Number(new URLSearchParams(location.search).get("rounds") ?? ROUNDS),
    meters: {},
    async onStory(name, done, total) {
      status.textContent = `${done} of ${total}: ${name} …`;
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
}

function show(stories: readonly Story[]): void {
  const { heads, rows } = storyRows(stories);
  table.replaceChildren(rowOf("th", heads), ...rows.map((row) => rowOf("td", row)));
  const machine = { cores: navigator.hardwareConcurrency, browser: navigator.userAgent };
  json.textContent = JSON.stringify({ machine, stories }, null, 1);
  status.textContent = "done";
  button.disabled = false;
}

function rowOf(tag: "td" | "th", cells: readonly string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  for (const text of cells) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
