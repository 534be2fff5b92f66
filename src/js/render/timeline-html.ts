import type { Timeline, TimelineEvent } from "../model/timelines.ts";
import { htmlText } from "./html-text.ts";

const ROW = 22;
const LEFT = 200;
const WIDTH = 1000;
/** Beyond these the picture says no more; the table has the rest. */
const LANES_DRAWN = 40;
const EVENTS_DRAWN = 5000;
const EVENTS_LISTED = 20_000;
const NAME_SHOWN = 28;

/** A stretch of a lane; without `to` an instant, or something whose end was not recorded. */
interface Mark {
  readonly lane: number;
  readonly from: number;
  readonly to: number | undefined;
  readonly name: string;
}

export function eventCount(timelines: readonly Timeline[]): number {
  return timelines.reduce((sum, { events }) => sum + events.length, 0);
}

/** Each recording as a picture of its lanes and a table of its events. Needs no script. */
export function* timelineHtml(timelines: readonly Timeline[]): Generator<string> {
  for (const { path, events } of timelines) {
    if (events.length === 0) continue;
    yield `<h3>${htmlText(path)}</h3>\n`;
    yield* picture(events);
    yield* eventRows(events);
  }
}

function* picture(events: readonly TimelineEvent[]): Generator<string> {
  const drawn = events.slice(0, EVENTS_DRAWN);
  const lanes = [...new Set(drawn.map(({ lane }) => lane))].slice(0, LANES_DRAWN);
  const start = drawn.reduce((least, { timeUs }) => Math.min(least, timeUs), Number.POSITIVE_INFINITY);
  const end = drawn.reduce((most, { timeUs }) => Math.max(most, timeUs), start);
  const x = (us: number): string => (LEFT + ((us - start) / (end - start || 1)) * (WIDTH - LEFT - 10)).toFixed(1);
  const height = lanes.length * ROW + 4;
  yield `<svg role="img" aria-label="${events.length} events on ${lanes.length} lanes" viewBox="0 0 ${WIDTH} ${height}" width="100%" font-size="12">\n`;
  for (const [ix, lane] of lanes.entries()) {
    const y = ix * ROW;
    yield `<text x="0" y="${y + 15}" fill="currentColor">${htmlText(shorten(lane))}</text><path d="M${LEFT} ${y + ROW}H${WIDTH}" stroke="currentColor" stroke-opacity=".2"/>\n`;
  }
  for (const { lane, from, to, name } of marksOf(drawn, lanes)) {
    const y = lane * ROW + 4;
    const title = `<title>${htmlText(name)}, ${from} µs${to === undefined ? "" : ` to ${to} µs`}</title>`;
    if (to === undefined) yield `<path d="M${x(from)} ${y}v14" stroke="currentColor" stroke-width="2">${title}</path>`;
    else {
      const width = Math.max(1, Number(x(to)) - Number(x(from))).toFixed(1);
      yield `<rect x="${x(from)}" y="${y}" width="${width}" height="14" fill="currentColor" fill-opacity=".35">${title}</rect>`;
    }
  }
  yield "</svg>\n";
}

/** Begin and end of one lane nest; those of an asynchronous operation are found by lane, name and id. */
function marksOf(events: readonly TimelineEvent[], lanes: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  const open = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const lane = lanes.indexOf(event.lane);
    if (lane < 0) continue;
    const key = `${lane}\0${event.phase.startsWith("async") ? String(event.id) : ""}`;
    const begun = open.get(key) ?? [];
    const { timeUs, phase, name } = event;
    if (phase === "begin" || phase === "async-begin") {
      begun.push(event);
      open.set(key, begun);
    } else if (phase === "end" || phase === "async-end") {
      const first = begun.pop();
      marks.push({ lane, from: first?.timeUs ?? timeUs, to: first && timeUs, name: first?.name ?? name });
    } else marks.push({ lane, from: timeUs, to: undefined, name });
  }
  for (const left of open.values()) {
    for (const { lane, timeUs, name } of left)
      marks.push({ lane: lanes.indexOf(lane), from: timeUs, to: undefined, name });
  }
  return marks;
}

function* eventRows(events: readonly TimelineEvent[]): Generator<string> {
  yield '<div class="scroll"><table><thead><tr><th>Time</th><th>What</th><th>Name</th><th>Lane</th><th>Id</th><th>Data</th></tr></thead><tbody>\n';
  for (const { timeUs, phase, name, lane, id, arguments: args } of events.slice(0, EVENTS_LISTED)) {
    const data = Object.entries(args ?? {}).map(([key, value]) => `${key}=${value}`);
    yield `<tr><td class="n">${timeUs} µs</td><td>${phase}</td><td>${htmlText(name)}</td><td>${htmlText(lane)}</td><td class="n">${id ?? ""}</td><td>${htmlText(data.join(" "))}</td></tr>\n`;
  }
  yield "</tbody></table></div>\n";
  if (events.length > EVENTS_LISTED) yield `<p class="dim">and ${events.length - EVENTS_LISTED} more events</p>\n`;
}

function shorten(text: string): string {
  return text.length > NAME_SHOWN ? `${text.slice(0, NAME_SHOWN - 1)}…` : text;
}
