import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-inspect-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const ROOT = `{
  "stats":{"used":95,"total":18446744073709551615,"ratio":0.5,"name":"\\u001b[31m<b>","raw":"b64:AQID","ok":true,"list":[1,2,3],"names":["a","b"]},
  "latency":{"floor":0,"step":2,"counts":[4,1,1,0,2,7],"size":6},
  "sizes":{"floor":0,"initial_step":1,"step_multiplier":2,"counts":[1,5],"indexes":[1,3],"size":6},
  "old":{"buckets":[{"floor":0,"upper_bound":5,"count":3},{"floor":5,"ceiling":10,"count":9}]},
  "none":{"floor":0,"step":2,"counts":[0,0,0],"size":3}
}`;
const FILES: Readonly<Record<string, string>> = {
  "inspect.json": `[{"moniker":"core/disk","metadata":{"timestamp":123},"payload":{"root":${ROOT}}},
{"moniker":"core/empty","metadata":{"name":"other"},"payload":null},
{"moniker":"core/bad","metadata":{},"payload":{"root":{"x":[1,1.5]}}}]`,
  "annotations.json": '{"build.version":"7.2","device.uptime":"0d1h2m3s"}',
  "log.kernel.txt": "one\ntwo",
  "bugreport.txt": "not read",
};
mkdirSync(join(cwd, "snapshot"));
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, "snapshot", name), text);
const zipped = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`s/${name}`, strToU8(text)]));
writeFileSync(join(cwd, "snapshot.zip"), zipSync(zipped));
const wide = Array.from({ length: 300 }, (_, ix) => `"n${ix}":{"deep":{"er":{"and":{"down":${ix}}}}}`).join(",");
writeFileSync(join(cwd, "wide.json"), `[{"moniker":"a","metadata":{},"payload":{"root":{${wide}}}}]`);

const run = (...args: string[]) => cli(args, { cwd });
const LATENCY = `below 0  4  ${"█".repeat(23)}
[0, 2)   1  ${"█".repeat(6)}
[2, 4)   1  ${"█".repeat(6)}
[6, 8)   2  ${"█".repeat(11)}
from 8   7  ${"█".repeat(40)}
`;

describe.each(["snapshot", "snapshot.zip"])("a device snapshot: %s", (file) => {
  it("info says what it is and what could not be read", async () => {
    const { status, stdout } = await run("info", file);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toMatch(/version +7\.2\n/);
    expect(stdout).toMatch(/inspect\.trees +2\n/);
    expect(stdout).toMatch(
      /UnreadableTree +byte \d+, inspect\.json +Unable to deserialize Inspect contents for core\/bad/,
    );
    expect(stdout).toMatch(/SkippedEntry .*bugreport\.txt/);
    const json = JSON.parse((await run("info", "--json", file)).stdout);
    expect(json.counts).toEqual({ stacks: 0, logs: 2, values: 3 });
  });

  it("ls and get go through the trees", async () => {
    expect((await run("ls", file)).stdout).toMatch(/^\["core\/disk"\] +component +2/m);
    const inside = (await run("ls", file, '["core/disk"].root')).stdout;
    expect(inside).toMatch(/root\.latency +linear histogram +4 +15 values in 5 buckets\n/);
    expect(inside).toMatch(/root\.none +linear histogram +4 +0 values in 0 buckets\n/);
    expect((await run("get", file, '["core/disk"].root.stats.total')).stdout).toBe("18446744073709551615\n");
    expect((await run("get", file, '["core/disk"].root.stats.list[1]')).stdout).toBe("2\n");
    expect((await run("get", file, "annotations.device.uptime")).stdout).toBe("0d1h2m3s\n");
    const missing = await run("get", file, '["core/disk"].root.stats.usd');
    expect(missing.status).not.toBe(EXIT.ok);
    expect(missing.stderr).toContain("used");
  });

  it("get draws a histogram, and gives its numbers as JSON and by their paths", async () => {
    expect((await run("get", file, '["core/disk"].root.latency')).stdout).toBe(LATENCY);
    expect((await run("get", file, '["core/disk"].root.latency.step')).stdout).toBe("2\n");
    const { value } = JSON.parse((await run("get", "--json", file, '["core/disk"].root.latency')).stdout);
    expect(JSON.stringify(value)).toContain('"linear histogram"');
  });

  it("dump shows every tree whole, histograms drawn, in document order", async () => {
    const { stdout } = await run("dump", file);
    expect(stdout).toContain("component core/disk = {2}\n");
    expect(stdout).toContain("uint total = 18446744073709551615\n");
    const indented = LATENCY.replace(/^(?=.)/gm, "        ");
    expect(stdout).toContain(`      linear histogram latency = 15 values in 5 buckets\n${indented}`);
    expect(stdout).toContain("exponential histogram sizes = 6 values in 2 buckets\n        [0, 1)  1");
    expect(stdout).toContain("explicit histogram old = 12 values in 2 buckets\n        [0, 5)   3");
    expect(stdout.includes("\u001b")).toBe(false);
    const order = ["stats", "latency", "sizes", "old", "none", "core/empty", "annotations"];
    expect(order.map((name) => stdout.indexOf(` ${name} =`))).toEqual(
      order.map((name) => stdout.indexOf(` ${name} =`)).toSorted((a, b) => a - b),
    );
  });

  it("dump --html is one page with everything in it, escaped", async () => {
    const { status } = await run("dump", "--html", "page.html", file);
    expect(status).toBe(EXIT.ok);
    const page = readFileSync(join(cwd, "page.html"), "utf8");
    expect(page).toContain('<span class="name">latency</span> = 15 values in 5 buckets');
    expect(page).toContain(`<pre>${LATENCY}</pre>`);
    expect(page).toContain("&lt;b&gt;");
    expect(page).not.toContain("<b>&quot;");
    expect(page.includes("\u001b")).toBe(false);
  });

  it("dump --json has it all", async () => {
    const document = JSON.parse((await run("dump", "--json", file)).stdout.replaceAll("18446744073709551615", '"u64"'));
    expect(document.format).toBe("inspect");
    expect(JSON.stringify(document.values)).toContain('"u64"');
  });
});

describe("an Inspect file", () => {
  it("with many nodes is dumped whole, at any depth", async () => {
    const { stdout } = await run("dump", "wide.json");
    expect(stdout.match(/down = \d+/g)).toHaveLength(300);
    expect(stdout).not.toContain("more");
  });

  it("of nothing is said to be nothing", async () => {
    writeFileSync(join(cwd, "inspect.json"), "[]");
    expect(await run("dump", "inspect.json")).toMatchObject({ status: EXIT.ok, stderr: "" });
    writeFileSync(join(cwd, "nothing.json"), "");
    expect((await run("dump", "--format", "inspect", "nothing.json")).stderr).toContain("Couldn't parse Inspect text");
  });
});
