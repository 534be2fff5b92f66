// Kernel types and maps: a whole vmlinux indexed, named and searched, struct values rendered, one field of a million
// entries read. Beside libbpf (bench/native/btf.c), pahole and bpftool where they are installed, else NOT RUN. The text of the
// values must be what bpftool printed of them when the golden was recorded.
//   npm run -s bench:btf [-- --json FILE --rounds N --entries N --values N]
// Needs a built package (npm run build). All contestants of a story must give the same answer first.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { machineLine, readOptions, spread, writeReport } from "../machine.mjs";
import { bigEntries, interpretJson, sha256, VALUE_BYTES } from "./btf-values.mjs";

const options = readOptions({ rounds: "9", entries: "1000000", values: "100000" });
const rounds = Number(options.rounds);
const api = await import("../../dist/btf.js");
const { createCaptureEncoder, MapTable, NO_HOST, NO_MAP, viewCapture } = await import("../../dist/bpf.js");
const { open } = await import("../../dist/index.js");
const GOLDEN = "test/golden/btf";
const OUT = "bench/out";
const QUIET = { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] };
mkdirSync(OUT, { recursive: true });

const vmlinux = Uint8Array.from(gunzipSync(readFileSync(`${GOLDEN}/vmlinux-6.18.btf.gz`)));
const blobFile = `${OUT}/vmlinux.btf`;
writeFileSync(blobFile, vmlinux);
const lookups = JSON.parse(gunzipSync(readFileSync(`${GOLDEN}/vmlinux-lookups.json.gz`))).lookups;
const recorded = JSON.parse(gunzipSync(readFileSync(`${GOLDEN}/maps/o09_big.json.gz`)));
const bigBlob = Uint8Array.from(Buffer.from(recorded.btf_b64, "base64"));
const native = buildNative();
const stories = [];

await indexStory();
await nameStory();
await lookupStory();
await layoutStory();
await listStory();
await renderStory();
await fieldStory();
print();

function notRun(what, why) {
  console.error(`NOT RUN: ${what}: ${why}`);
}

function buildNative() {
  const program = `${OUT}/btf`;
  const made = spawnSync("gcc", ["-O2", "bench/native/btf.c", "-lbpf", "-o", program], { encoding: "utf8" });
  if (made.status === 0) return program;
  notRun("libbpf", `gcc and Debian's libbpf-dev are needed: ${(made.stderr || String(made.error)).split("\n")[0]}`);
  return undefined;
}

/** Milliseconds of each round after one to warm up, and what the last one gave. */
function timed(run) {
  const times = [];
  let answer;
  for (let round = 0; round <= rounds; round++) {
    globalThis.gc?.();
    const start = performance.now();
    answer = run();
    if (round > 0) times.push(performance.now() - start);
  }
  return { times, answer };
}

function libbpf(task, ...args) {
  if (native === undefined) return [];
  const run = spawnSync(native, [task, blobOf(task), String(rounds), ...args.map(String)], { encoding: "utf8" });
  if (run.status !== 0) {
    notRun(`libbpf ${task}`, run.stderr.trim() || `status ${run.status}`);
    return [];
  }
  const { version, ms, checksum } = JSON.parse(run.stdout);
  return [{ name: `libbpf ${version} (${task})`, times: ms, checksum }];
}

function blobOf(task) {
  if (task !== "render") return blobFile;
  writeFileSync(`${OUT}/big.btf`, bigBlob);
  return `${OUT}/big.btf`;
}

/** A program as a whole, its start included. */
function tool(name, command, args, answerOf) {
  const version = spawnSync(command, ["--version"], { encoding: "utf8" });
  if (version.status !== 0) {
    notRun(name, `no ${command}`);
    return [];
  }
  const { times, answer } = timed(() => execFileSync(command, args, QUIET));
  return [{ name: `${name} (process)`, times, checksum: String(answerOf(answer)) }];
}

function story(name, bytes, contestants, extra = {}) {
  const [first] = contestants;
  for (const one of contestants) {
    if (one.checksum !== first.checksum)
      throw new Error(`${name}: ${one.name} gives ${one.checksum}, not ${first.checksum}`);
  }
  const timed = contestants.map(({ name: who, times, ...more }) => ({ name: who, ...spread(times), ...more }));
  stories.push({ name, bytes, ...extra, contestants: timed });
}

async function indexStory() {
  const module = new WebAssembly.Module(readFileSync("dist/btf.wasm"));
  let memory = 0;
  const { times, answer } = timed(() => {
    const btf = new api.Btf(module, vmlinux);
    memory = btf.core.memoryBytes;
    return btf.typeCount;
  });
  // The blob is copied in: what lies beyond it is ours.
  const ours = { name: "coldframe", times, peak_bytes: memory - vmlinux.length, checksum: String(answer) };
  story("btf index of vmlinux", vmlinux.length, [ours, ...libbpf("index")], {
    goal: "≤ 15 ms, ≤ 12 MB beyond the input",
  });
}

