// Readers of goroutine texts and profiles: open, then everything that is made of a snapshot, so that lazy paths run too.
// Text is cut, wrapped, prefixed and joined as logs do it, before the bytes are mutated.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const GOLDEN = "test/golden/goroutines";
const MAX_SEED_BYTES = 24 * 1024;
const LIMITS = { tableBytes: 1 << 24, inputBytes: 1 << 22 };

export async function targets({ library }) {
  if (!existsSync("dist/goroutines.js")) return [];
  const goroutines = await import("../../../dist/goroutines.js");
  const texts = readSeeds(/debug[12]\.txt(?:\.gz)?$|sigquit\.txt$|tracebacks\/[^/]+\.txt$/);
  const profiles = readSeeds(/\.pb\.gz$/);
  return [
    {
      name: "goroutines text",
      seeds: () => [...texts, ...texts.flatMap(wrapped)],
      run: (bytes) => openAndUse(library, goroutines, bytes),
    },
    { name: "goroutines profile", seeds: () => profiles, run: (bytes) => openAndUse(library, goroutines, bytes) },
  ];
}

function readSeeds(pattern) {
  return readdirSync(GOLDEN, { recursive: true })
    .map((name) => join(GOLDEN, name))
    .filter((file) => pattern.test(file) && !file.includes("expected") && statSync(file).isFile())
    .sort()
    .map((file) => readFileSync(file))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes))
    .map((bytes) => Uint8Array.from(bytes.subarray(0, MAX_SEED_BYTES)));
}

/** A dump as it comes out of logs. */
function wrapped(bytes) {
  const text = Buffer.from(bytes.subarray(0, MAX_SEED_BYTES / 3)).toString("latin1");
  const lines = text.split("\n");
  const encode = (content) => Uint8Array.from(Buffer.from(content, "latin1"));
  return [
    encode(lines.join("\r\n")),
    encode(
      lines.map((line, ix) => `2026-11-21T01:43:${String(ix % 60).padStart(2, "0")}.123Z stderr F ${line}`).join("\n"),
    ),
    encode(lines.map((line, ix) => `app_${ix % 2}  | ${line}`).join("\n")),
    encode(JSON.stringify({ level: "error", msg: text })),
    encode(lines.map((line) => JSON.stringify({ log: `${line}\n` })).join("\n")),
    encode(lines.map((line) => `\x1b[31m${line}\x1b[0m`).join("\n")),
    encode(`==================\nWARNING: DATA RACE\nRead at 0x00c0000b4010 by goroutine 7:\n${text}`),
    encode(`${text}\n${text}`),
  ];
}

async function openAndUse({ openAll, dump, toJson }, library, bytes) {
  for (const snapshot of await openAll(bytes, { format: "goroutines", limits: LIMITS })) {
    await dump(snapshot);
    await toJson(snapshot);
    analyse(library, snapshot);
  }
}

function analyse(library, snapshot) {
  const { stacks } = snapshot;
  for (const level of ["exact", "pointers", "values", "functions", "package"]) library.groupContexts(stacks, { level });
  library.renderOverview(snapshot);
  library.renderConvoys(stacks, library.findConvoys(stacks));
  library.renderSuspicions(stacks, library.findSuspicions(stacks));
  library.renderCreation(stacks, library.buildCreationTree(stacks), library.creationSites(stacks));
  library.renderWaits(stacks, library.longestWaits(stacks));
  library.namePointers(stacks);
  for (const { key } of library.labelKeys(stacks).slice(0, 2)) {
    library.renderPivot(key, library.pivotByLabel(stacks, key));
    library.renderLinks(stacks, library.findLinks(stacks, library.labelRule(key), 100));
  }
  const groups = library.compareGroups(stacks, stacks);
  library.renderChanges(stacks, stacks, groups, library.compareContexts(stacks, stacks));
  const tree = library.buildFlameTree(stacks, { withStates: true });
  library.renderFolded(tree);
  library.renderSpeedscope(stacks, "x");
  library.renderFlameSvg(tree, { title: "x" });
  const samples = library.mergeSamples([{ stacks }]);
  library.renderTop(samples);
  library.renderTraces(samples, { tagRoot: ["a"] });
  library.encodeProfile(samples, { type: "goroutine" });
  for (let ix = 0; ix < Math.min(50, stacks.contexts.length); ix++) library.plainContext(stacks, ix);
}
