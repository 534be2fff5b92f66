// Compiles every Wasm module (release and debug) and embeds the release builds as base64 modules. A module whose
// sources, configuration and compiler are those of the last build is left as it is; `--force` builds all.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { MODULES } from "./modules.mjs";

const force = process.argv.includes("--force");
const only = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
mkdirSync("build", { recursive: true });
mkdirSync("src/js/abi/embedded", { recursive: true });
const sources = hashOfSources();
for (const { name, config } of MODULES) {
  if (!existsSync(config) || (only.length > 0 && !only.includes(name))) continue;
  const embedded = `src/js/abi/embedded/${name}.generated.ts`;
  const stamp = createHash("sha256").update(sources).update(readFileSync(config)).digest("hex");
  if (!force && existsSync(embedded) && isBuilt(name, stamp)) continue;
  for (const target of ["release", "debug"]) {
    const args = ["--config", config, "--baseDir", ".", "--target", target];
    execFileSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", ...args], { stdio: "inherit" });
  }
  const base64 = readFileSync(`build/${name}.wasm`).toString("base64");
  const text = `export const ${name.toUpperCase()}_WASM_BASE64: string =\n  "${base64}";\n`;
  writeFileSync(embedded, `// Written by scripts/build-wasm.mjs. Do not edit.\n${text}`);
  writeFileSync(`build/${name}.stamp`, stamp);
}

function isBuilt(name, stamp) {
  const files = [`build/${name}.wasm`, `build/${name}.debug.wasm`, `build/${name}.stamp`];
  return files.every((file) => existsSync(file)) && readFileSync(`build/${name}.stamp`, "utf8") === stamp;
}

/** Of all modules together: they share files, and a compile costs more than a needless one is worth avoiding. */
function hashOfSources() {
  const hash = createHash("sha256").update(readFileSync("node_modules/assemblyscript/package.json"));
  const files = readdirSync("assembly", { recursive: true }).filter((file) => file.endsWith(".ts"));
  for (const file of files.sort()) hash.update(file).update(readFileSync(`assembly/${file}`));
  return hash.digest("hex");
}
