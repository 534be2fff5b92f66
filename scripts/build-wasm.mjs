// Compiles every Wasm module (release and debug) and embeds the release builds as base64 modules.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { MODULES } from "./modules.mjs";

const only = process.argv.slice(2);
mkdirSync("build", { recursive: true });
mkdirSync("src/js/abi/embedded", { recursive: true });
for (const { name, config } of MODULES) {
  if (!existsSync(config) || (only.length > 0 && !only.includes(name))) continue;
  for (const target of ["release", "debug"]) {
    execFileSync(
      process.execPath,
      ["node_modules/assemblyscript/bin/asc.js", "--config", config, "--baseDir", ".", "--target", target],
      {
        stdio: "inherit",
      },
    );
  }
  const base64 = readFileSync(`build/${name}.wasm`).toString("base64");
  writeFileSync(
    `src/js/abi/embedded/${name}.generated.ts`,
    `// Written by scripts/build-wasm.mjs. Do not edit.\nexport const ${name.toUpperCase()}_WASM_BASE64: string =\n  "${base64}";\n`,
  );
}
