// The same contestants in Chromium: bundled, served on loopback with cross-origin isolation, driven by playwright.
import { createServer } from "node:http";
import { resolve } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";
import { GENERATED } from "./rival-modules.mjs";

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const JS_FLAGS = "--js-flags=--expose-gc --max-old-space-size=6000";

/** Runs the plan in a page. @returns stories; `.browser` names the version. */
export async function runInChromium({ asProto, wasm, plan }) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no Chromium found; set CHROMIUM");
  const script = await bundle();
  const files = { "/": "<!doctype html><title>bench</title>", "/bench.js": script, "/core.wasm": wasm };
  if (asProto) files["/as-proto.wasm"] = asProto;
  const server = createServer((request, response) => {
    const body = files[request.url];
    const type = request.url.endsWith(".js")
      ? "text/javascript"
      : request.url.endsWith(".wasm")
        ? "application/wasm"
        : "text/html";
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": type,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const browser = await chromium.launch({ executablePath, args: [...ARGS, JS_FLAGS] });
  const stories = [];
  const checksums = new Map();
  try {
    for (const run of plan) {
      // A page for each workload: what one leaves in the heap is not the next one's burden.
      const page = await browser.newPage();
      page.on("console", (message) => console.error(`  ${message.text()}`));
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.addScriptTag({ url: "/bench.js", type: "module" });
      await page.waitForFunction(() => globalThis.runStory !== undefined);
      console.error(`${run.name} ${run.task}: Chromium, ${run.rounds} rounds`);
      const given = { ...run, hasAsProto: asProto !== undefined, checksum: checksums.get(run.name) };
      const story = await page.evaluate((one) => globalThis.runStory(one), given);
      checksums.set(run.name, story.contestants[0].checksum);
      stories.push(story);
      await page.close();
    }
    stories.browser = `Chromium ${browser.version()}`;
    return stories;
  } finally {
    await browser.close();
    server.close();
  }
}

/** Packages that are both a rival and a tool of ours are there in two versions: the rivals' own are timed. */
const RIVALS_FIRST = {
  name: "rivals-first",
  setup(build) {
    build.onResolve({ filter: /^(@[a-z-]+\/)?[a-z]/ }, ({ path, importer, kind }) => {
      if (!importer.endsWith("/bench/browser-entry.mjs") || path in GENERATED) return undefined;
      return build.resolve(path, { kind, resolveDir: resolve("bench/rivals") });
    });
  },
};

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: ["bench/browser-entry.mjs"],
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "error",
    plugins: [RIVALS_FIRST],
    alias: Object.fromEntries(Object.entries(GENERATED).map(([name, file]) => [name, resolve(file)])),
    external: ["fs", "path", "module"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0].text;
}
