// BTF from any bytes: index, the kernel's verdict, C, layouts, records, searches, differences, and values of every type.
// Then captures: opened, listed, sorted and shown. Seeds are the recorded and malformed blobs of test/golden/btf.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const GOLDEN = "test/golden/btf";
/** Types that one execution looks at; a blob of a few kilobytes has fewer. */
const MOST_TYPES = 300;
/** A header of exponential types ends at its limit, but slowly: the fuzzer stops reading earlier. */
const MOST_PIECES = 2000;
const DATA = Uint8Array.from({ length: 512 }, (_, i) => (i * 37) & 0xff);
const KEY = new Uint8Array(32).fill(1);
const DIALECTS = ["json", "bpftool", "c"];

export async function targets({ library }) {
  if (!existsSync("dist/btf.js") || library === undefined) return [];
  const btf = await import("../../../dist/btf.js");
  const captures = await recordedCaptures();
  const { viewCapture } = await import("../../../dist/bpf.js");
  const { redactSnapshot } = await import("../../../dist/sched-ext.js");
  return [
    { name: "btf types", seeds: blobs, run: (bytes) => exercise(btf, bytes) },
    { name: "btf ext", seeds: extSections, run: (bytes) => exerciseExt(btf, bytes) },
    {
      name: "bpf capture",
      seeds: () => captures,
      run: (bytes) => exerciseCapture(library, viewCapture, redactSnapshot, bytes),
    },
  ];
}

function readJson(name) {
  const bytes = readFileSync(`${GOLDEN}/${name}`);
  return JSON.parse(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

const decode = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const objects = () =>
  readdirSync(`${GOLDEN}/maps`)
    .map((name) => readJson(`maps/${name}`))
    .filter((object) => typeof object.btf_b64 === "string");

function blobs() {
  const malformed = readJson("malformed.json").cases.flatMap(({ b64 }) => (b64 === undefined ? [] : [decode(b64)]));
  const split = Object.values(readJson("split-btf.json").blobs).map(({ b64 }) => decode(b64));
  return [...objects().map(({ btf_b64 }) => decode(btf_b64)), ...split, ...malformed];
}

function extSections() {
  return objects().flatMap((object) => (object["section.BTF.ext"] ? [decode(object["section.BTF.ext"])] : []));
}

let small;

async function exerciseExt({ decodeBtfExt, openBtf }, bytes) {
  small ??= await openBtf(blobs()[0]);
  decodeBtfExt(bytes, small);
}

async function exercise(api, bytes) {
  const btf = await api.openBtf(bytes);
  btf.verify();
  const last = Math.min(btf.typeCount, MOST_TYPES);
  for (let id = 0; id < last; id++) {
    guarded(() => api.describeType(btf, id));
    guarded(() => api.renderRawType(btf, id));
    guarded(() => api.renderLayout(btf, id));
    guarded(() => api.renderTypeName(btf, id, "x"));
    guarded(() => api.diffTypes(btf, id, btf, id === 0 ? 0 : id - 1));
    btf.sizeOf(id);
    api.alignOf(btf, id);
    for (const dialect of DIALECTS) guarded(() => renderValue(api, btf, id, dialect));
    guarded(() => walk(api, btf, id));
  }
  guarded(() => {
    let pieces = 0;
    for (const _ of api.renderCHeader(btf, { order: "id" })) if (++pieces > MOST_PIECES) break;
  });
  guarded(() => api.findMembers(btf, "a"));
  api.matchTypes(btf, "*a*");
  btf.findAll(btf.name(1));
  guarded(() => [...api.diffAll(btf, btf)].length > 0 && fail("a BTF differs from itself"));
}

/** Refusals are what the readers are for; anything else is a finding. */
function guarded(run) {
  try {
    run();
  } catch (error) {
    if (typeof error?.code !== "string" || error.code === "InternalError") throw error;
  }
}

function fail(message) {
  throw new Error(message);
}

function renderValue(api, btf, id, dialect) {
  const reader = new api.TypeReader(btf);
  const plan = api.compileValue(reader, id, { dialect });
  const entries = { keys: new Uint8Array(0), keyBytes: 0, values: DATA, valueBytes: DATA.length / 2, count: 2 };
  for (const _ of api.renderEntries(reader, plan, entries));
}

/** Some of the tree of a value, pointers into the data followed. */
function walk(api, btf, id) {
  const space = new api.AddressSpace([{ address: 0n, bytes: DATA }]);
  const reader = new api.TypeReader(btf, { space });
  const root = reader.node("x", id, new api.Window(DATA), 0, DATA.length);
  const waiting = [root];
  for (let steps = 0; steps < 100 && waiting.length > 0; steps++) {
    const node = waiting.pop();
    if (node.scalar === undefined) continue;
    node.scalar();
    node.problem;
    const count = Math.min(4, node.childCount);
    for (let ix = 0; ix < count; ix++) waiting.push(node.childAt(ix));
  }
}

async function exerciseCapture(library, viewCapture, redactSnapshot, bytes) {
  const snapshot = await library.open(bytes, { format: "bpf", limits: { tableBytes: 1 << 24, inputBytes: 1 << 22 } });
  await library.dump(snapshot);
  library.listChildren(snapshot, "maps");
  guarded(() => {
    for (const _ of redactSnapshot(snapshot, { key: KEY }));
  });
  for (const map of viewCapture(snapshot).maps().slice(0, 20)) {
    map.find((entry) => entry.get("").asU64() === 7n);
    map.maxBy((entry) => entry.key("").asU64());
  }
}

/** Recorded objects as captures, through the writer. */
async function recordedCaptures() {
  const { createCaptureEncoder, entryStride, MapDumpReader, NO_HOST, NO_MAP, MAP_TYPE_NAMES } = await import(
    "../../../dist/bpf.js"
  );
  const encoder = await createCaptureEncoder();
  return objects().map((object) => {
    const raw = decode(object.btf_b64);
    const blob = { id: 7, name: "", baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
    const pieces = [encoder.host({ ...NO_HOST, machine: "x86_64", possibleCpus: [0, 1] }), encoder.btf(blob)];
    for (const map of object.maps ?? []) {
      const info = {
        ...NO_MAP,
        id: map.id,
        type: Math.max(0, MAP_TYPE_NAMES.indexOf(map.show.type)),
        name: map.name,
        keySize: map.key_size,
        valueSize: map.value_size,
        maxEntries: map.show.max_entries,
        btfId: 7,
        btfKeyTypeId: map.btf_key_type_id,
        btfValueTypeId: map.btf_value_type_id,
      };
      pieces.push(encoder.map(info));
      if (entryStride(info, 2) === 0) continue;
      const reader = new MapDumpReader(info, 2);
      for (const batch of [...reader.push(map.dump_json_text), ...reader.end()]) {
        pieces.push(encoder.entries(info, batch, 2));
      }
    }
    return Uint8Array.from(Buffer.concat(pieces));
  });
}
