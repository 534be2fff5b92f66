import { readFileSync } from "node:fs";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, dropFiles, startApp } from "../support/app-page.ts";

const CRASH = "test/golden/pigweed/cases/elf_main.pb";
const ELF = "test/golden/pigweed/artifacts/main/main_core.elf";

let app: AppHost;
beforeAll(async () => {
  app = await startApp([CRASH]);
});
afterAll(() => app.close());

const file = (path: string, name = path.replace(/^.*\//, "")) => ({ name, bytes: readFileSync(path) });

describe("opening in the app", () => {
  it("shows the gallery and says that nothing leaves the page", async () => {
    const { page, problems } = await app.open();
    await page.waitForSelector(".gallery .card");
    expect(await page.locator(".gallery .card").count()).toBeGreaterThanOrEqual(10);
    expect(await page.textContent(".foot")).toMatch(/core [0-9a-f]{12}.*nothing leaves this page/);
    expect(problems).toEqual([]);
  });

  it("reads a dropped crash in the worker and says the verdict first", async () => {
    const { page, problems } = await app.open();
    await dropFiles(page, [file(CRASH)]);
    await page.waitForSelector(".verdict h1");
    expect(await page.textContent(".verdict h1")).toContain("usage fault");
    expect(await page.textContent(".verdict")).toContain("drop the ELF with build id 6de75eb28bbf");
    expect(await page.getAttribute(".view", "data-view")).toBe("crash");
    expect(problems).toEqual([]);
  });

  it("names frames, inlined calls included, once the ELF is dropped as well", async () => {
    const { page, problems } = await app.open();
    await dropFiles(page, [file(CRASH)]);
    await page.waitForSelector(".verdict h1");
    await dropFiles(page, [file(ELF)]);
    await page.waitForFunction(() => document.querySelector(".frames")?.textContent?.includes("motor.cc:48"));
    expect(await page.textContent(".frames")).toContain("fw::motor::Controller::Step");
    expect(problems).toEqual([]);
  });

  it("uses an ELF file that lies in the same archive as the crash", async () => {
    const { page, problems } = await app.open();
    const bytes = zipSync({ "crash.pb": readFileSync(CRASH), "build/firmware.elf": readFileSync(ELF) });
    await dropFiles(page, [{ name: "upload.zip", bytes }]);
    await page.waitForFunction(() => document.querySelector(".frames")?.textContent?.includes("motor.cc:48"));
    expect(await page.textContent(".files")).toContain("build/firmware.elf");
    expect(problems).toEqual([]);
  });

  it("lists a file that no format recognises with its reason and opens the others", async () => {
    const { page } = await app.open();
    await dropFiles(page, [file(CRASH), { name: "noise.bin", bytes: Uint8Array.from([1, 2, 3, 4, 250, 251]) }]);
    await page.waitForSelector(".verdict h1");
    expect(await page.textContent(".refused")).toContain("UnknownFormat");
  });

  it("opens the files of `coldframe ui` and comes back to the same place after a reload", async () => {
    const { page, problems } = await app.open({ fragment: "v=1&sample=served" });
    await page.waitForSelector(".verdict h1");
    await page.click('.tab:has-text("Values")');
    await page.click('.tree-row:has-text("metadata")');
    await page.waitForFunction(() => location.hash.includes("path=metadata"));
    await page.reload();
    await page.waitForSelector('.tree-row[aria-selected="true"]:has-text("metadata")');
    expect(problems).toEqual([]);
  });

  it("says plainly which file a link needs, and goes there once it is dropped", async () => {
    const first = await app.open();
    await dropFiles(first.page, [file(CRASH)]);
    await first.page.waitForFunction(() => location.hash.includes("sha256="));
    const sha256 = /sha256=([0-9a-f]{64})/.exec(first.page.url())![1];
    const { page } = await app.open({
      fragment: `v=1&view=values&path=metadata.reason&file=elf_main.pb&sha256=${sha256}`,
    });
    await page.waitForSelector(".wanted");
    expect(await page.textContent(".wanted")).toContain("elf_main.pb");
    await dropFiles(page, [file(CRASH)]);
    await page.waitForSelector('.tree-row[aria-selected="true"]:has-text("reason")');
  });

  it("opens every sample of the gallery without an error", async () => {
    const { page, problems } = await app.open();
    await page.waitForSelector(".gallery .card");
    const count = await page.locator(".gallery .card").count();
    for (let ix = 0; ix < count; ix++) {
      const card = page.locator(".gallery .card").nth(ix);
      const title = await card.textContent();
      await card.click();
      await page.waitForSelector(".view > *");
      expect(await page.locator(".refused, .failed").count(), title!).toBe(0);
      if (title!.startsWith("Types of a kernel"))
        expect(await page.locator(".table-window .table-row").count()).toBeGreaterThan(5);
      else expect(await page.textContent(".verdict h1"), title!).not.toBe("");
      await page.click(".brand");
      await page.waitForSelector(".gallery .card");
    }
    expect(problems).toEqual([]);
  });
});
