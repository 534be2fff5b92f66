import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, startApp } from "../support/app-page.ts";
import { APP_PLACES } from "../support/app-places.mjs";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly any: readonly { readonly message: string }[] }[];
  }[];
}

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

let app: AppHost;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Mode = "light" | "dark";

/** What axe finds on the page as it stands, in both modes. */
async function violations(page: Page): Promise<string[]> {
  // Through the debugger: the page's own policy would refuse a script tag.
  await page.evaluate(AXE);
  return [...(await violationsIn(page, "light")), ...(await violationsIn(page, "dark"))];
}

async function violationsIn(page: Page, mode: Mode): Promise<string[]> {
  await page.emulateMedia({ colorScheme: mode });
  const { violations: found } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )) as AxeResult;
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, any }) => `${mode}: ${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message.slice(0, 160) ?? ""}`,
    ),
  );
}

describe("accessibility, light and dark", () => {
  it("finds nothing wrong with the start page", async () => {
    const { page } = await app.open();
    await page.waitForSelector(".gallery .card");
    expect(await violations(page)).toEqual([]);
  });

  it.each(APP_PLACES)("finds nothing wrong with %s: %s", async (sample, view, ready) => {
    const { page, problems } = await app.open({ sample, view });
    await page.waitForSelector(ready);
    const row = page.locator(".table-window .table-row, .tree-row, .frames button").first();
    if ((await row.count()) > 0) await row.click();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("finds nothing wrong with sheets, bar and bytes", async () => {
    const { page } = await app.open({ sample: "threads", view: "values" });
    await page.click(".tree-row");
    await page.keyboard.press("b");
    await page.keyboard.press("?");
    await page.waitForSelector(".keys");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Control+k");
    await page.waitForSelector("#choices [role=option]");
    expect(await violations(page)).toEqual([]);
  });
});
