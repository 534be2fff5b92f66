// Cases about types: listings, layouts, C output, verdicts, split BTF, .BTF.ext.
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import {
  decodeBtfExt,
  describeType,
  flattenFields,
  KIND,
  KIND_NAMES,
  kindMask,
  openBtf,
  relocateSplit,
  renderCHeader,
  renderLayout,
  renderRaw,
} from "../../dist/btf.js";
import { parseJson } from "../../dist/index.js";
import { parseLayoutText } from "./layout-text.mjs";

/** JSON with exact integers as plain data: what fits is a number, what does not a bigint. */
export function parseExact(text) {
  return plain(parseJson(text, { depth: 1000 }));
}

function plain(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  return value;
}

export function fromBase64(text) {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** A function that runs once. */
export function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}

function digestOf(parts) {
  const text = Buffer.from([...parts].join(""));
  const lines = text.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
  return { bytes: text.length, lines, sha256: createHash("sha256").update(text).digest("hex") };
}

// -- the kernel's own BTF ----------------------------------------------------------------------------------------------

export function* vmlinuxCases(folder, name, kind) {
  const btf = once(() => openBtf(folder.vmlinux()));
  const recorded = once(() => parseExact(folder.text(name)));
  yield* {
    "vmlinux-facts": facts,
    "vmlinux-types": types,
    "vmlinux-lookups": lookups,
    "vmlinux-layouts": layouts,
    "vmlinux-pahole": pahole,
    "vmlinux-cdump": cdumps,
  }[kind](btf, recorded, folder);
}

function* facts(btf, recorded, folder) {
  for (const key of Object.keys(recorded())) {
    if (key === "about") continue;
    const compute = FACTS[key];
    const actual = async () => {
      if (compute === undefined) throw new Error(`unknown fact ${key}`);
      return compute(await btf(), folder.vmlinux());
    };
    yield { kind: "fact", name: key, actual, expected: () => recorded()[key] };
  }
}

function ids(btf) {
  return Array.from({ length: btf.typeCount - 1 }, (_, ix) => ix + 1);
}

function countKinds(btf, counts) {
  const found = {};
  for (const id of ids(btf)) {
    const kind = KIND_NAMES[btf.kind(id)];
    found[kind] = (found[kind] ?? 0) + (counts(id) ? 1 : 0);
  }
  return found;
}

const isStruct = (btf, id) => btf.kind(id) === KIND.STRUCT || btf.kind(id) === KIND.UNION;

/** The greatest by a measure; of several the first. */
function greatest(candidates, measure) {
  return candidates.reduce((best, id) => (best === 0 || measure(id) > measure(best) ? id : best), 0);
}

const FACTS = {
  size: (_btf, blob) => blob.length,
  sha256: (_btf, blob) => createHash("sha256").update(blob).digest("hex"),
  header: (btf, blob) => {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    const { bigEndian, headerLength, typesOff, typesLength, stringsOff, stringsLength } = btf.layers[0];
    return {
      magic: view.getUint16(0, !bigEndian),
      version: blob[2],
      flags: blob[3],
      hdr_len: headerLength,
      type_off: typesOff - headerLength,
      type_len: typesLength,
      str_off: stringsOff - headerLength,
      str_len: stringsLength,
    };
  },
  types: (btf) => btf.typeCount - 1,
  kinds: (btf) => countKinds(btf, () => true),
  named: (btf) => countKinds(btf, (id) => btf.name(id) !== ""),
  strings: (btf, blob) => {
    const { stringsOff, stringsLength } = btf.layers[0];
    return blob
      .subarray(stringsOff, stringsOff + stringsLength)
      .reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  },
  bpftool_raw_dump: (btf) => digestOf(renderRaw(btf)),
  bpftool_c_dump: (btf) => digestOf(renderCHeader(btf, { order: "bpftool" })),
  max_vlen: (btf) => {
    const id = greatest(
      ids(btf).filter((one) => btf.kind(one) !== KIND.FUNC),
      (one) => btf.vlen(one),
    );
    return [btf.vlen(id), KIND_NAMES[btf.kind(id)], id, btf.name(id)];
  },
  largest_struct: (btf) => {
    const id = greatest(
      ids(btf).filter((one) => btf.kind(one) === KIND.STRUCT),
      (one) => btf.sizeOf(one),
    );
    return [btf.sizeOf(id), btf.name(id), id];
  },
  kflag_structs: (btf) => ids(btf).filter((id) => isStruct(btf, id) && btf.kindFlag(id)).length,
  bitfield_members: (btf) =>
    ids(btf)
      .filter((id) => isStruct(btf, id))
      .reduce((count, id) => count + btf.members(id).filter((member) => member.bitfieldSize > 0).length, 0),
  dup_struct_names: (btf) => {
    const seen = new Map();
    for (const id of ids(btf)) {
      if (btf.kind(id) === KIND.STRUCT && btf.name(id) !== "")
        seen.set(btf.name(id), (seen.get(btf.name(id)) ?? 0) + 1);
    }
    return [...seen.values()].filter((count) => count > 1).length;
  },
  datasec: (btf) =>
    ids(btf)
      .filter((id) => btf.kind(id) === KIND.DATASEC)
      .map((id) => ({ name: btf.name(id), size: btf.sizeOf(id), vlen: btf.vlen(id) })),
};