async function nameStory() {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const btf = await api.openBtf(vmlinux);
    const start = performance.now();
    btf.find("task_struct");
    if (round > 0) times.push(performance.now() - start);
  }
  story("btf name index, every kind", vmlinux.length, [{ name: "coldframe", times, checksum: "0" }], {
    goal: "≤ 10 ms",
  });
}

async function lookupStory() {
  const btf = await api.openBtf(vmlinux);
  const wanted = lookups.map(({ name, kind }) => [name, api.kindMask(api.KIND[kind]), api.KIND[kind]]);
  writeFileSync(`${OUT}/names.txt`, wanted.map(([name, , kind]) => `${kind} ${name}\n`).join(""));
  const { times, answer } = timed(() => {
    let sum = 0;
    for (const [name, kinds] of wanted) sum += btf.find(name, kinds);
    return sum;
  });
  const expected = lookups.reduce((sum, { id }) => sum + id, 0);
  if (answer !== expected) throw new Error(`lookups give ${answer}, recorded are ${expected}`);
  const ours = { name: "coldframe", times, checksum: String(answer) };
  story(`btf ${wanted.length} lookups`, vmlinux.length, [ours, ...libbpf("lookups", `${OUT}/names.txt`)], {
    goal: "≤ 1 ms",
  });
}

/** One struct with its offsets, the opening of the kernel's types included. */
async function layoutStory() {
  const module = new WebAssembly.Module(readFileSync("dist/btf.wasm"));
  const sizeIn = (text) => /size: (\d+)/.exec(text)?.[1];
  const { times, answer } = timed(() => {
    const btf = new api.Btf(module, vmlinux);
    return sizeIn(api.renderLayout(btf, btf.find("task_struct")));
  });
  const ours = { name: "coldframe", times, checksum: answer };
  const pahole = tool("pahole", "pahole", ["-F", "btf", "-C", "task_struct", blobFile], sizeIn);
  story("layout of task_struct", vmlinux.length, [ours, ...pahole]);
}

/** Every type with its attributes and members as text: what `bpftool btf dump … format raw` prints, byte for byte. */
async function listStory() {
  const module = new WebAssembly.Module(readFileSync("dist/btf.wasm"));
  const { times, answer } = timed(() => [...api.renderRaw(new api.Btf(module, vmlinux))].join(""));
  const ours = { name: "coldframe", times, checksum: sha256([answer]) };
  const args = ["btf", "dump", "file", blobFile, "format", "raw"];
  const bpftool = tool("bpftool", "bpftool", args, (text) => sha256([text]));
  story("all types of vmlinux as text", vmlinux.length, [ours, ...bpftool]);
}

async function renderStory() {
  const count = Number(options.values);
  const { keys, values } = bigEntries(count);
  if (count === recorded.count && sha256([values]) !== recorded.sha256_values_in_key_order) {
    throw new Error("the values are not those of the recipe");
  }
  const reader = new api.TypeReader(await api.openBtf(bigBlob));
  const types = { keyTypeId: recorded.btf_key_type_id, valueTypeId: recorded.btf_value_type_id };
  const entries = { keys, keyBytes: 4, values, valueBytes: VALUE_BYTES, count };
  const bpftool = api.compileEntry(reader, types, { dialect: "bpftool" });
  if (
    count === recorded.count &&
    sha256(api.renderEntries(reader, bpftool, entries)) !== recorded.sha256_formatted_in_key_order
  ) {
    throw new Error("the text differs from what bpftool printed of these values");
  }
  const noKeys = { ...entries, keys: new Uint8Array(0), keyBytes: 0 };
  const plan = api.compileValue(reader, types.valueTypeId, { dialect: "json" });
  const compiled = () => sha256(api.renderEntries(reader, plan, noKeys));
  const interpreted = () => {
    const window = new api.Window(values);
    const lines = [];
    for (let ix = 0; ix < count; ix++) {
      const at = ix * VALUE_BYTES;
      lines.push(`${interpretJson(reader.node("", types.valueTypeId, window, at, at + VALUE_BYTES))}\n`);
    }
    return lines;
  };
  const answer = compiled();
  if (sha256(interpreted()) !== answer) throw new Error("the interpreter writes another text");
  const checksum = String(count);
  // Hashing is no part of the work: the text is only counted.
  const ours = timed(() => [...api.renderEntries(reader, plan, noKeys)].reduce((sum, piece) => sum + piece.length, 0));
  const theirs = timed(() => interpreted().length);
  writeFileSync(`${OUT}/values.bin`, values);
  const rivals = libbpf("render", `${OUT}/values.bin`, VALUE_BYTES, types.valueTypeId);
  const contestants = [
    { name: "coldframe, compiled plan in Wasm", times: ours.times, checksum },
    { name: "lazy interpreter in TypeScript", times: theirs.times, checksum },
    ...rivals,
  ];
  story(`${count} struct values of ${VALUE_BYTES} bytes as text`, values.length, contestants, {
    goal: "≥ 300,000 entries/s",
    entries: count,
  });
}

