import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, type AppPage, startApp } from "../support/app-page.ts";

let app: AppHost;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const visit = (sample: string, view: string): Promise<AppPage> => app.open({ sample, view });

const rows = (page: Page) => page.locator(".view .table-window .table-row");
const detail = (page: Page): Promise<string | null> => page.textContent(".detail");

describe("views of a crash", () => {
  it("shows cause, registers, frames with inlined calls, logs, and other threads", async () => {
    const { page, problems } = await visit("crash", "crash");
    await page.waitForSelector(".frames .inlined, .frames .name");
    const text = await page.textContent(".view");
    for (const part of [
      "Assert failed: ma < 4000",
      "usage fault",
      "0x0800008a",
      "Panic",
      "Motor 3 stalled at 4100 mA",
      "idle",
    ]) {
      expect(text).toContain(part);
    }
    await page.click(".frames button >> nth=2");
    expect(await detail(page)).toContain("looked up at");
    expect(problems).toEqual([]);
  });

  it("opens values by path, shows their bytes, and finds the value of a byte", async () => {
    const { page, problems } = await visit("threads", "values");
    await page.fill('input[data-key="path"]', "metadata.software_version");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.tree-row[aria-selected="true"]:has-text("software_version")');
    await page.focus(".tree");
    await page.keyboard.press("b");
    await page.waitForSelector(".hex-bytes .marked");
    const marked = (await page.locator(".hex-text .marked").allTextContents()).join("");
    expect(await page.textContent(".tree-row[aria-selected='true'] .value")).toContain(marked);
    await page.click('.tree-row:has-text("pw.snapshot.Metadata")');
    await page.waitForFunction(() => location.hash.includes("path=metadata&"));
    // Byte 2616 is the first of the version.
    await page.click('.hex-row:has-text("00000a30") .hex-bytes > span:nth-child(9)');
    await page.waitForFunction(() => location.hash.includes("path=metadata.software_version"));
    expect(problems).toEqual([]);
  });

  it("says what is near when a path does not exist", async () => {
    const { page } = await visit("threads", "values");
    await page.fill('input[data-key="path"]', "metadata.software_versio");
    await page.keyboard.press("Enter");
    expect(await page.textContent(".path-problem")).toContain('did you mean "software_version"');
  });

  it("filters and sorts logs by expression", async () => {
    const { page, problems } = await visit("threads", "logs");
    const whole = await rows(page).count();
    await page.fill('input[data-key="filter"]', "level == 'error'");
    await page.waitForFunction(() => /^\d+ of \d+ rows/.test(document.querySelector(".totals")?.textContent ?? ""));
    expect(await rows(page).count()).toBeLessThan(whole);
    await page.fill('input[data-key="filter"]', "level ==");
    await page.waitForSelector(".totals.fault");
    expect(problems).toEqual([]);
  });
});

describe("views of goroutines", () => {
  it("groups by stack, goes into a group, and comes back by history", async () => {
    const { page, problems } = await visit("goroutines", "groups");
    await rows(page).first().click();
    expect(await detail(page)).toContain("Members");
    await rows(page).first().dblclick();
    await page.waitForSelector('.view[data-view="stacks"] .table-row[aria-selected="true"]');
    await page.goBack();
    await page.waitForSelector('.view[data-view="groups"]');
    expect(problems).toEqual([]);
  });

  it("draws the flame graph and a sandwich, and gives the same numbers as a table", async () => {
    const { page, problems } = await visit("herd", "flame");
    await page.waitForSelector("canvas");
    const painted = await page.evaluate(() => {
      const canvas = document.querySelector("canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(10, 25, 1, 1);
      return data[3];
    });
    expect(painted).toBe(255);
    expect(await rows(page).first().textContent()).toMatch(/^10000100\.0 %/);
    await page.locator('.table-row:has-text("main.leaf")').first().dblclick();
    await page.waitForSelector(".sandwich canvas");
    expect(await page.textContent(".sandwich")).toContain("in 10000 stacks");
    await page.focus(".flame-area canvas");
    await page.keyboard.press("ArrowDown");
    expect(await detail(page)).toContain("total");
    expect(problems).toEqual([]);
  });

  it("tells waits, guesses as guesses, and links between processes", async () => {
    const { page, problems } = await visit("goroutines", "waits");
    const text = await page.textContent(".view");
    expect(text).toContain("wait for the lock in main.(*Server).handle");
    expect(text).toContain("a guess");
    expect(problems).toEqual([]);
  });

  it("answers SQL", async () => {
    const { page, problems } = await visit("goroutines", "query");
    await rows(page).first().waitFor();
    await page.fill(".editor.sql", "SELECT 6 * 7 AS answer");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.querySelector(".view .table-window")?.textContent?.includes("42"));
    await page.fill(".editor.sql", "SELECT nothing FROM nowhere");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".toolbar .fault");
    expect(problems).toEqual([]);
  });
});

