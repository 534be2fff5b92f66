import { describe, expect, it } from "vitest";
import { diffFlameTrees } from "../../../src/js/analysis/flame-diff.ts";
import { buildFlameTree } from "../../../src/js/analysis/flame-tree.ts";
import { mergeSamples } from "../../../src/js/analysis/profile/samples.ts";
import { SCHEMA } from "../../../src/js/formats/goroutines/schema.generated.ts";
import { framesOf, type StackTable } from "../../../src/js/model/stacks.ts";
import { parseFolded } from "../../../src/js/render/flame/folded.ts";
import { renderFlamePage } from "../../../src/js/render/flame/page.ts";
import {
  PAGE_SCRIPT,
  PAGE_SCRIPT_HASH,
  PAGE_STYLE,
  PAGE_STYLE_HASH,
} from "../../../src/js/render/flame/page-script.ts";
import { renderSpeedscope } from "../../../src/js/render/flame/speedscope.ts";
import { renderFlameSvg } from "../../../src/js/render/flame/svg.ts";
import { encodeProfile, PROFILE_FIELDS } from "../../../src/js/render/profile/encode-profile.ts";
import { renderTop, renderTraces } from "../../../src/js/render/profile/report.ts";
import { goroutineFixture, readDump, readGoroutines } from "../../support/goroutines.ts";

const HOSTILE = 'x;<script>alert("1")</script>\u202e&\x1b[31m 3\n</script><!-- 2\n';
const server = async (): Promise<StackTable> =>
  (await readGoroutines({ a: await goroutineFixture("shop-go1.24/server.pb.gz") }))[0]!.stacks;

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

describe("SVG", () => {
  it("draws every wide node with its count", async () => {
    const svg = renderFlameSvg(buildFlameTree(await server()), { title: "server" });
    expect(svg).toContain("<title>all: 97 (100 %)</title>");
    expect(svg).toContain("<title>runtime.gopark: 42 (43.3 %)</title>");
    expect(svg.match(/<rect /g)!.length).toBeGreaterThan(80);
  });

  it("is well-formed and runs nothing, whatever the names are", () => {
    const svg = renderFlameSvg(parseFolded(HOSTILE), { title: "<a>" });
    expect(svg).not.toMatch(/<script|<!--|\u202e|\x1b/);
    expect(svg.match(/<(?!\/|rect|text|title|g>|svg)/g)).toBeNull();
    expect(renderFlameSvg(parseFolded(""))).toContain("</svg>");
  });

  it("colours a difference by direction", () => {
    const svg = renderFlameSvg(diffFlameTrees(parseFolded("m;f 5\nm;g 1\n"), parseFolded("m;f 2\nm;g 4\n")));
    expect(svg).toMatch(/m: 6 \(100 %\), before 6 \(\+0\)<\/title><rect [^>]*fill="hsl\(0 0% 90%\)"/);
    expect(svg).toMatch(/f: 2 [^<]*before 5 \(-3\)<\/title><rect [^>]*fill="hsl\(215 /);
    expect(svg).toMatch(/g: 4 [^<]*before 1 \(\+3\)<\/title><rect [^>]*fill="hsl\(8 /);
  });
});

describe("HTML page", () => {
  it("lets in exactly its own script and style", async () => {
    expect(await sha256(PAGE_SCRIPT)).toBe(PAGE_SCRIPT_HASH);
    expect(await sha256(PAGE_STYLE)).toBe(PAGE_STYLE_HASH);
    const page = renderFlamePage(buildFlameTree(await server()));
    expect(page).toContain(`script-src &#39;sha256-${PAGE_SCRIPT_HASH}&#39;`);
    expect(page).not.toMatch(/(?:src|href)=/);
  });

  it("keeps hostile names inside its data", () => {
    const page = renderFlamePage(parseFolded(HOSTILE), { title: "</title><script>" });
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    const json = /id="flame">(.*)<\/script>/.exec(page)![1]!;
    expect(JSON.parse(json)).toMatchObject({ names: expect.arrayContaining(["</script><!--"]), total: [5, 3, 3, 2] });
  });

  it("says the same in a table", async () => {
    expect(renderFlamePage(buildFlameTree(await server()))).toContain(
      '<td class="n">94</td><td class="n">94</td><td>runtime.gopark</td>',
    );
  });
});

describe("speedscope", () => {
  it("has one profile per process, outermost frames first", async () => {
    const files = {
      "server.pb": await goroutineFixture("shop-go1.24/server.pb.gz"),
      "client.pb": await goroutineFixture("shop-go1.24/client-a.pb.gz"),
    };
    const { stacks } = (await readGoroutines(files))[0]!;
    const file = JSON.parse(renderSpeedscope(stacks, "shop"));
    expect(file.profiles.map((p: { name: string; endValue: number }) => [p.name, p.endValue])).toEqual([
      ["server", 97],
      ["client", 65],
    ]);
    const [sample] = file.profiles[0].samples;
    const names = sample.map((ix: number) => file.shared.frames[ix].name);
    expect(names).toEqual(
      framesOf(stacks, stacks.contexts[0]!.stack)
        .map((f) => f.functionName)
        .reverse(),
    );
  });
});

describe("pprof export", () => {
  it("uses the field numbers of the schema", () => {
    for (const [message, fields] of Object.entries(PROFILE_FIELDS)) {
      const known = new Map(SCHEMA.messages[`perftools.profiles.${message}`]!.fields.map((f) => [f.name, f.number]));
      for (const [name, number] of Object.entries(fields)) expect(known.get(name), `${message}.${name}`).toBe(number);
    }
  });

  it.each(["shop-go1.24/server.pb.gz", "zoo-go1.24/zoo.pb.gz"])("of %s reads back the same", async (path) => {
    const { stacks } = (await readGoroutines({ a: await goroutineFixture(path) }))[0]!;
    const samples = mergeSamples([{ stacks }]);
    const again = (await readGoroutines({ a: encodeProfile(samples) }))[0]!;
    const same = mergeSamples([{ stacks: again.stacks }]);
    expect(again.issues).toEqual([]);
    expect(renderTraces(same)).toBe(renderTraces(samples));
    expect(renderTop(same)).toBe(renderTop(samples));
  });

  it("of a text dump keeps functions, lines and counts", async () => {
    const { stacks } = await readDump(await goroutineFixture("zoo-go1.27/zoo.debug2.txt"));
    const samples = mergeSamples([{ stacks }]);
    const again = (await readGoroutines({ a: encodeProfile(samples, { type: "goroutine", file: "zoo" }) }))[0]!;
    expect(renderTop(mergeSamples([{ stacks: again.stacks }]))).toBe(renderTop(samples));
    expect(again.facts).toContainEqual({ key: "goroutines.count", value: 65n });
  });
});
