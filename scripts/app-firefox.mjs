// node scripts/app-firefox.mjs: the web app in Debian's Firefox: every view on real samples, a dropped file, a hostile
// one, and the page's policy. The last line is "N passed, N failed"; without a Firefox it is NOT RUN.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { APP_PLACES } from "../test/support/app-places.mjs";
import { Absent, launchFirefox } from "./host-packages.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const CRASH = "test/golden/pigweed/cases/elf_main.pb";
const HOSTILE = `goroutine 1 [<img src=x onerror="document.title='pwned'">, 5 minutes]:\nmain.<script>document.title='pwned'</script>(0x1)\n\t/src/javascript:alert(1).go:1 +0x1\n`;

let passed = 0;
let failed = 0;

async function check(title, act) {
  try {
    await act();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED: ${title}: ${String(error.message).split("\n").slice(0, 4).join(" ")}`);
  }
}

function expect(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

/** Errors of scripts and of the console, and reports of the policy, since the page was loaded last. */
let problems = [];

/** One page for all checks. */
async function newPage(browser) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  await page.evaluateOnNewDocument(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return page;
}

async function load(page, url, fragment) {
  // Between two places of one page the browser would not load it anew.
  await page.goto("about:blank");
  problems = [];
  await page.goto(fragment === "" ? url : `${url}#${fragment}`);
}

async function drop(page, name, bytes) {
  await page.evaluate(
    (fileName, base64) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], fileName));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    name,
    Buffer.from(bytes).toString("base64"),
  );
}

const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);

async function showsView(page, url, [sample, view, ready]) {
  await load(page, url, `v=1&sample=${sample}&view=${view}`);
  await page.waitForSelector(`.view[data-view="${view}"] ${ready}`);
  const row = await page.$(".table-window .table-row, .tree-row, .frames button");
  if (row !== null) {
    await row.click();
    await page.waitForSelector(".detail h2");
  }
  expect((await textOf(page, ".view")).length > 20, "the view is empty");
  expect((await page.$(".failed, .refused")) === null, "something failed");
  expect(problems.length === 0, problems.join("; "));
}

async function takesDrop(page, url) {
  await load(page, url, "");
  await page.waitForSelector(".gallery .card");
  await drop(page, "crash.pb", readFileSync(CRASH));
  await page.waitForSelector(".verdict h1");
  expect((await textOf(page, ".verdict h1")).includes("usage fault"), "another verdict");
  expect(problems.length === 0, problems.join("; "));
}

async function runsNothing(page, url) {
  await load(page, url, "");
  await page.waitForSelector(".gallery .card");
  await drop(page, "evil.txt", Buffer.from(HOSTILE));
  await page.waitForSelector(".verdict h1");
  const tabs = (await page.$$(".tab")).length;
  for (let ix = 0; ix < tabs; ix++) {
    await (await page.$$(".tab"))[ix].click();
    await page.waitForSelector(".view > *");
  }
  expect(tabs > 4, `only ${tabs} views`);
  expect((await page.title()) === "coldframe", "a script ran");
  expect((await page.$("#app img, #app script")) === null, "markup of the file is in the page");
  expect(problems.length === 0, problems.join("; "));
}

async function keepsPolicy(page, url) {
  await load(page, url, "");
  const outcome = await page.evaluate(() =>
    fetch("https://example.com/").then(
      () => "ran",
      (error) => error.name,
    ),
  );
  expect(outcome === "TypeError", `a request to elsewhere: ${outcome}`);
}

let browser;
try {
  browser = await launchFirefox();
} catch (error) {
  if (!(error instanceof Absent)) throw error;
  console.log(`NOT RUN: the web app in Firefox: ${error.message}`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}
const server = spawn(process.execPath, ["dist/cli.js", "ui", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
try {
  const url = await new Promise((resolve) => {
    server.stdout.once("data", (line) => resolve(JSON.parse(line).url));
  });
  const page = await newPage(browser);
  for (const place of APP_PLACES) await check(place.slice(0, 2).join(": "), () => showsView(page, url, place));
  await check("a dropped crash", () => takesDrop(page, url));
  await check("a hostile dump", () => runsNothing(page, url));
  await check("the policy", () => keepsPolicy(page, url));
} finally {
  await browser.close();
  server.kill("SIGTERM");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
