// One plain process doing what a worker of the pool does: pool-child.mjs COUNT. Prints milliseconds.
import { readFileSync } from "node:fs";
import { splitDelimited } from "./objects.mjs";

const WARM_UP = 2_000;
const count = Number(process.argv[2]);
const { embeddedCore, loadCore, openAll } = await import("../dist/index.js");
const { defaultSignatureRules, sha256, signatureOf } = await import("../dist/identity.js");
const core = await loadCore(await embeddedCore());
const rules = defaultSignatureRules();
const bytes = readFileSync("bench/out/fleet.bin");
const sources = [];
for (const source of splitDelimited(bytes)) {
  sources.push(source);
  if (sources.length === count) break;
}
await digest(sources.slice(0, WARM_UP));
const start = performance.now();
await digest(sources);
console.log(performance.now() - start);

async function digest(files) {
  for (const content of files) {
    const [snapshot] = await openAll({ name: "file", content }, { core, format: "pigweed" });
    if (signatureOf(snapshot, rules).id === "" || sha256(content).length === 0) throw new Error("no digest");
  }
}
