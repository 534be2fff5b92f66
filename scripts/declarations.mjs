// Declarations for dist/: what tsc emits, with `.js` in its imports, reduced to the files that the entry points reach.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const EMITTED = "build/types";
const IMPORT = /((?:from|import)\s*\(?\s*["'])(\.{1,2}\/[^"']+)\.ts(["'])/g;
/** Nobody imports these: programs, not libraries. */
const PROGRAMS = [
  "src/cli/cli.ts",
  "src/cli/fleet-worker.ts",
  "src/worker/worker-entry.ts",
  "src/worker/worker-entry.node.ts",
];

/** @param entries sources of the published entry points. */
export function writeDeclarations(entries) {
  rmSync(EMITTED, { recursive: true, force: true });
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
  const waiting = [];
  for (const entry of entries) {
    if (PROGRAMS.includes(entry)) continue;
    const path = entry.replace(/^src\//, "").replace(/\.ts$/, "");
    waiting.push(path);
    writeFileSync(`dist/${path.replace(/^.*\//, "")}.d.ts`, `export * from "./types/${path}.js";\n`);
  }
  const done = new Set();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (done.has(path)) continue;
    done.add(path);
    const text = readFileSync(`${EMITTED}/${path}.d.ts`, "utf8").replace(IMPORT, (_all, before, target, after) => {
      waiting.push(normalize(join(dirname(path), target)));
      return `${before}${target}.js${after}`;
    });
    mkdirSync(dirname(`dist/types/${path}`), { recursive: true });
    writeFileSync(`dist/types/${path}.d.ts`, text);
  }
}
