// Cases about values: paths through a memory image, and every entry of every map, compared as values.
import { createHash } from "node:crypto";
import {
  AddressSpace,
  compileEntry,
  getPath,
  KIND,
  kindMask,
  openBtf,
  renderEntries,
  TypedValues,
  TypeReader,
  textOfBytes,
  Window,
} from "../../dist/btf.js";
import { fromBase64, once, parseExact } from "./btf-accept-types.mjs";
import { entriesOf, fromHex, sameAsBpftool, sameAsLibbpf } from "./map-expectations.mjs";

// -- memory ------------------------------------------------------------------------------------------------------------

export function* memoryCases(folder, name) {
  const recorded = parseExact(folder.text(name));
  const memory = once(() => openMemory(folder.vmlinux(), recorded));
  recorded.queries.forEach((query, ix) => {
    query.ix = ix;
  });
  for (const query of recorded.queries) {
    const actual = async () => {
      const { values, space } = await memory();
      const node = getPath({ values }, query.path);
      return { value: readAs(query.type, node, values, space), addr: `0x${node.address.toString(16)}` };
    };
    const expected = () => ({ value: query.value, addr: query.addr });
    yield { kind: "memory", name: `${query.path} ${query.ix}`, actual, expected };
  }
}

async function openMemory(blob, { chunks, root }) {
  const btf = await openBtf(blob);
  const extents = chunks.map(({ addr, b64 }) => ({ address: BigInt(addr), bytes: fromBase64(b64) }));
  const space = new AddressSpace(extents);
  const reader = new TypeReader(btf, { space });
  const id = btf.find(root.type, kindMask(KIND.STRUCT));
  const address = BigInt(root.addr);
  const { bytes, at, end } = space.locate(address, btf.sizeOf(id));
  const node = reader.node("root", id, new Window(bytes, { address: address - BigInt(at) }), at, end);
  return { values: new TypedValues(node), space };
}

function readAs(type, node, values, space) {
  if (type === "str") return textOfBytes(values, node);
  if (type !== "cstr") return String(values.rawInteger(node) ?? values.scalar(node));
  const { bytes, at } = space.locate(values.scalar(node), 1);
  const text = Buffer.from(bytes.subarray(at)).toString("utf8");
  return text.slice(0, text.indexOf("\0"));
}

// -- maps --------------------------------------------------------------------------------------------------------------

const PER_CPU = new Set([5, 6, 10, 21]);

export function* mapCases(folder, name) {
  const object = parseExact(folder.text(name));
  if (object.recipe !== undefined) {
    yield* generatedCases(object, name);
    return;
  }
  const btf = once(() => openBtf(fromBase64(object.btf_b64)));
  for (const map of object.maps) {
    const label = `${object.name} ${map.name}`;
    if (map.btf_value_type_id !== 0) yield* entryCases(btf, map, label);
  }
}

function* entryCases(btf, map, label) {
  const reader = once(async () => new TypeReader(await btf()));
  const entries = entriesOf(map.dump_json_text);
  for (const [ix, entry] of entries.entries()) {
    if (!map.json_valid) continue;
    const actual = async () => readEntry(await reader(), map, entry);
    const expected = () => entry.formatted;
    yield { kind: "map-value", name: `${label} ${ix}`, actual, expected, same: sameAsBpftool };
  }
  for (const [ix, one] of (map.typed ?? []).entries()) {
    const actual = async () => readTree(await reader(), map.btf_value_type_id, fromHex(one.value_hex));
    yield { kind: "map-typed", name: `${label} ${ix}`, actual, expected: () => one, same: sameAsLibbpf };
  }
}

function readEntry(reader, map, { key, value, values }) {
  const keyTree = map.btf_key_type_id === 0 ? undefined : readTree(reader, map.btf_key_type_id, key);
  const tree = (bytes) => readTree(reader, map.btf_value_type_id, bytes);
  if (!PER_CPU.has(map.map_type)) return { key: keyTree, value: tree(value) };
  return { key: keyTree, values: values.map(([cpu, bytes]) => ({ cpu, value: tree(bytes) })) };
}

/** A value as nested members, every leaf with what the tools may show of it. */
function readTree(reader, typeId, bytes) {
  return treeOf(reader, reader.node("", typeId, new Window(bytes), 0, bytes.length), typeId);
}

