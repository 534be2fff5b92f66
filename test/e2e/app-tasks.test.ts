import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, dropFiles, startApp } from "../support/app-page.ts";

/** Above 1 MiB, so that analyses are the worker's. */
const GOROUTINES = 12_000;
/** Names, lines and states repeat every lcm(40, 90, 3) goroutines. */
const GROUPS = 360;
const LARGE = {
  name: "large.txt",
  bytes: new TextEncoder().encode(
    Array.from(
      { length: GOROUTINES },
      (_, ix) =>
        `goroutine ${ix + 1} [${ix % 3 === 0 ? "select" : "chan receive"}, ${ix % 60} minutes]:\nmain.worker${ix % 40}(0x${ix.toString(16)})\n\t/src/main.go:${ix % 90} +0x1\nmain.main()\n\t/src/main.go:1 +0x2\n\n`,
    ).join(""),
  ),
};
const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
const SPEC = {
  schema: 1,
  columns: [{ table: "goroutines", name: "minutes", type: "INTEGER", sql: "wait_for / 60000000000" }],
  tables: [],
  links: [],
};

let app: AppHost;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldframe-app-"));
  app = await startApp();
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

async function openLarge(): Promise<{ page: Page; problems: string[] }> {
  const opened = await app.open();
  expect(LARGE.bytes.length).toBeGreaterThan(2 ** 20);
  await dropFiles(opened.page, [LARGE]);
  await opened.page.waitForSelector(".table-window .table-row");
  return opened;
}

const rows = (page: Page) => page.locator(".view .table-window .table-row");

describe("analyses of a large snapshot", () => {
  it("are the worker's, and give what the page would", async () => {
    const { page, problems } = await openLarge();
    await page.waitForSelector(`.verdict h1:has-text("${GOROUTINES.toLocaleString("en")} goroutines")`);
    expect(await page.textContent(".toolbar")).toContain(`${GROUPS} groups`);
    for (const [tab, ready] of [
      ["Flame", "canvas"],
      ["Waits", ".plain-table"],
      ["Created by", ".table-frame"],
      ["Report", "pre.report"],
    ] as const) {
      await page.click(`.tab:has-text("${tab}")`);
      await page.waitForSelector(`.view ${ready}`);
    }
    expect(await page.textContent("pre.report")).toContain("main.worker39");
    expect(page.workers().filter((worker) => worker.url().endsWith("analyst-entry.js"))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("can be stopped: a query without an end, and the next one is answered", async () => {
    const { page, problems } = await openLarge();
    await page.click('.tab:has-text("SQL")');
    await rows(page).first().waitFor();
    await page.fill(".editor.sql", ENDLESS);
    await page.keyboard.press("Control+Enter");
    await page.click(".progress button");
    await page.waitForSelector(".toolbar [role=status]:has-text('stopped')");
    await page.fill(".editor.sql", "SELECT count(*) AS n FROM goroutines");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(
      (n) => document.querySelector(".view .table-window")?.textContent === n,
      `${GOROUTINES}`,
    );
    expect(problems).toEqual([]);
  });

  it("gives up a query that nobody waits for any more", async () => {
    const { page } = await app.open({ sample: "goroutines", view: "query" });
    await rows(page).first().waitFor();
    await page.fill(".editor.sql", ENDLESS);
    await page.keyboard.press("Control+Enter");
    await page.fill(".editor.sql", "SELECT 41 + 1 AS answer");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.querySelector(".view .table-window")?.textContent === "42");
  });
});

describe("filters and reports of one's own", () => {
  it("turns a filter into a rule that counts the same rows", async () => {
    const { page, problems } = await app.open({ sample: "goroutines", view: "stacks" });
    await page.fill('input[data-key="filter"]', "state == 'IO wait'");
    await page.waitForFunction(() => /^\d+ of \d+ rows/.test(document.querySelector(".totals")?.textContent ?? ""));
    const count = /^\d+/.exec((await page.textContent(".totals"))!)![0];
    expect(Number(count)).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.waitForSelector('.view[data-view="rules"]');
    expect(await page.inputValue(".editor")).toContain("state == 'IO wait'");
    await page.waitForSelector(`.outcome:has-text("${count} match state == 'IO wait'")`);
    expect(await page.locator(".diagnostics li").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("turns a selected value into a rule, and says which filters cannot be one", async () => {
    const { page } = await app.open({ sample: "threads", view: "values" });
    await page.click('.tree-row:has-text("metadata")');
    await page.keyboard.press("r");
    await page.waitForSelector('.outcome:has-text("metadata is there")');
    await page.click('.tab:has-text("Logs")');
    await page.fill('input[data-key="filter"]', "nosuch == 1");
    await page.waitForFunction(() => location.hash.includes("filter=nosuch"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.waitForSelector('.notice:has-text("Only a filter over one of")');
  });

  it("edits columns and tables, saves them as a spec file, and applies them to another snapshot", async () => {
    const { page, problems } = await app.open({ sample: "goroutines", view: "query" });
    await page.check(".toolbar input[type=checkbox]");
    await page.fill(".spec-json", JSON.stringify(SPEC));
    await page.waitForSelector(".spec [role=status]:has-text('1 column')");
    await page.fill(".editor.sql", "SELECT minutes, count(*) AS n FROM goroutines GROUP BY 1");
    await page.fill(".spec input[type=text]", "by_minutes");
    await page.click(".spec button:has-text('add')");
    await page.click(".item-list button:has-text('by_minutes')");
    await page.waitForSelector(".table-head:has-text('minutes')");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(".spec button:has-text('save')")]);
    const saved = join(folder, "reports.json");
    writeFileSync(saved, readFileSync((await download.path())!));

    await page.click(".brand");
    await page.click('.gallery .card:has-text("Ten thousand goroutines")');
    await page.click('.tab:has-text("SQL")');
    await page.click(".item-list button:has-text('by_minutes')");
    await page.waitForSelector(".table-head:has-text('minutes')");
    expect(problems).toEqual([]);

    const herd = "test/golden/goroutines/herd-10000/herd.debug2.txt.gz";
    const args = ["dist/cli.js", "query", "--spec", saved, "--as", "json", "SELECT sum(n) AS n FROM by_minutes", herd];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, expect.stringContaining("1000")]);

    const again = await app.open({ sample: "goroutines", view: "query" });
    expect(await again.page.locator(".item-list button:has-text('by_minutes')").count()).toBe(0);
    await dropFiles(again.page, [{ name: "reports.json", bytes: readFileSync(saved) }]);
    await again.page.waitForSelector(".item-list button:has-text('by_minutes')");
  });

  it("says which parts of a spec do not fit a snapshot, and what is wrong with one that is none", async () => {
    const { page } = await app.open({ sample: "crash", view: "query" });
    await page.check(".toolbar input[type=checkbox]");
    await page.fill(".spec-json", JSON.stringify({ ...SPEC, columns: [{ table: "nosuch", name: "x", sql: "1" }] }));
    await page.waitForSelector(".spec .diagnostics li:has-text('there is no table nosuch')");
    await page.fill(".spec-json", '{"schema":1,"columns":7}');
    await page.waitForSelector(".spec .fault:has-text('expected an array at columns')");
  });
});
