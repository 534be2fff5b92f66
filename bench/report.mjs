// Reports of a run: Markdown tables, and a comparison of two runs.
import { goalTable } from "./goals.mjs";
import { machineLine } from "./machine.mjs";

export function renderMarkdown({ machine, stories }) {
  const host = machine.browser === undefined ? "" : `; ${machine.browser}`;
  const lines = [
    `${machineLine(machine)} at the end${host}.`,
    "Medians in ms [min–max]; MB = 10^6 bytes of input; every contestant gave the same checksum first.",
  ];
  for (const story of stories)
    lines.push("", `### ${story.name} (${(story.bytes / 1e6).toFixed(1)} MB)`, "", ...table(story));
  const flat = costPerMegabyte(stories);
  if (flat.length > 1) lines.push("", "### Cost per MB of coldframe as inputs grow", "", ...flat);
  const goals = goalTable(stories);
  if (goals.length > 0) lines.push("", "### Floors and goals", "", "× = times as fast as the other.", "", ...goals);
  return `${lines.join("\n")}\n`;
}

function table({ contestants }) {
  const ours = contestants[0].median_ms;
  return [
    "| contestant | ms | MB/s | the first is faster by | allocated, MB | memory at the end, MB | kept, MB |",
    "|---|---|---|---|---|---|---|",
    ...contestants.map((c) => {
      const times = `${c.median_ms.toFixed(2)} [${c.min_ms.toFixed(2)}–${c.max_ms.toFixed(2)}]`;
      const ratio = (c.median_ms / ours).toFixed(c.median_ms / ours < 10 ? 2 : 1);
      const memory = [c.allocated_bytes, c.peak_bytes, c.retained_bytes].map(megabytes).join(" | ");
      return `| ${c.name} | ${times} | ${c.mb_per_s} | ${ratio} | ${memory} |`;
    }),
  ];
}

/** The same work on 1, 16 and 128 MB: a line each of our contestants. */
function costPerMegabyte(stories) {
  const sizes = ["logs1", "logs16", "logs128"]
    .map((name) => stories.find((story) => story.name === `${name} decode`))
    .filter((story) => story !== undefined);
  if (sizes.length < 2) return [];
  const ours = sizes[0].contestants.filter((c) => c.name.startsWith("coldframe"));
  return [
    `| contestant | ${sizes.map((story) => story.name).join(" | ")} |`,
    `|---|${sizes.map(() => "---|").join("")}`,
    ...ours.map(({ name }) => {
      const cells = sizes.map((story) => {
        const found = story.contestants.find((c) => c.name === name);
        return `${((found.median_ms * 1e6) / story.bytes).toFixed(2)} ms/MB`;
      });
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ];
}

/**
 * Before and after. Machines differ from hour to hour, so what is compared is each of ours against the median rival of
 * the same story and run; a change of less than the spread of either run is called noise.
 */
export function compareReports(before, after) {
  const lines = [
    "| story | contestant | rivals take × as long, before | now | change | |",
    "|---|---|---|---|---|---|",
  ];
  for (const story of after.stories) {
    const old = before.stories.find((s) => s.name === story.name);
    for (const c of story.contestants.filter((one) => one.name.startsWith("coldframe"))) {
      const was = old?.contestants.find((one) => one.name === c.name);
      const now = lead(story, c);
      if (was === undefined || now === undefined || lead(old, was) === undefined) continue;
      const then = lead(old, was);
      const change = now / then - 1;
      const spread = Math.max(c.max_ms / c.min_ms, was.max_ms / was.min_ms) - 1;
      const verdict = Math.abs(change) <= Math.max(0.15, spread) ? "noise" : change < 0 ? "SLOWER" : "faster";
      const percent = `${change < 0 ? "" : "+"}${(change * 100).toFixed(0)} %`;
      lines.push(`| ${story.name} | ${c.name} | ${then.toFixed(2)} | ${now.toFixed(2)} | ${percent} | ${verdict} |`);
    }
  }
  return lines.join("\n");
}

function lead(story, contestant) {
  const rivals = story.contestants.filter((c) => !c.name.startsWith("coldframe")).map((c) => c.median_ms);
  if (rivals.length === 0) return undefined;
  return rivals.sort((a, b) => a - b)[rivals.length >> 1] / contestant.median_ms;
}

function megabytes(bytes) {
  return bytes === undefined ? "–" : (bytes / 1e6).toFixed(1);
}