/** A million entries of 24 bytes through a capture file: opened, one field summed, sorted, a page taken. */
async function fieldStory() {
  const count = Number(options.entries);
  const bytes = await bigCapture(count);
  const start = performance.now();
  const before = process.memoryUsage();
  const snapshot = await open(bytes, { format: "bpf" });
  const view = viewCapture(snapshot).map("big");
  const openMs = performance.now() - start;
  const used = process.memoryUsage();
  const opened = used.heapUsed + used.arrayBuffers - before.heapUsed - before.arrayBuffers;
  const numbers = view.captured.stores[0].numbers("value", "b");
  const column = timed(() => {
    let sum = 0;
    for (let ix = 0; ix < numbers.length; ix++) sum += numbers.nearest(ix);
    return sum;
  });
  const nodes = timed(() => {
    let sum = 0n;
    for (const entry of view.entries()) sum += entry.get("b").asU64();
    return sum;
  });
  const floor = timed(() => {
    const { chunks } = snapshot.native.maps[0];
    let sum = 0;
    for (const { values, count: rows, valueStride } of chunks) {
      const data = new DataView(values.buffer, values.byteOffset, values.byteLength);
      for (let ix = 0; ix < rows; ix++) sum += data.getUint32(ix * valueStride + 8, true);
    }
    return sum;
  });
  const table = new MapTable(view, snapshot.values);
  const sorted = timed(() => table.sort("value.b", "descending").page(0, 50)[0].get("b").asU64());
  story(
    `one field of ${count} entries`,
    bytes.length,
    [
      {
        name: "coldframe, column",
        times: column.times,
        checksum: String(column.answer),
        peak_bytes: Math.max(0, opened),
      },
      { name: "coldframe, entry by entry", times: nodes.times, checksum: String(nodes.answer) },
      { name: "a loop over a DataView, offsets known", times: floor.times, checksum: String(floor.answer) },
    ],
    { goal: "≤ 200 ms", open_ms: openMs },
  );
  story(`${count} entries sorted by a field, first page`, bytes.length, [
    { name: "coldframe", times: sorted.times, checksum: String(sorted.answer) },
  ]);
}

async function bigCapture(count) {
  const encoder = await createCaptureEncoder();
  const raw = api.encodeListing([
    { id: 1, kind: "INT", name: "u64", size: 8, bits_offset: 0, nr_bits: 64, encoding: "(none)" },
    { id: 2, kind: "INT", name: "u32", size: 4, bits_offset: 0, nr_bits: 32, encoding: "(none)" },
    {
      id: 3,
      kind: "STRUCT",
      name: "row",
      size: 16,
      members: [
        { name: "a", type_id: 1, bits_offset: 0 },
        { name: "b", type_id: 2, bits_offset: 64 },
        { name: "c", type_id: 2, bits_offset: 96 },
      ],
    },
  ]);
  const map = { ...NO_MAP, id: 1, type: 1, name: "big", keySize: 8, valueSize: 16, maxEntries: count, btfId: 7 };
  const info = { ...map, btfKeyTypeId: 1, btfValueTypeId: 3 };
  const blob = { id: 7, name: "", baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
  const pieces = [encoder.host({ ...NO_HOST, machine: "x86_64" }), encoder.btf(blob), encoder.map(info)];
  const CHUNK = 40_000;
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Math.min(CHUNK, count - from);
    const keys = new DataView(new ArrayBuffer(rows * 8));
    const values = new DataView(new ArrayBuffer(rows * 16));
    for (let ix = 0; ix < rows; ix++) {
      keys.setBigUint64(ix * 8, BigInt(from + ix), true);
      values.setUint32(ix * 16 + 8, Math.imul(from + ix, 2654435761) >>> 8, true);
    }
    const batch = { count: rows, keys: new Uint8Array(keys.buffer), values: new Uint8Array(values.buffer) };
    pieces.push(encoder.entries(info, batch, 1));
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

function print() {
  writeReport(options.json, stories);
  console.log(`${machineLine()}; medians in ms [min–max]`);
  for (const { name, goal, entries, open_ms, contestants } of stories) {
    console.log(
      `\n${name}${goal === undefined ? "" : ` (goal ${goal})`}${open_ms === undefined ? "" : `, opened in ${open_ms.toFixed(0)} ms`}`,
    );
    for (const { name: who, median_ms, min_ms, max_ms, peak_bytes } of contestants) {
      const rate = entries === undefined ? "" : `  ${Math.round(entries / median_ms)} k entries/s`;
      const memory = peak_bytes === undefined ? "" : `  ${(peak_bytes / 1e6).toFixed(1)} MB`;
      const ratio = (median_ms / contestants[0].median_ms).toFixed(2);
      console.log(
        `  ${who.padEnd(40)} ${median_ms.toFixed(3)} [${min_ms.toFixed(3)}–${max_ms.toFixed(3)}]  × ${ratio}${rate}${memory}`,
      );
    }
  }
}
