// Bundles the published entry points into dist/. Every file directly in src/js, and the entry files of the surfaces.
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { MODULES } from "./modules.mjs";

const ENTRIES = [
  ...readdirSync("src/js")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/js/${file}`),
  "src/worker/entry.ts",
  "src/worker/worker.ts",
  "src/cli/cli.ts",
  "src/serverless/serverless.ts",
].filter((file) => existsSync(file));

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ENTRIES.map((file) => ({ in: file, out: file.replace(/^.*\/|\.ts$/g, "") })),
  outdir: "dist",
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: false,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["module", "import"],
  target: ["es2022"],
  external: ["node:*", "*.wasm"],
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "none",
});
for (const { name } of MODULES) {
  if (!existsSync(`build/${name}.wasm`)) continue;
  copyFileSync(`build/${name}.wasm`, `dist/${name}.wasm`);
  writeFileSync(`dist/${name}.wasm.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
}
if (existsSync("dist/cli.js")) chmodSync("dist/cli.js", 0o755);
