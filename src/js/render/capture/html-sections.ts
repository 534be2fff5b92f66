import { counterSeries } from "../../analysis/scheduler/counters.ts";
import { coverageOf } from "../../analysis/scheduler/coverage.ts";
import { hintsOf } from "../../analysis/scheduler/hints.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { HtmlSection } from "../html.ts";
import { htmlText as text } from "../html-text.ts";
import { sparkSvg } from "./sparkline.ts";

/** What a page about a capture says before its tables: hints, coverage, counters over time. */
export function captureHtml(snapshot: Snapshot, headline: string): readonly HtmlSection[] {
  const sections = [hintSection(snapshot, headline), coverageSection(snapshot), counterSection(snapshot)];
  return sections.filter((section) => section !== undefined);
}

function hintSection({ maps: capture }: Snapshot, headline: string): HtmlSection {
  const hints = capture === undefined ? [] : hintsOf(capture);
  const items = hints.map((hint) => `<li>${text(hint.text)} <span class="dim">${text(hint.path)}</span></li>`);
  const list = items.length === 0 ? "" : `<ul>${items.join("")}</ul>`;
  return { id: "verdict", title: "Verdict", html: `<p>${text(headline)}</p>${list}` };
}

function coverageSection(snapshot: Snapshot): HtmlSection | undefined {
  const { gaps, values, captured, isComplete } = coverageOf(snapshot);
  if (isComplete) return undefined;
  const rows = gaps.map(({ severity, path, why }) => {
    return `<tr><td class="${severity}">${severity}</td><td>${text(path ?? "")}</td><td>${text(why)}</td></tr>`;
  });
  const inside = Object.entries({ clipped: values.clipped, cut: values.cut, unreadable: values.unreadable })
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  const counts = Object.entries(captured).map(([name, count]) => `${name} ${count}`);
  const notes = [`captured: ${counts.join(", ")}`, ...(inside.length === 0 ? [] : [`values: ${inside.join(", ")}`])];
  const table = `<div class="scroll"><table><tbody>${rows.join("")}</tbody></table></div>`;
  return { id: "coverage", title: "Coverage", html: `${table}<p class="dim">${notes.map(text).join("<br>")}</p>` };
}

function counterSection({ maps: capture }: Snapshot): HtmlSection | undefined {
  const series = counterSeries(capture?.host.event_counter_timeline ?? []);
  const moving = series.filter(({ last, total }) => last !== 0n || total !== 0n);
  if (moving.length === 0) return undefined;
  const rows = moving.map(({ name, last, total, increases, perSecond }) => {
    const rate = perSecond === undefined ? "" : `${perSecond.toFixed(1)}/s`;
    const chart = increases.length < 2 ? "" : sparkSvg(increases, `increase of ${name} per sample`);
    return `<tr><th scope="row">${name}</th><td class="n">${last}</td><td class="n">+${total}</td><td class="n">${rate}</td><td>${chart}</td></tr>`;
  });
  const head = "<tr><th>Counter</th><th>Last</th><th>Since first</th><th>Rate</th><th>Increase per sample</th></tr>";
  const html = `<div class="scroll"><table><thead>${head}</thead><tbody>${rows.join("\n")}</tbody></table></div>`;
  return { id: "counters", title: "Event counters", html };
}