describe("views of a scheduler", () => {
  it("says where a task is, and who waits since when", async () => {
    const { page, problems } = await visit("kernel-text", "scheduler");
    await page.fill(".where input", "1530");
    await page.waitForSelector("[role=status]:has-text('stress (1530)')");
    expect(await page.textContent(".cpu-grid")).toContain("waits 6.8 s");
    expect(problems).toEqual([]);
  });

  it("draws event counters and lists queues", async () => {
    const { page, problems } = await visit("stall", "scheduler");
    expect(await page.locator(".counters figure").count()).toBeGreaterThan(0);
    await page.click(".tabs.inner >> text=Queues");
    expect(await rows(page).count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});

describe("views of BPF maps", () => {
  it("goes from the maps into typed rows and filters by a member", async () => {
    const { page, problems } = await visit("maps", "maps");
    await rows(page).first().dblclick();
    await page.waitForFunction(() => location.hash.includes("item="));
    await rows(page).first().click();
    expect(await detail(page)).toContain("key");
    expect(problems).toEqual([]);
  });

  it("shows a layout with its holes and the C of a type", async () => {
    const { page, problems } = await visit("maps", "types");
    await page.fill('input[data-key="filter"]', "kind == 'struct'");
    await page.waitForFunction(() => /^\d+ of/.test(document.querySelector(".totals")?.textContent ?? ""));
    await rows(page).first().dblclick();
    await page.waitForSelector(".layout-row");
    expect(await page.textContent("pre.report")).toContain("struct");
    expect(problems).toEqual([]);
  });
});

describe("rules and groups", () => {
  it("shows what fired with the values that fired it", async () => {
    const { page, problems } = await visit("inspect", "findings");
    expect(await page.textContent(".view")).toContain("1 of 3 components say that they are unhealthy");
    await page.click(".outcome summary >> nth=0");
    expect(await page.textContent(".steps >> nth=0")).toContain("selects");
    expect(problems).toEqual([]);
  });

  it("checks and runs rules while they are typed", async () => {
    const { page, problems } = await visit("inspect", "rules");
    await page.fill(
      ".editor",
      '{ select: { s: "INSPECT:core/cache:root/blocks:used" }, act: { full: { type: "Warning", trigger: "s > 4000", print: "the disk is full" } } }',
    );
    await page.waitForSelector('.outcome:has-text("the disk is full")');
    await page.fill(".editor", '{ eval: { a: "nosuch + 1" } }');
    await page.waitForSelector(".diagnostics li");
    expect(problems).toEqual([]);
  });

  it("groups files by signature, explains it, and regroups when the rules change", async () => {
    const { page, problems } = await visit("groups", "signatures");
    expect(await page.textContent(".toolbar strong")).toMatch(/^\d+ groups in 6 files$/);
    expect(await page.locator(".signature-parts > div").count()).toBeGreaterThan(0);
    await page.check(".toolbar input[type=checkbox]");
    await page.fill(
      ".rules-json",
      JSON.stringify({
        schema: 1,
        name: "one",
        version: 1,
        why: "all alike",
        parts: [{ id: "format", from: ["fact:format"], why: "only the format" }],
      }),
    );
    await page.waitForFunction(() => document.querySelector(".toolbar strong")?.textContent === "1 group in 6 files");
    expect(await page.textContent(".toolbar [role=status]")).toContain("joins");
    expect(problems).toEqual([]);
  });

  it("compares two captures by type and by stack", async () => {
    const { page, problems } = await visit("diff", "diff");
    await page.waitForSelector("canvas");
    expect(await rows(page).count()).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  });
});
