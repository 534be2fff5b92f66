// npm start: from a bare clone to the report of a real crash snapshot. npm start -- VERB … runs any other command.
import { fileURLToPath } from "node:url";
import { buildPackage, installPackages, requireNode, run } from "./set-up.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
requireNode();
if (!installPackages() || !buildPackage()) {
  console.error("the set-up failed; the lines above say why");
  process.exit(1);
}
const own = process.argv.slice(2);
if (own.length > 0) process.exit(run(process.execPath, ["dist/cli.js", ...own]));

const sample = "test/golden/pigweed/cases/elf_main.pb";
const firmware = "test/golden/pigweed/artifacts/main/main_core.elf";
const help = run(process.execPath, ["dist/cli.js", "dump", "--help"], { stdio: "ignore" });
// The firmware image gives names to addresses and words to tokens.
const command = ["dump", "--tokens", firmware, "--artifacts", firmware, sample];
const status = help === 0 ? run(process.execPath, ["dist/cli.js", ...command]) : help;
if (status !== 0) process.exit(status);
console.error(`
That was a crash snapshot in the format of Pigweed devices: coldframe ${command.join(" ")}

Try next:
  node dist/cli.js info ${sample}                    what it is, in a few lines
  node dist/cli.js ls ${sample} threads              what is inside
  node dist/cli.js get ${sample} 'threads[0].state'  one value by its path
  node dist/cli.js dump --html crash.html ${sample}  one page to send to a colleague
  node dist/cli.js ui ${sample} ${firmware}          the same in a browser tab, on this machine only
  node dist/cli.js help                              every verb
  npm test                                           the proof that it works`);
