import { describe, expect, it } from "vitest";
import { fromJson } from "../../../../src/js/model/document.ts";
import { loadTokens } from "../../../../src/js/pigweed.ts";
import { toHtml } from "../../../../src/js/render/html.ts";
import { toJson } from "../../../../src/js/render/json.ts";
import trace from "../../../golden/pigweed/cases/trace.json" with { type: "json" };
import { bytes, message } from "../../../support/pb-builder.ts";
import { openPigweed } from "../../../support/pigweed-open.ts";

const csv = Object.entries(trace.tokens)
  .map(([token, text]) => `${token},          ,"trace","${text.replaceAll('"', '""')}"`)
  .join("\n");
const tokens = loadTokens([{ name: "t.csv", bytes: new TextEncoder().encode(`${csv}\n`) }]);
const data = Uint8Array.from(atob(trace.trace_data), (c) => c.charCodeAt(0));
const snapshotBytes = [bytes(21, data), message(19, bytes(21, data))];

describe("trace data of a snapshot", () => {
  it("is a timeline of the events that upstream draws", async () => {
    const { timelines } = await openPigweed(snapshotBytes, { tokens });
    expect(timelines?.map(({ path }) => path)).toEqual(["trace_data", "related_snapshots[0].trace_data"]);
    const drawn = trace.json_lines.map((line) => JSON.parse(line) as { ts: number; name: string; pid: string });
    const [own, inner] = timelines!;
    expect(own!.events.map(({ timeUs, name }) => [timeUs, name])).toEqual(drawn.map(({ ts, name }) => [ts, name]));
    expect(inner!.events).toEqual(own!.events);
    expect(new Set(own!.events.map(({ phase }) => phase)).size).toBe(7);
    expect(own!.events.find(({ name }) => name === "mf")?.arguments).toEqual({ a: 1n, b: -3n });
    expect(own!.events[1]).toMatchObject({ lane: "mod / grp", phase: "instant" });
  });

  it("counts time in the given ticks", async () => {
    const { timelines } = await openPigweed(snapshotBytes, { tokens, traceTicksPerSecond: 1_000_000 });
    expect(timelines![0]!.events[0]!.timeUs).toBe(1);
    await expect(openPigweed(snapshotBytes, { tokens, traceTicksPerSecond: 0 })).rejects.toMatchObject({
      code: "UsageError",
    });
  });

  it("is in the JSON and on the page", async () => {
    const snapshot = await openPigweed(snapshotBytes, { tokens });
    const again = fromJson(toJson(snapshot));
    expect(again.timelines?.map(({ events }) => events)).toEqual(snapshot.timelines!.map(({ events }) => events));
    const page = toHtml(snapshot);
    expect(page).toContain('<section id="timelines"');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain("<td>mod / grp</td>");
  });

  it("says what it needs, and what it could not read", async () => {
    const bare = await openPigweed(snapshotBytes);
    expect(bare.issues.map(({ code, path }) => [code, path])).toEqual([
      ["UnknownToken", "trace_data"],
      ["UnknownToken", "related_snapshots[0].trace_data"],
    ]);
    const cut = await openPigweed([bytes(21, data.subarray(0, 9))], { tokens });
    expect(cut.issues).toMatchObject([{ code: "MalformedTrace", path: "trace_data", offset: 3 + 6 }]);
    expect(cut.timelines![0]!.events).toHaveLength(1);
  });
});
