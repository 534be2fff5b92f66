// The rivals' modules in Node, and what their own generators make of the schema.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = "bench/rivals/node_modules";
export const GENERATED = { "bench-static": `${ROOT}/.bench-static.cjs`, "bench-pbf": `${ROOT}/.bench-pbf.mjs` };

/** Installs the rivals where they are missing and writes their generated code. */
export async function prepareRivals(protoFile) {
  if (!existsSync(ROOT)) execFileSync("npm", ["ci", "--prefix", "bench/rivals"], { stdio: "inherit" });
  const require = createRequire(resolve("bench/rivals/package.json"));
  const pbjs = require.resolve("protobufjs-cli/bin/pbjs");
  const out = GENERATED["bench-static"];
  execFileSync(process.execPath, [pbjs, "-t", "static-module", "-w", "commonjs", "-o", out, protoFile]);
  const { compileRaw } = await import(pathToFileURL(require.resolve("pbf/compile")).href);
  writeFileSync(GENERATED["bench-pbf"], compileRaw(require("resolve-protobuf-schema").sync(protoFile)));
  return importPrepared();
}

/** Imports a rival's module, or code that was generated for it. */
export function importPrepared() {
  const require = createRequire(resolve("bench/rivals/package.json"));
  return (name) => import(pathToFileURL(resolve(GENERATED[name] ?? require.resolve(name))).href);
}

/** What every contestant's `load` gets. */
export function contestantContext({ library, protoFile, importRival, wasm }) {
  const protoText = readFileSync(protoFile, "utf8");
  const schema = library.parseProtoFiles(new Map([[protoFile, protoText]]), [protoFile]);
  return { library, schema, protoText, wasm, importRival };
}
