// Bundles the published entry points into dist/: every file directly in src/js and the entry files of the surfaces, then
// the declarations. Files called *.edge.ts are bundled one by one, because their hosts want one script beside the .wasm.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildApp } from "./build-app.mjs";
import { writeDeclarations } from "./declarations.mjs";
import { MODULES } from "./modules.mjs";

const ENTRIES = [
  ...readdirSync("src/js")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/js/${file}`),
  "src/worker/worker.ts",
  "src/worker/worker.node.ts",
  "src/worker/worker-entry.ts",
  "src/worker/worker-entry.node.ts",
  "src/cli/cli.ts",
  "src/cli/fleet-worker.ts",
  "src/serverless/serverless.ts",
  "src/serverless/serverless.edge.ts",
  "src/serverless/serverless.node.ts",
  "src/serverless/serverless.lambda.ts",
].filter((file) => existsSync(file));

/** The worker's script is named as it is in the source, and shipped as JavaScript. */
const workerScript = {
  name: "worker-script",
  setup(build) {
    build.onLoad({ filter: /src\/worker\/worker\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("./worker-entry.ts", "./worker-entry.js"),
      loader: "ts",
    }));
  },
};

/** Hosts that refuse to compile get the modules by import: the same sources with another platform file. */
const edgePlatform = {
  name: "edge-platform",
  setup(build) {
    const path = fileURLToPath(new URL("../src/js/platform/workerd.ts", import.meta.url));
    build.onResolve({ filter: /platform\/embedded\.ts$/ }, () => ({ path }));
  },
};

const OPTIONS = {
  outdir: "dist",
  bundle: true,
  minify: true,
  keepNames: false,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["module", "import"],
  target: ["es2022"],
  external: ["node:*", "*.wasm"],
  legalComments: "none",
  plugins: [workerScript],
};

const toEntry = (file) => ({ in: file, out: file.replace(/^.*\/|\.ts$/g, "") });
const isEdge = (file) => file.endsWith(".edge.ts");

rmSync("dist", { recursive: true, force: true });
await build({
  ...OPTIONS,
  entryPoints: ENTRIES.filter((file) => !isEdge(file)).map(toEntry),
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
});
await build({
  ...OPTIONS,
  entryPoints: ENTRIES.filter(isEdge).map(toEntry),
  plugins: [...OPTIONS.plugins, edgePlatform],
});
for (const { name } of MODULES) {
  if (!existsSync(`build/${name}.wasm`)) continue;
  copyFileSync(`build/${name}.wasm`, `dist/${name}.wasm`);
  writeFileSync(`dist/${name}.wasm.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
}
chmodSync("dist/cli.js", 0o755);
if (existsSync("src/bench/page.ts")) writeFileSync("dist/bench.html", await benchPage());
writeDeclarations(ENTRIES.filter((file) => !isEdge(file)));
await buildApp();

/** The benchmark as one file: its policy allows this script and this style, WebAssembly, and nothing else. */
async function benchPage() {
  const { splitting: _splitting, outdir: _outdir, ...options } = { ...OPTIONS, splitting: false };
  const { outputFiles } = await build({ ...options, entryPoints: ["src/bench/page.ts"], format: "iife", write: false });
  const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
  const style =
    "body{font:15px system-ui;margin:2rem;max-width:70rem}td,th{padding:.2rem .8rem;text-align:right}" +
    "td:first-child,th:first-child{text-align:left}pre{overflow:auto;max-height:20rem;border:1px solid;padding:.5rem}";
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<title>coldframe: decode throughput</title><style>${style}</style>
<h1>Decode throughput of this browser</h1>
<p>Inputs are generated here and nothing leaves the page. Higher is faster; MB is 10^6 bytes of input.</p>
<p><button>Run</button> <output></output></p><table></table><h2>As JSON</h2><pre></pre><script>${script}</script></html>
`;
}
