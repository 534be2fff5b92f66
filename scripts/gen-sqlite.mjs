// Embeds SQLite's module (from the sql.js package) for src/js/sql/engine.ts.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";

const SOURCE = "node_modules/sql.js/dist/sql-wasm-browser.wasm";
const OUT = "src/js/sql/sqlite.generated.ts";

if (!existsSync(OUT) || statSync(OUT).mtimeMs < statSync(SOURCE).mtimeMs) {
  const base64 = readFileSync(SOURCE).toString("base64");
  writeFileSync(
    OUT,
    `// Written by scripts/gen-sqlite.mjs. Do not edit.\nexport const SQLITE_WASM_BASE64: string =\n  "${base64}";\n`,
  );
}
