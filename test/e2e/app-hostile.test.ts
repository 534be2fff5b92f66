import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, type AppPage, dropFiles, type GivenFile, startApp } from "../support/app-page.ts";

const EVIL = `<img src=x onerror="document.title='pwned'">"'\`\${alert(1)}</script><script>document.title='pwned'</script>javascript:alert(1)\u202e\u0000=cmd|'/c calc'!A1`;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function goroutines(name: string): GivenFile {
  const body = `goroutine 1 [chan receive]:\n${name}(0x1)\n\t/src/${name}.go:1 +0x1\ncreated by ${name} in goroutine 7\n\t/src/a.go:2 +0x3\n\n`;
  const labels = `goroutine 2 [${name}, 5 minutes]:\nmain.main()\n\t/src/main.go:1 +0x1\n`;
  return { name: `${name.slice(0, 40)}.txt`, bytes: text(body + labels) };
}

function inspect(name: string): GivenFile {
  const tree = [
    {
      moniker: `core/${name}`,
      metadata: { component_url: name, timestamp: 1 },
      payload: { root: { [name]: name, "fuchsia.inspect.Health": { status: "UNHEALTHY", message: name } } },
      version: 1,
      data_source: "Inspect",
    },
  ];
  return { name: "inspect.json", bytes: text(JSON.stringify(tree)) };
}

/** A Pigweed snapshot whose every text is hostile: metadata, a tag, a thread, a log record. */
function pigweed(name: string): GivenFile {
  const bytes = Buffer.from(name).toString("base64");
  const metadata = { reason: bytes, project_name: bytes, device_name: bytes, software_version: name, fatal: true };
  const logs = [{ message: bytes, module: bytes, file: bytes, thread: bytes }];
  const document = { metadata, tags: { [name]: name }, threads: [{ name: bytes }], logs };
  const { stdout } = spawnSync(process.execPath, ["dist/cli.js", "encode", "-"], { input: JSON.stringify(document) });
  return { name: "evil.pb", bytes: stdout };
}

/** A failure dump in which every name and every text is hostile. */
function failureDump(name: string): GivenFile {
  const dump = readFileSync("test/golden/sched-ext/reports/layered_stall.json", "utf8");
  const evil = JSON.stringify(name);
  return {
    name: "stall.json",
    bytes: text(dump.replace(/"(name|type_name|variant|comm)": *"[^"]*"/g, `"$1": ${evil}`)),
  };
}

interface Captures {
  readonly recordedObject: (name: string) => { readonly btf_b64: string; readonly maps: readonly object[] };
  loadCaptures(): Promise<{ captureOf(object: object): Promise<Uint8Array> }>;
}

/** A capture whose maps have hostile names, and whose types are called `<b>x</b>`. */
async function capture(name: string): Promise<GivenFile> {
  const { loadCaptures, recordedObject } = (await import("../../scripts/app-samples.mjs" as string)) as Captures;
  const object = recordedObject("o08_sched");
  const types = Buffer.from(object.btf_b64, "base64").toString("latin1").replaceAll("task_ctx", "<b>x</b>");
  const maps = object.maps.map((map, ix) => ({ ...map, name: `${name} ${ix}` }));
  const { captureOf } = await loadCaptures();
  const btf_b64 = Buffer.from(types, "latin1").toString("base64");
  return { name: "evil.capture", bytes: await captureOf({ ...object, btf_b64, maps }) };
}

let app: AppHost;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function visitAll({ page }: AppPage): Promise<string[]> {
  const visited: string[] = [];
  const tabs = page.locator(".tabs:not(.inner) .tab, .files li > button.file:only-child");
  const count = await tabs.count();
  for (let ix = 0; ix < count; ix++) {
    await tabs.nth(ix).click();
    await page.waitForSelector(".view > *");
    const row = page.locator(".view .table-window .table-row, .view .tree-row, .view summary").first();
    if ((await row.count()) > 0) await row.click();
    visited.push((await page.getAttribute(".view", "data-view")) ?? "");
  }
  return visited;
}

describe("hostile snapshots in the app", () => {
  it.each([
    ["goroutines", () => goroutines(EVIL.replace(/[\n\u0000]/g, ""))],
    ["inspect", () => inspect(EVIL)],
    ["pigweed", () => pigweed(EVIL)],
    ["sched-ext", () => failureDump(EVIL)],
    ["bpf", () => capture(EVIL)],
  ])("runs nothing out of %s, in any view", async (format, make) => {
    const file = await make();
    const opened = await app.open();
    const { page, problems } = opened;
    await dropFiles(page, [file]);
    await page.waitForSelector(".verdict h1, .refusal");
    expect(await page.locator(".refusal").count()).toBe(0);
    const visited = await visitAll(opened);
    expect(visited.length).toBeGreaterThan(4);
    expect(await page.textContent(".key-facts")).toContain(format);
    await page.keyboard.press("/");
    await page.keyboard.type("onerror");
    await page.waitForSelector("#choices [role=option]:has-text('onerror')");
    expect(await page.title()).toBe("coldframe");
    expect(await page.locator("#app img, #app script, #app iframe, #app b").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("shows hostile names of files as text", async () => {
    const { page, problems } = await app.open();
    await dropFiles(page, [{ name: `${EVIL}.bin`, bytes: Uint8Array.from([1, 2, 3]) }]);
    await page.waitForSelector(".refusal");
    expect(await page.textContent(".refusal")).toContain("<img src=x");
    expect(await page.title()).toBe("coldframe");
    expect(problems).toEqual([]);
  });

  it("takes hostile fragments as text", async () => {
    const { page, problems } = await app.open({
      fragment: `v=1&view=${encodeURIComponent(EVIL)}&path=${encodeURIComponent(EVIL)}&file=${encodeURIComponent(EVIL)}&sha256=${"a".repeat(64)}`,
    });
    await page.waitForSelector(".wanted");
    expect(await page.locator("#app img, #app script").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("refuses scripts from elsewhere, inline scripts, and text as code", async () => {
    const { page } = await app.open();
    const outcome = await page.evaluate(async () => {
      const tried: Record<string, string> = {};
      const note = async (name: string, act: () => unknown): Promise<void> => {
        try {
          await act();
          tried[name] = "ran";
        } catch (error) {
          tried[name] = (error as Error).name;
        }
      };
      await note("innerHTML", () => {
        document.createElement("div").innerHTML = "<b>x</b>";
      });
      await note("elsewhere", () => fetch("https://example.com/"));
      await note("worker", () => new Worker("main.js"));
      return tried;
    });
    expect(outcome).toEqual({ innerHTML: "TypeError", elsewhere: "TypeError", worker: "TypeError" });
  });
});
