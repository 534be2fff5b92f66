// npm run -s sizes: what is shipped, raw and gzip, against the budgets. Exits 1 when one is exceeded.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const KIB = 1024;

/**
 * One row per shipped thing. `entry` counts a file with everything it imports at once (what is imported on demand is not
 * loaded with it); `beyond` leaves out what that other entry loads anyway; `of` says which figure the budget limits.
 */
const BUDGETS = [
  { name: "core.wasm", file: "dist/core.wasm", of: "raw", budget: 32 * KIB },
  { name: "btf.wasm", file: "dist/btf.wasm", of: "raw", budget: 32 * KIB },
  { name: "elf.wasm", file: "dist/elf.wasm", of: "raw", budget: 96 * KIB },
  { name: "default entry", entry: "dist/index.js", of: "gzip", budget: 60 * KIB },
  { name: "./lite", entry: "dist/lite.js", of: "gzip", budget: 25 * KIB },
  {
    name: "./worker, beyond the default entry",
    entry: "dist/worker.js",
    beyond: "dist/index.js",
    of: "gzip",
    budget: 6 * KIB, // with the pool
  },
  { name: "command line, before its verb", entry: "dist/cli.js", of: "raw", budget: 200 * KIB },
  { name: "web app, first load", entry: "dist/app/main.js", of: "gzip", budget: 150 * KIB },
];

const STATIC_IMPORT = /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*{}\s,$]*?\s*from\s*)?["'](\.{1,2}\/[^"']+)["']/g;

/** The file and everything that loads with it. */
export function closureOf(entry) {
  const done = new Set();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (done.has(file)) continue;
    done.add(file);
    for (const [, target] of readFileSync(file, "utf8").matchAll(STATIC_IMPORT)) {
      waiting.push(normalize(join(dirname(file), target)));
    }
  }
  return done;
}

/** Figures of every row whose files exist. */
export function measure() {
  return BUDGETS.filter(({ file, entry }) => existsSync(file ?? entry)).map((row) => {
    const files = row.file === undefined ? [...closureOf(row.entry)] : [row.file];
    const without = row.beyond === undefined ? new Set() : closureOf(row.beyond);
    const bytes = Buffer.concat(files.filter((file) => !without.has(file)).map((file) => readFileSync(file)));
    return { ...row, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
}

function everyFile(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function kib(bytes) {
  return `${(bytes / KIB).toFixed(1)} KiB`.padStart(10);
}

function print() {
  const rows = measure();
  console.log(`${"".padEnd(36)}${"raw".padStart(10)}${"gzip".padStart(11)}  budget`);
  for (const { name, raw, gzip, of, budget } of rows) {
    const over = (of === "raw" ? raw : gzip) > budget;
    console.log(`${name.padEnd(36)}${kib(raw)} ${kib(gzip)}  ${of} ≤ ${budget / KIB} KiB${over ? "  EXCEEDED" : ""}`);
  }
  console.log("\nevery shipped file");
  for (const file of everyFile("dist")) {
    const bytes = readFileSync(file);
    console.log(`${file.padEnd(36)}${kib(statSync(file).size)} ${kib(gzipSync(bytes, { level: 9 }).length)}`);
  }
  return rows.some(({ raw, gzip, of, budget }) => (of === "raw" ? raw : gzip) > budget);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  if (!existsSync("dist/index.js")) {
    console.error("nothing is built yet: npm run build");
    process.exit(2);
  }
  process.exit(print() ? 1 : 0);
}
