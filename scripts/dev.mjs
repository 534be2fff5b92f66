// npm run dev: builds once, then again whenever a source changes.
import { spawnSync } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const WATCHED = ["assembly", "src", "proto", "app"].filter(existsSync);
/** A save is several events; the build starts when they have stopped for this long. */
const QUIET_MS = 150;

let timer;
let wasmToo = true;

function rebuild() {
  const start = performance.now();
  const script = wasmToo ? ["run", "-s", "build"] : ["exec", "--", "node", "scripts/build.mjs"];
  wasmToo = false;
  const { status } = spawnSync("npm", script, { stdio: "inherit" });
  console.log(
    `${status === 0 ? "built" : "FAILED"} in ${Math.round(performance.now() - start)} ms; waiting for changes`,
  );
}

rebuild();
for (const dir of WATCHED) {
  watch(dir, { recursive: true }, (_event, file) => {
    if (file?.endsWith(".generated.ts")) return;
    wasmToo ||= dir === "assembly" || dir === "proto";
    clearTimeout(timer);
    timer = setTimeout(rebuild, QUIET_MS);
  });
}
