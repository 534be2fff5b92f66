// npm run -s screenshots: pictures of the web app over its own samples, into docs/screenshots. Run it after a change of
// the look, and look at every picture before it is committed.
import { spawn } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

const OUT = "docs/screenshots";
const MOST_BYTES = 150 * 1024;

/** `acts`: `click SELECTOR`, `double SELECTOR`, `wait SELECTOR`, or a key. */
const PICTURES = [
  { name: "start", fragment: "" },
  { name: "crash", fragment: "v=1&sample=crash", acts: ["click .frames button >> nth=2"] },
  {
    name: "values",
    fragment: "v=1&sample=threads&view=values&path=metadata.software_version",
    acts: ["m", "b"],
    height: 580,
  },
  { name: "scheduler", fragment: "v=1&sample=stall", dark: true },
  { name: "maps", fragment: "v=1&sample=maps&view=maps&item=0", acts: ["click .table-window .table-row >> nth=3"] },
  {
    name: "types",
    fragment: "v=1&sample=kernel-types&view=types&filter=%2Ftask_struct",
    acts: ["wait .totals:has-text(' of ')", "double .table-window .table-row >> nth=0", "wait .layout-row"],
  },
  { name: "groups", fragment: "v=1&sample=goroutines", acts: ["click .table-window .table-row >> nth=1"] },
  { name: "flame", fragment: "v=1&sample=goroutines&view=flame", dark: true, acts: ["click canvas", "ArrowDown"] },
  { name: "waits", fragment: "v=1&sample=goroutines&view=waits" },
  { name: "query", fragment: "v=1&sample=goroutines&view=query", acts: ["click .table-window .table-row >> nth=0"] },
  { name: "findings", fragment: "v=1&sample=inspect", acts: ["click .outcome summary >> nth=0"] },
  { name: "rules", fragment: "v=1&sample=inspect&view=rules", dark: true },
  { name: "signatures", fragment: "v=1&sample=groups&view=signatures" },
  { name: "diff", fragment: "v=1&sample=diff&view=diff", dark: true },
  { name: "keys", fragment: "v=1&sample=panic&view=groups", acts: ["?"] },
];

mkdirSync(OUT, { recursive: true });
const server = spawn(process.execPath, ["dist/cli.js", "ui", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise((resolve) => {
  server.stdout.once("data", (line) => resolve(JSON.parse(line).url));
});
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-lcd-text"],
});
try {
  const wanted = process.argv.slice(2);
  for (const picture of PICTURES) if (wanted.length === 0 || wanted.includes(picture.name)) await take(picture);
} finally {
  await browser.close();
  server.kill("SIGTERM");
}

async function take({ name, fragment, dark = false, acts = [], height = 640 }) {
  const viewport = { width: 1120, height };
  const page = await browser.newPage({ viewport, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
  await page.goto(`${url}#${fragment}`);
  await page.waitForSelector(fragment === "" ? ".gallery .card" : ".view > *");
  await page.waitForLoadState("networkidle");
  for (const act of acts) {
    const [, verb, selector] = /^(click|double|wait) (.*)/.exec(act) ?? [];
    if (verb === "click") await page.click(selector);
    else if (verb === "double") await page.dblclick(selector);
    else if (verb === "wait") await page.waitForSelector(selector);
    else await page.keyboard.press(act);
  }
  await page.waitForTimeout(600);
  const path = `${OUT}/${name}.png`;
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${path} ${Math.round(size / 1024)} KiB${size > MOST_BYTES ? "  LARGE" : ""}`);
  await page.close();
}
