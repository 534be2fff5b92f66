import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, openSample, startApp } from "../support/app-page.ts";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly any: readonly { readonly message: string }[] }[];
  }[];
}

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

/** Every view, on the sample that fills it. */
const PLACES: readonly (readonly [sample: string, view: string, ready: string])[] = [
  ["crash", "crash", ".frames"],
  ["threads", "values", ".tree-row"],
  ["threads", "logs", ".table-window .table-row"],
  ["crash", "facts", ".plain-table"],
  ["crash", "report", "pre.report"],
  ["goroutines", "groups", ".table-window .table-row"],
  ["goroutines", "flame", "canvas"],
  ["goroutines", "stacks", ".table-window .table-row"],
  ["goroutines", "waits", ".plain-table"],
  ["goroutines", "created", ".table-window .table-row"],
  ["goroutines", "query", ".table-window .table-row"],
  ["kernel-text", "scheduler", ".cpu-grid"],
  ["stall", "scheduler", ".table-window .table-row"],
  ["maps", "maps", ".table-window .table-row"],
  ["maps", "types", ".table-window .table-row"],
  ["inspect", "findings", ".outcomes"],
  ["inspect", "rules", ".editor"],
  ["groups", "signatures", ".signature-parts"],
  ["diff", "diff", ".table-window .table-row"],
];

let app: AppHost;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function violations(page: Awaited<ReturnType<AppHost["open"]>>["page"]): Promise<string[]> {
  // Through the debugger: the page's own policy would refuse a script tag.
  await page.evaluate(AXE);
  const { violations: found } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )) as AxeResult;
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message.slice(0, 160) ?? ""}`),
  );
}

describe.each([false, true])("accessibility, dark: %s", (dark) => {
  it("finds nothing wrong with the start page", async () => {
    const { page } = await app.open({ dark });
    await page.waitForSelector(".gallery .card");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it.each(PLACES)("finds nothing wrong with %s: %s", async (sample, view, ready) => {
    const { page, problems } = await app.open({ dark });
    await openSample(page, sample, view);
    await page.waitForSelector(ready);
    const row = page.locator(".table-window .table-row, .tree-row, .frames button").first();
    if ((await row.count()) > 0) await row.click();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("finds nothing wrong with sheets, bar and bytes", async () => {
    const { page } = await app.open({ dark });
    await openSample(page, "threads", "values");
    await page.click(".tree-row");
    await page.keyboard.press("b");
    await page.keyboard.press("?");
    await page.waitForSelector(".keys");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Control+k");
    await page.waitForSelector("#choices [role=option]");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