/** bpftool's JSON sign-extends unsigned 32-bit enumerators (docs/formats/btf.md, "Kinds": they are shown as u32). */
function correctEnumerators(record) {
  if (record.kind !== "ENUM" || record.encoding !== "UNSIGNED") return record;
  const values = record.values.map(({ name, val }) => ({ name, val: Number(BigInt.asUintN(32, BigInt(val))) }));
  return { ...record, values };
}

function* types(btf, recorded) {
  for (const record of recorded().types) {
    const actual = async () => describeType(await btf(), record.id);
    yield { kind: "type", name: `${record.kind} ${record.id}`, actual, expected: () => correctEnumerators(record) };
  }
}

function* lookups(btf, recorded) {
  for (const { name, kind, id } of recorded().lookups) {
    const actual = async () => (await btf()).find(name, kindMask(KIND_NAMES.indexOf(kind)));
    yield { kind: "lookup", name: `${kind} ${name}`, actual, expected: () => id };
  }
}

function* layouts(btf, recorded) {
  for (const [name, record] of Object.entries(recorded().structs)) {
    const actual = async () => {
      const opened = await btf();
      const id = opened.find(name, kindMask(KIND.STRUCT, KIND.UNION));
      const members = flattenFields(opened, id).map((f) => [f.name, f.bitOffset, f.bitSize, f.isBitfield, f.typeId]);
      return { id, size: opened.sizeOf(id), members };
    };
    yield { kind: "layout", name, actual, expected: () => record };
  }
}

function* pahole(btf, recorded) {
  for (const [name, record] of Object.entries(recorded().structs)) {
    const actual = async () => {
      const opened = await btf();
      return parseLayoutText(renderLayout(opened, opened.find(name, kindMask(KIND.STRUCT, KIND.UNION))));
    };
    yield { kind: "pahole", name, actual, expected: () => parseLayoutText(record.pahole) };
  }
}

function* cdumps(btf, recorded) {
  for (const { id, name, c } of recorded().dumps) {
    const actual = async () => [...renderCHeader(await btf(), { roots: [id] })].join("");
    yield { kind: "c", name: `${name} ${id}`, actual, expected: () => c };
  }
}

// -- hand-made declarations --------------------------------------------------------------------------------------------

export function* synthCases(folder, name) {
  const recorded = parseExact(folder.text(name));
  const btf = once(() => openBtf(fromBase64(recorded.b64)));
  const header = (options) => async () => [...renderCHeader(await btf(), options)].join("");
  const outputs = {
    c_sorted: header({ order: "bpftool" }),
    c_unsorted: header({ order: "id" }),
    raw: async () => [...renderRaw(await btf())].join(""),
  };
  for (const [key, actual] of Object.entries(outputs)) {
    if (recorded[key] !== undefined) yield { kind: `cdump ${key}`, name, actual, expected: () => recorded[key] };
  }
  for (const record of recorded.types ?? []) {
    const actual = async () => describeType(await btf(), record.id);
    yield {
      kind: "cdump type",
      name: `${record.kind} ${record.id}`,
      actual,
      expected: () => correctEnumerators(record),
    };
  }
  for (const [id, c] of Object.entries(recorded.by_root ?? {})) {
    yield { kind: "cdump root", name: id, actual: header({ roots: [Number(id)] }), expected: () => c };
  }
}