function treeOf(reader, node, typeId) {
  const { btf } = reader;
  const resolved = btf.resolve(btf.kind(typeId) === KIND.VAR ? btf.target(typeId) : typeId);
  const kind = btf.kind(resolved);
  if (kind === KIND.DATASEC) {
    const members = btf.sectionEntries(resolved).map((entry) => {
      const name = btf.name(entry.typeId);
      return [name, treeOf(reader, node.childNamed(name), entry.typeId)];
    });
    return { section: btf.name(resolved), members };
  }
  if (kind === KIND.STRUCT || kind === KIND.UNION) {
    const start = node.byteAt;
    const members = btf.members(resolved).map((member) => [member.name, memberTree(reader, node, start, member)]);
    return { members };
  }
  if (kind === KIND.ARRAY) {
    const elements = Array.from({ length: node.childCount }, (_, ix) =>
      treeOf(reader, node.childAt(ix), btf.array(resolved).elementId),
    );
    return { elements, text: textOfBytes(new TypedValues(node), node) };
  }
  return leafOf(node, kind);
}

function memberTree(reader, node, start, member) {
  if (member.bitfieldSize === 0 && member.bitOffset % 8 === 0) {
    const inner = reader.node(member.name, member.typeId, node.window, start + member.bitOffset / 8, node.end);
    return treeOf(reader, inner, member.typeId);
  }
  const field = node.shape.byName.get(member.name);
  return { ...leafOf(node.field(field), -1), isBitfield: true };
}

function leafOf(node, kind) {
  const value = node.scalar();
  const integer = node.kind === "float" ? undefined : node.integer();
  return {
    leaf: value,
    integer,
    pattern: integer === undefined ? undefined : BigInt.asUintN(node.width, integer),
    width: node.width,
    type: node.kind,
    isEnum32: kind === KIND.ENUM,
  };
}

// -- a map of a hundred thousand entries, made by a recipe ------------------------------------------------------------------

function* generatedCases(object, name) {
  const made = once(() => makeEntries(object.count, object.value_size));
  const plan = once(async () => {
    const reader = new TypeReader(await openBtf(fromBase64(object.btf_b64)));
    const shape = { keyTypeId: object.btf_key_type_id, valueTypeId: object.btf_value_type_id };
    return { reader, plan: compileEntry(reader, shape, { dialect: "bpftool" }) };
  });
  const render = async (count) => {
    const { keys, values } = made();
    const { reader, plan: compiled } = await plan();
    return renderEntries(reader, compiled, { keys, keyBytes: 4, values, valueBytes: object.value_size, count });
  };
  yield {
    kind: "big-map",
    name: `${name} values`,
    actual: () => createHash("sha256").update(made().values).digest("hex"),
    expected: () => object.sha256_values_in_key_order,
  };
  yield {
    kind: "big-map",
    name: `${name} formatted`,
    async actual() {
      const hash = createHash("sha256");
      for (const chunk of await render(object.count)) hash.update(chunk);
      return hash.digest("hex");
    },
    expected: () => object.sha256_formatted_in_key_order,
  };
  for (const { i, value_hex, formatted } of object.first) {
    yield {
      kind: "big-map-entry",
      name: `${name} ${i}`,
      async actual() {
        const { reader, plan: compiled } = await plan();
        const keys = new Uint8Array(new Uint32Array([i]).buffer);
        const values = fromHex(value_hex);
        const input = { keys, keyBytes: 4, values, valueBytes: values.length, count: 1 };
        return parseExact(Buffer.concat([...renderEntries(reader, compiled, input)]).toString());
      },
      expected: () => formatted,
    };
  }
}

/** xorshift64 over 32-bit halves; see `recipe` in the file. */
function makeEntries(count, size) {
  const keys = new Uint32Array(count);
  const values = new Uint8Array(count * size);
  const view = new DataView(values.buffer);
  let lo = 0x7f4a7c15;
  let hi = 0x9e3779b9;
  for (let i = 0; i < count; i++) {
    keys[i] = i;
    for (let j = 0; j < size; j++) {
      hi ^= (hi << 13) | (lo >>> 19);
      lo ^= lo << 13;
      const carried = (lo >>> 7) | (hi << 25);
      hi ^= hi >>> 7;
      lo ^= carried;
      hi ^= (hi << 17) | (lo >>> 15);
      lo ^= lo << 17;
      values[i * size + j] = lo;
    }
    view.setUint32(i * size, i, true);
    values.fill(0, i * size + 8, i * size + 24);
    values.set(Buffer.from(`task-${i}`), i * size + 8);
    view.setUint32(i * size + 24, i % 5, true);
  }
  return { keys: new Uint8Array(keys.buffer), values };
}
