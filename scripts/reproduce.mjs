// Builds every release module again, elsewhere, and compares its SHA-256 with what npm run build has left in build/.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { MODULES } from "./modules.mjs";

const OUT = "build/reproduce";

function sumOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

let failed = 0;
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const { name, config } of MODULES.filter((module) => existsSync(module.config))) {
  const file = `${OUT}/${name}.wasm`;
  const args = ["--config", config, "--target", "release", "--outFile", file];
  execFileSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", ...args], { stdio: "ignore" });
  const [again, built] = [sumOf(file), sumOf(`build/${name}.wasm`)];
  const same = again === built;
  if (!same) failed++;
  console.log(`${same ? "same" : "DIFFERENT"}  ${name}.wasm  ${built}${same ? "" : `  ${again}`}`);
}
rmSync(OUT, { recursive: true, force: true });
process.exit(failed > 0 ? 1 : 0);
