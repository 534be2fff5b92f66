// Builds the web app into dist/app: scripts and styles by esbuild, the page with its policy, the samples of the gallery,
// and the service worker with the list of files that make the app work without a network.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { POLICY } from "./app-policy.mjs";
import { writeSamples } from "./app-samples.mjs";

const OUT = "dist/app";

const OPTIONS = {
  outdir: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  conditions: ["module", "import"],
  target: ["es2022"],
  legalComments: "none",
  tsconfig: "tsconfig.json",
  external: ["node:*"],
  jsx: "automatic",
  jsxImportSource: "preact",
};

export async function buildApp() {
  if (!existsSync("app/main.tsx")) return;
  await build({
    ...OPTIONS,
    entryPoints: [
      { in: "app/main.tsx", out: "main" },
      { in: "src/worker/worker-entry.ts", out: "worker-entry" },
      { in: "app/tasks/analyst-entry.ts", out: "analyst-entry" },
    ],
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    define: { CORE_SHA256: JSON.stringify(sha256(readFileSync("build/core.wasm"))) },
  });
  await build({ ...OPTIONS, entryPoints: [{ in: "app/styles/index.css", out: "style" }], external: [] });
  cpSync("app/public", OUT, { recursive: true });
  const page = readFileSync("app/index.html", "utf8").replace("__POLICY__", POLICY);
  writeFileSync(join(OUT, "index.html"), page);
  await writeSamples(join(OUT, "samples"));
  await writeServiceWorker();
}

/** The worker knows every file but the samples, which it keeps when they are first opened. */
async function writeServiceWorker() {
  const files = everyFile(OUT).filter((file) => !file.startsWith("samples/") && file !== "service-worker.js");
  const version = sha256(Buffer.concat(files.map((file) => readFileSync(join(OUT, file))))).slice(0, 16);
  await build({
    ...OPTIONS,
    format: "iife",
    entryPoints: [{ in: "app/service-worker.ts", out: "service-worker" }],
    define: { PRECACHED: JSON.stringify(["./", ...files]), CACHE_VERSION: JSON.stringify(version) },
  });
}

function everyFile(dir) {
  mkdirSync(dir, { recursive: true });
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
