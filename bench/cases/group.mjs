// A fleet of crashes grouped by cause, through the library and through the command line.
//   npm run -s bench:group [-- --members 100000 --causes 120 --builds 12 --json FILE]
// Needs a built package (npm run build). The groups must be exactly the generator's causes; memory is measured at a
// tenth of the members and at the end, so that growth shows.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";

const options = readOptions({ members: "100000", causes: "120", builds: "12" });
const members = Number(options.members);
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS))",
)}`;
await build({
  entryPoints: ["bench/fleet-library.ts"],
  bundle: true,
  format: "esm",
  outfile: "build/bench-fleet.mjs",
  logLevel: "warning",
});
const { Fleet } = await import("../../build/bench-fleet.mjs");
const { open, embeddedCore, loadCore } = await import("../../dist/index.js");
const { defaultSignatureRules, groupKey, SnapshotGrouper, signatureOf } = await import("../../dist/identity.js");
const { loadArtifacts } = await import("../../dist/symbols.js");

const fleet = new Fleet({ seed: 1, causes: Number(options.causes), builds: Number(options.builds), devices: 5000 });
const folder = join("bench/data", "fleet");
const rounds = [await groupByLibrary(), groupByCommandLine()];
if (rounds[0].checksum !== rounds[1].checksum) throw new Error(rounds.map(({ checksum }) => checksum).join("; "));
const stories = [
  {
    name: `group ${members} snapshots`,
    bytes: rounds[0].bytes,
    contestants: rounds.map(({ name, ms, ...more }) => ({ name, ...spread([ms]), ...more })),
  },
];
writeReport(options.json, stories);
console.log(machineLine());
for (const { name, ms, peak_bytes, growth_bytes, checksum } of rounds) {
  const memory = growth_bytes === undefined ? "" : `, heap grew by ${growth_bytes} B over the last nine tenths`;
  console.log(
    `${name}: ${(ms / 1000).toFixed(1)} s, ${(ms / members).toFixed(3)} ms each, peak ${peak_bytes} B${memory}; ${checksum}`,
  );
}

/** Generation, which is no work of ours, is not timed. */
async function groupByLibrary() {
  const { set } = await loadArtifacts(fleet.artifacts);
  const core = await loadCore(await embeddedCore());
  const rules = defaultSignatureRules();
  const grouper = new SnapshotGrouper();
  const causeOf = new Map();
  let ms = 0;
  let bytes = 0;
  let early = 0;
  for (let ix = 0; ix < members; ix++) {
    const member = fleet.member(ix);
    bytes += member.bytes.length;
    const start = performance.now();
    const snapshot = await open(
      { name: member.name, content: member.bytes },
      { core, symbols: set, analysis: "frames" },
    );
    const { format, facts } = snapshot;
    const signature = signatureOf(snapshot, rules);
    const contentHash = createHash("sha256").update(member.bytes).digest("hex");
    const digest = { name: member.name, format, facts, signature, contentHash };
    const isNew = grouper.add(digest);
    ms += performance.now() - start;
    if (isNew === member.isCopy) throw new Error(`${member.name}: taken for ${isNew ? "new" : "a copy"}`);
    const key = groupKey(digest);
    const cause = causeOf.get(key) ?? member.cause;
    if (cause !== member.cause) throw new Error(`${key} holds ${cause} and ${member.cause}`);
    causeOf.set(key, cause);
    if (ix === Math.floor(members / 10)) early = heapBytes();
  }
  const found = new Set(causeOf.values());
  if (causeOf.size !== found.size || found.size !== Math.min(members, fleet.causes.length)) {
    throw new Error(`${causeOf.size} groups for ${found.size} of ${fleet.causes.length} causes`);
  }
  const growth = heapBytes() - early;
  const { snapshots, duplicates, groups } = grouper.totals;
  const checksum = `${snapshots} snapshots, ${duplicates} copies, ${groups} groups`;
  return { name: "coldframe", ms, bytes, peak_bytes: process.memoryUsage().rss, growth_bytes: growth, checksum };
}

function heapBytes() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Files of a thousand to a directory, as a collector would keep them. */
function groupByCommandLine() {
  rmSync(folder, { recursive: true, force: true });
  const artifacts = join(folder, "artifacts");
  const crashes = join(folder, "crashes");
  mkdirSync(artifacts, { recursive: true });
  for (const { name, bytes } of fleet.artifacts) writeFileSync(join(artifacts, name), bytes);
  for (let ix = 0; ix < members; ix++) {
    const { name, bytes } = fleet.member(ix);
    const place = join(crashes, String(Math.floor(ix / 1000)));
    if (ix % 1000 === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, name), bytes);
  }
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", REPORT_PEAK, "dist/cli.js", "group", "--json", "--artifacts", artifacts, crashes],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`the command line ended with ${status}: ${stderr.slice(0, 2000)}`);
  rmSync(folder, { recursive: true, force: true });
  const { snapshots, duplicates, groups } = JSON.parse(stdout.trim().split("\n").at(-1)).totals;
  const peak = Number(/PEAK (\d+)/.exec(stderr)?.[1]) * 1024;
  const checksum = `${snapshots} snapshots, ${duplicates} copies, ${groups} groups`;
  return { name: "coldframe group", ms, peak_bytes: peak, checksum };
}
