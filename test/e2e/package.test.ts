import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const CASES = resolve("test/golden/pigweed/cases");
const REPORT = readFileSync(join(CASES, "everything_6.txt"), "utf8");
const dir = mkdtempSync(join(tmpdir(), "coldframe-package-"));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** The package as npm would install it, alone in an empty folder. */
beforeAll(() => {
  const tarball = execFileSync("npm", ["pack", "--silent", "--pack-destination", dir], { encoding: "utf8" })
    .trim()
    .split("\n")
    .at(-1)!;
  writeFileSync(join(dir, "package.json"), '{"type":"module","private":true}');
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", join(dir, tarball)], {
    cwd: dir,
    stdio: "ignore",
  });
  mkdirSync(join(dir, "data"));
  cpSync(join(CASES, "everything_6.pb"), join(dir, "data/crash.pb"));
  cpSync(join(CASES, "../db/main.csv"), join(dir, "data/main.csv"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function node(script: string): string {
  writeFileSync(join(dir, "script.mjs"), script);
  return execFileSync(process.execPath, ["script.mjs"], { cwd: dir, encoding: "utf8" });
}

describe("the installed package in Node", () => {
  it("has no dependency and brings its command", () => {
    const installed = JSON.parse(readFileSync(join(dir, "node_modules/coldframe/package.json"), "utf8"));
    expect(installed.dependencies).toBeUndefined();
    const command = join(dir, "node_modules/.bin/coldframe");
    expect(
      execFileSync(command, ["dump", "--tokens", "data/main.csv", "data/crash.pb"], { cwd: dir, encoding: "utf8" }),
    ).toBe(REPORT);
  });

  it("opens a snapshot from an ES module", () => {
    const printed = node(`
      import { readFile } from "node:fs/promises";
      import { dump, open } from "coldframe";
      const tokens = [{ name: "main.csv", bytes: await readFile("data/main.csv") }];
      const snapshot = await open(await readFile("data/crash.pb"), { tokens });
      process.stdout.write(await dump(snapshot));
    `);
    expect(printed).toBe(REPORT);
  });

  it("opens a file by its path, and with a core of the caller's choice", () => {
    const printed = node(`
      import { readFile } from "node:fs/promises";
      import { openFile } from "coldframe/node";
      import { init } from "coldframe/lite";
      const { open } = await init(readFile(new URL(import.meta.resolve("coldframe/core.wasm"))));
      const [a, b] = await Promise.all([openFile("data/crash.pb"), open(await readFile("data/crash.pb"))]);
      console.log(a.format, a.facts.length === b.facts.length);
    `);
    expect(printed).toBe("pigweed true\n");
  });

  it("runs the example of docs/view.md as it stands", () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(resolve("docs/view.md"), "utf8"))!;
    cpSync(join(dir, "data/crash.pb"), join(dir, "crash.pb"));
    expect(node(example!).split("\n")).toEqual([
      "fw 1.2.3",
      expect.stringMatching(/^\d+n$/),
      expect.stringMatching(/^\d+n \d+$/),
      "false FieldNotFound true",
      "",
    ]);
  });

  it("runs the example of the README as it stands", () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(resolve("README.md"), "utf8"))!;
    cpSync(join(dir, "data/crash.pb"), join(dir, "crash.pb"));
    const printed = node(example!);
    expect(printed).toMatch(/^pigweed \d+ \[\]\nfw 1\.2\.3\n/);
    expect(printed).toContain("Device FW version: fw 1.2.3");
  });

  it("works in a worker thread, ends by itself and sends errors back whole", () => {
    const printed = node(`
      import { readFile } from "node:fs/promises";
      import { dump } from "coldframe";
      import { createWorker } from "coldframe/worker";
      const worker = createWorker();
      const tokens = [{ name: "main.csv", bytes: await readFile("data/main.csv") }];
      const snapshot = await worker.open(await readFile("data/crash.pb"), { tokens });
      console.log((await dump(snapshot)).length);
      const error = await worker.open(new Uint8Array([255, 255])).catch((e) => e);
      console.log(error.code, error.fields.candidates.length > 0);
      worker.close();
    `);
    expect(printed).toBe(`${REPORT.length}\nUnknownFormat true\n`);
  });
});

describe("the installed package in Chromium", () => {
  let server: Server;
  let browser: Browser;
  let origin = "";
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = join(dir, decodeURIComponent(new URL(request.url!, "http://x").pathname));
      try {
        const body = readFileSync(path);
        response.writeHead(200, {
          "content-type": TYPES[extname(path)] ?? "application/octet-stream",
          "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
        });
        response.end(body);
      } catch {
        response.writeHead(path.endsWith("favicon.ico") ? 204 : 404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Runs a page whose script calls `done(result)`. */
  async function result(name: string, script: string): Promise<unknown> {
    writeFileSync(join(dir, name), `<!doctype html><meta charset="utf-8"><title>x</title>${script}`);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(`${origin}/${name}`);
    let found: unknown;
    for (let i = 0; found === undefined && problems.length === 0 && i < 300; i++) {
      found = await page.evaluate("globalThis.result");
      await new Promise((later) => setTimeout(later, 50));
    }
    await page.close();
    expect(problems).toEqual([]);
    return found;
  }

  it("opens a snapshot, bundled by esbuild", async () => {
    writeFileSync(
      join(dir, "app.js"),
      `import { dump, open } from "coldframe";
      const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
      const tokens = [{ name: "main.csv", bytes: await bytesOf("/data/main.csv") }];
      const snapshot = await open((await fetch("/data/crash.pb")).body, { tokens });
      globalThis.result = await dump(snapshot);`,
    );
    await build({
      entryPoints: [join(dir, "app.js")],
      bundle: true,
      format: "esm",
      splitting: true,
      outdir: join(dir, "bundled"),
      logLevel: "silent",
    });
    expect(await result("bundled.html", '<script type="module" src="/bundled/app.js"></script>')).toBe(REPORT);
  });

  it("opens a snapshot in its worker, as it is shipped", async () => {
    const script = `<script type="module">
      import { createWorker } from "/node_modules/coldframe/dist/worker.js";
      import { dump } from "/node_modules/coldframe/dist/index.js";
      const worker = createWorker();
      const tokens = [{ name: "main.csv", bytes: new Uint8Array(await (await fetch("/data/main.csv")).arrayBuffer()) }];
      const snapshot = await worker.open(await (await fetch("/data/crash.pb")).blob(), { tokens });
      globalThis.result = await dump(snapshot);
      worker.close();
    </script>`;
    expect(await result("worker.html", script)).toBe(REPORT);
  });
});

it("the edge entry imports its core and compiles nothing at run time", async () => {
  await build({
    stdin: {
      contents: `import { dump, open } from "./node_modules/coldframe/dist/index.edge.js";
        import { readFileSync } from "node:fs";
        WebAssembly.compile = WebAssembly.instantiate = () => { throw new Error("code generation disallowed") };
        const tokens = [{ name: "main.csv", bytes: readFileSync("data/main.csv") }];
        process.stdout.write(await dump(await open(readFileSync("data/crash.pb"), { tokens })));`,
      resolveDir: dir,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(dir, "edge.mjs"),
    logLevel: "silent",
    plugins: [
      {
        name: "compiled-module",
        setup(bundler) {
          bundler.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
            contents: `import { readFileSync } from "node:fs"; export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
          }));
        },
      },
    ],
  });
  expect(execFileSync(process.execPath, ["edge.mjs"], { cwd: dir, encoding: "utf8" })).toBe(REPORT);
});
