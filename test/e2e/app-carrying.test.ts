import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppHost, dropFiles, openSample, startApp } from "../support/app-page.ts";

let app: AppHost;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe("carrying results away", () => {
  it("saves one page that opens without scripts and says the same", async () => {
    const { page, problems } = await app.open({ sample: "crash" });
    await page.focus("#main [tabindex='0']");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("S")]);
    expect(download.suggestedFilename()).toBe("elf_main.pb.html");
    const text = readFileSync((await download.path())!, "utf8");
    expect(text).toContain("default-src &#39;none&#39;");
    expect(text).not.toContain("<script");
    expect(text).toContain("Assert failed: ma &lt; 4000");
    expect(problems).toEqual([]);
  });

  it("copies the selection as JSON, Markdown, path and folded stacks", async () => {
    const { page, problems } = await app.open();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = async (button: string): Promise<string> => {
      await page.keyboard.press("c");
      await page.click(`.sheet button:has-text("${button}")`);
      await page.waitForFunction(() => document.querySelector(".notice")?.textContent?.startsWith("Copied"));
      return page.evaluate(() => navigator.clipboard.readText());
    };
    await openSample(page, "goroutines", "stacks");
    await page.locator(".table-window .table-row").nth(3).click();
    expect(await copied("Folded stacks")).toMatch(/^\S+;.*internal\/poll\.runtime_pollWait 1\n$/);
    expect(await copied("Markdown")).toContain("| state | IO wait |");
    await openSample(page, "threads", "values");
    await page.click('.tree-row:has-text("metadata")');
    expect(JSON.parse(await copied("Selection as JSON"))).toHaveProperty("software_version", "fw 1.2.3");
    expect(await copied("Path")).toBe("metadata");
    expect(problems).toEqual([]);
  });

  it("works without a network after the first visit", async () => {
    const { page, problems } = await app.open({ offline: true });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector(".start h1");
    await dropFiles(page, [{ name: "crash.pb", bytes: readFileSync("test/golden/pigweed/cases/elf_main.pb") }]);
    await page.waitForSelector(".frames, .verdict h1");
    await page.click('.tab:has-text("Values")');
    await page.waitForSelector(".tree-row");
    await page.context().setOffline(false);
    expect(problems.filter((line) => !line.includes("gallery.json") && !line.includes("ERR_INTERNET"))).toEqual([]);
  });

  it("is installable: a manifest with a name, a start and an icon", async () => {
    const { page } = await app.open();
    const manifest = await page.evaluate(async () => (await fetch("manifest.webmanifest")).json());
    expect(manifest).toMatchObject({ name: "coldframe", start_url: "./", display: "standalone" });
    expect((await page.request.get(`${app.url}${manifest.icons[0].src}`)).ok()).toBe(true);
  });
});

describe("keys alone", () => {
  it("go from a drop to the bytes of a value without a mouse", async () => {
    const { page, problems } = await app.open({ sample: "threads" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("view: values");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tree");
    await page.keyboard.press("m");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "b"]) await page.keyboard.press(key);
    await page.waitForSelector(".hex-bytes .marked");
    await page.keyboard.press("x");
    expect(await page.textContent(".foot")).toContain("integers: hex");
    expect(problems).toEqual([]);
  });

  it("search everything and go to what was found", async () => {
    const { page, problems } = await app.open({ sample: "crash" });
    await page.keyboard.press("/");
    await page.keyboard.type("motor_task");
    await page.waitForSelector("#choices [role=option]:has-text('motor_task')");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#choices") === null);
    expect(problems).toEqual([]);
  });

  it("stop long work, and keep what was read before", async () => {
    const { page } = await app.open({ sample: "crash" });
    const dropBigFile = () =>
      page.evaluate(() => {
        const text = "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:1 +0x1\n\n".repeat(1_500_000);
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], "big.txt"));
        // As soon as there is something to stop, whatever the machine's speed.
        const stop = () => document.querySelector<HTMLElement>(".progress button")?.click();
        new MutationObserver(stop).observe(document.body, { childList: true, subtree: true });
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      });
    const stopped = () =>
      page
        .waitForFunction(() => document.querySelector(".notice")?.textContent?.startsWith("Stopped reading"), null, {
          timeout: 25_000,
        })
        .then(
          () => true,
          () => false,
        );
    // On a busy machine the page may get its turn only when the file is already open: then there was nothing to stop.
    let wasStopped = false;
    for (let tries = 0; tries < 3 && !wasStopped; tries++) {
      await dropBigFile();
      wasStopped = await stopped();
    }
    expect(wasStopped).toBe(true);
    if (await page.isVisible("text=elf_main.pb")) await page.click("text=elf_main.pb");
    expect(await page.textContent(".verdict h1")).toContain("usage fault");
  });
});
