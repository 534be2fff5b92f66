// npm run -s hosts: one digest over everything that is said of every golden, on every host that can be had.
//   node scripts/hosts.mjs [--only node,workerd,…]
// Hosts come from npm into .cache/hosts at fixed versions, browsers from Debian. What cannot be had is NOT RUN. The last
// line is "N passed, N failed"; a host passes when its digest is that of this Node.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { findChromium } from "./chromium.mjs";
import { Absent, fromPackage, launchFirefox } from "./host-packages.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { values: options } = parseArgs({ options: { only: { type: "string" } } });
const run = promisify(execFile);

const WORKERD_PORT = 18_788;
const FOLDERS = ["pigweed/cases", "sched-ext", "goroutines", "triage"];
const TIMEOUT = 300_000;

/** Files of the goldens, the same order everywhere. */
function goldenFiles() {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(`test/golden/${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(ts|md|py|go)$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return files.sort();
}

mkdirSync("build/hosts", { recursive: true });
const LIST = "build/hosts/list.txt";
const files = goldenFiles();
writeFileSync(LIST, `${files.join("\n")}\n`);

async function inProcess(command, ...args) {
  const { stdout } = await run(command, [...args, "test/hosts/process.mjs", join(process.cwd(), "dist"), LIST], {
    maxBuffer: 2 ** 26,
    timeout: TIMEOUT,
  });
  return stdout.trim();
}

async function inWorkerd() {
  const workerd = fromPackage("workerd", "@cloudflare/workerd-linux-64/bin/workerd");
  await run(process.execPath, [
    "examples/workerd/build.mjs",
    "build/hosts/workerd",
    "test/hosts/worker.mjs",
    String(WORKERD_PORT),
  ]);
  const server = spawn(workerd, ["serve", "build/hosts/workerd/config.capnp"], { stdio: "inherit" });
  try {
    await untilListening(`http://127.0.0.1:${WORKERD_PORT}/`);
    const lines = [];
    for (const path of files) {
      const url = `http://127.0.0.1:${WORKERD_PORT}/?name=${encodeURIComponent(path)}`;
      const response = await fetch(url, { method: "POST", body: readFileSync(path) });
      lines.push(`${await response.text()} ${path}`);
    }
    return lines.join("\n");
  } finally {
    server.kill("SIGKILL");
  }
}

async function untilListening(url) {
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url, { method: "POST", body: "x" }).then(
        (r) => r.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/** The repository on loopback, for browsers. */
function serveFiles() {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname).slice(1);
    if (path === "")
      return response
        .setHeader("content-type", "text/html")
        .end('<script type="module" src="/test/hosts/page.mjs"></script>');
    if (path !== "list" && !/^(dist|test\/(hosts|golden))\/[^.]/.test(path)) return response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
    return response.end(readFileSync(path === "list" ? LIST : path));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function inBrowser(launch) {
  const server = await serveFiles();
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await (await page.waitForFunction("globalThis.digests", ...waiting(browser))).jsonValue();
  } finally {
    await browser.close();
    server.close();
  }
}

/** Playwright takes an argument for the function before the options, Puppeteer after them. */
function waiting(browser) {
  return "contexts" in browser ? [undefined, { timeout: TIMEOUT }] : [{ timeout: TIMEOUT }];
}

async function inChromium() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Absent("no Chromium");
  const { chromium } = await import("playwright-core");
  return inBrowser(() => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] }));
}

const HOSTS = {
  [`node ${process.versions.node.split(".")[0]}`]: () => inProcess(process.execPath),
  "node 22": () => inProcess(fromPackage("node 22", "node22/bin/node")),
  "node 24": () => inProcess(fromPackage("node 24", "node24/bin/node")),
  bun: () => inProcess(fromPackage("bun", "@oven/bun-linux-x64/bin/bun")),
  deno: () => inProcess(fromPackage("deno", "@deno/linux-x64-glibc/deno"), "run", "--no-remote", "--allow-read"),
  workerd: inWorkerd,
  chromium: inChromium,
  firefox: () => inBrowser(launchFirefox),
};

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const wanted = options.only?.split(",");
let reference;
let passed = 0;
let failed = 0;
for (const [host, digests] of Object.entries(HOSTS)) {
  if (reference !== undefined && wanted !== undefined && !wanted.some((word) => host.startsWith(word))) continue;
  let lines;
  try {
    lines = await digests();
  } catch (error) {
    const isAbsent = error instanceof Absent;
    if (!isAbsent) failed++;
    console.log(
      `${isAbsent ? "NOT RUN" : "FAILED"}: ${host}: ${String(error.message).split("\n").slice(0, 3).join(" ")}`,
    );
    continue;
  }
  reference ??= lines;
  const same = lines === reference;
  if (same) passed++;
  else failed++;
  console.log(
    `${host.padEnd(10)} ${files.length} files  ${sha256(lines).slice(0, 32)}  ${same ? "the same" : "DIFFERENT"}`,
  );
  if (!same) printDifferences(lines.split("\n"), reference.split("\n"));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function printDifferences(found, expected) {
  const different = expected.filter((line, ix) => line !== found[ix]);
  console.log(
    `  ${different.length} files differ, e.g. ${different
      .slice(0, 5)
      .map((line) => line.slice(65))
      .join(", ")}`,
  );
}