// -- malformed blobs ---------------------------------------------------------------------------------------------------

export function* malformedCases(folder, name) {
  for (const one of parseExact(folder.text(name)).cases) {
    const blob =
      one.b64_zlib === undefined ? fromBase64(one.b64) : new Uint8Array(inflateSync(fromBase64(one.b64_zlib)));
    const verdicts = once(() => judge(blob));
    yield {
      kind: "parse",
      name: one.name,
      actual: async () => (await verdicts()).parse,
      expected: () => one.expected.parse,
    };
    yield {
      kind: "verify",
      name: one.name,
      actual: async () => (await verdicts()).verify,
      expected: () => one.expected.verify,
    };
  }
}

async function judge(blob) {
  try {
    const btf = await openBtf(blob);
    const verdict = btf.verify();
    return { parse: btf.issues.length === 0 ? "accept" : "reject", verify: verdict.accepted ? "accept" : "reject" };
  } catch (error) {
    if (error?.code !== "MalformedBtf") throw error;
    // What has no usable header is refused by the kernel as well.
    return { parse: "reject", verify: "reject" };
  }
}

// -- split BTF ---------------------------------------------------------------------------------------------------------

const ownTypes = (btf) =>
  Array.from({ length: btf.typeCount - btf.firstId }, (_, ix) => describeType(btf, btf.firstId + ix));

export function* splitCases(folder, name) {
  const { blobs } = parseExact(folder.text(name));
  const open = async (key) => {
    const { base, b64 } = blobs[key];
    return openBtf(fromBase64(b64), { name: key, base: base === null ? undefined : await open(base) });
  };
  for (const [key, { types: expected }] of Object.entries(blobs)) {
    yield { kind: "split", name: key, actual: async () => ownTypes(await open(key)), expected: () => expected };
  }
  for (const key of Object.keys(blobs).filter((one) => one.endsWith("_relocated"))) {
    const prefix = key.replace(/_relocated$/, "");
    const actual = async () => {
      const base = await open(`${prefix}_newbase`);
      return ownTypes(await openBtf(relocateSplit(await open(`${prefix}_distilled_mod`), base), { base }));
    };
    yield { kind: "relocated", name: key, actual, expected: () => blobs[key].types };
  }
}

// -- .BTF.ext ----------------------------------------------------------------------------------------------------------

export function* extCases(folder, name) {
  const recorded = parseExact(folder.text(name));
  const object = /^btf-ext-([\w]+)/.exec(name)[1];
  const ext = once(async () => {
    const { sections } = findObject(folder, object);
    return decodeBtfExt(sections.ext, await openBtf(sections.btf));
  });
  const tables = {
    header: (e) => e.header,
    func_info: (e) => table(e.funcs, (f) => ({ insn_off: f.instructionOff, type_id: f.typeId })),
    line_info: (e) =>
      table(e.lines, (l) => ({
        insn_off: l.instructionOff,
        // The recording keeps the last part of the path.
        file: l.file.replace(/^.*\//, ""),
        line: l.text,
        line_num: l.line,
        col: l.column,
      })),
    core_relo: (e) =>
      table(e.relocations, (r) => ({
        insn_off: r.instructionOff,
        type_id: r.typeId,
        access_str: r.access,
        kind: r.kind,
      })),
  };
  for (const key of Object.keys(recorded).filter((one) => one !== "about")) {
    yield { kind: "ext", name: key, actual: async () => tables[key](await ext()), expected: () => recorded[key] };
  }
}

function table({ recordSize, sections }, row) {
  return {
    rec_size: recordSize,
    sections: sections.map(({ name, records }) => ({ sec: name, recs: records.map(row) })),
  };
}

/** The object whose section it is: maps/NAME*.json.gz. */
function findObject(folder, prefix) {
  const name = folder.maps().find((file) => file.startsWith(prefix));
  const object = JSON.parse(folder.text(`maps/${name}`));
  return { sections: { btf: fromBase64(object["section.BTF"]), ext: fromBase64(object["section.BTF.ext"]) } };
}
