// Names and lines of addresses in a 50 MB image: the first one, later ones that were not asked for before, and those
// once more; against llvm-symbolizer and addr2line. Times are per address.
//   npm run -s bench:symbolize [-- --json FILE --functions N --addresses N --rounds N]
// Needs a built package (npm run build). Rivals that are not installed are NOT RUN, which is said; all answers must be equal.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";
import { bigImage } from "./symbolize-image.mjs";

const options = readOptions({ functions: "100000", addresses: "20000", rounds: "5" });
const { loadArtifacts, openElfCore } = await import("../../dist/symbols.js");
const image = bigImage(Number(options.functions));
const path = join("bench/data", "symbolize.elf");
mkdirSync("bench/data", { recursive: true });
writeFileSync(path, image.bytes);
const addresses = Array.from({ length: Number(options.addresses) }, (_, i) => image.addressAt(i));
const rounds = Number(options.rounds);

const contestants = [await measureOurs(), ...rivals().map(measureRival)];
const checksum = contestants[0].checksum;
for (const one of contestants) if (one.checksum !== checksum) throw new Error(`${one.name} answers differently`);
const stories = ["first", "later", "again"].map((task) => ({
  name: `symbolize ${task}`,
  bytes: image.bytes.length,
  contestants: contestants
    .filter((one) => one[task] !== undefined)
    .map(({ name, checksum, peak_bytes, ...times }) => ({
      name,
      ...spread(times[task]),
      ...(peak_bytes !== undefined && { peak_bytes }),
      checksum,
    })),
}));
writeReport(options.json, stories, { image: { debug_line_bytes: image.lineBytes, functions: image.functions } });
console.log(machineLine());
for (const { name, contestants } of stories) {
  console.log(`${name} (${image.bytes.length} bytes, .debug_line ${image.lineBytes})`);
  for (const { name: who, median_ms, min_ms, max_ms, peak_bytes } of contestants) {
    const memory = peak_bytes === undefined ? "" : `  memory ${peak_bytes}`;
    console.log(`  ${who.padEnd(18)} ${median_ms.toFixed(4)} ms (${min_ms.toFixed(4)}–${max_ms.toFixed(4)})${memory}`);
  }
}

/** One line per address; what every contestant has to say. */
function answer(name, file, line) {
  return `${name} ${file}:${line}`;
}

function hash(lines) {
  let h = 0;
  for (const line of lines) for (let i = 0; i < line.length; i++) h = (Math.imul(h, 31) + line.charCodeAt(i)) | 0;
  return h;
}

async function measureOurs() {
  const core = await openElfCore();
  const first = [];
  const later = [];
  const again = [];
  let lines = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    const start = performance.now();
    const { set } = await loadArtifacts([{ name: "image", bytes: image.bytes }], { core });
    const [artifact] = set.images;
    artifact.lookup(addresses[0]);
    first.push(performance.now() - start);
    const found = new Array(addresses.length);
    later.push(timeEach(artifact, found));
    again.push(timeEach(artifact, found));
    lines = found.map(({ name, file, line }) => answer(name, file, line));
    peak = artifact.memoryBytes;
  }
  return { name: "coldframe", first, later, again, peak_bytes: peak, checksum: hash(lines) };
}

function timeEach(artifact, found) {
  const start = performance.now();
  for (let i = 0; i < addresses.length; i++) found[i] = artifact.lookup(addresses[i]);
  return (performance.now() - start) / addresses.length;
}

function rivals() {
  const candidates = [
    ["llvm-symbolizer", ["--no-inlines", "--output-style=LLVM", "--exe", path], parseLlvm],
    ["llvm-symbolizer-19", ["--no-inlines", "--output-style=LLVM", "--exe", path], parseLlvm],
    ["addr2line", ["-f", "-C", "-e", path], parseGnu],
  ];
  const isThere = ([tool]) => spawnSync(tool, ["--version"]).status === 0;
  for (const [tool] of candidates.filter((one) => !isThere(one))) console.log(`NOT RUN: ${tool} is not installed`);
  return candidates.filter(isThere);
}

function measureRival([tool, args, parse]) {
  const run = (list) => {
    const input = `${list.map((address) => `0x${address.toString(16)}`).join("\n")}\n`;
    const start = performance.now();
    const output = execFileSync(tool, args, { input, maxBuffer: 1 << 30, encoding: "utf8" });
    return { ms: performance.now() - start, output };
  };
  const first = [];
  const later = [];
  let lines = [];
  for (let round = 0; round < rounds; round++) {
    const one = run(addresses.slice(0, 1));
    const all = run(addresses);
    first.push(one.ms);
    later.push((all.ms - one.ms) / addresses.length);
    lines = parse(all.output);
  }
  return { name: tool, first, later, checksum: hash(lines) };
}

function parseLlvm(output) {
  const lines = output.split("\n");
  return addresses.map((_, i) => {
    const [file, line] = splitPlace(lines[i * 3 + 1].replace(/:\d+$/, ""));
    return answer(lines[i * 3], file, line);
  });
}

function parseGnu(output) {
  const lines = output.split("\n");
  return addresses.map((_, i) => {
    const [file, line] = splitPlace(lines[i * 2 + 1].replace(/ \(discriminator \d+\)$/, ""));
    return answer(lines[i * 2], file, line);
  });
}

function splitPlace(text) {
  const colon = text.lastIndexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1)];
}
