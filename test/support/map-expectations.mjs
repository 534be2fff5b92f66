// What bpftool and libbpf printed of map values, and when that is the same value as ours. Where a tool is known to be
// wrong, the rule says which section of docs/formats/btf.md has the right one.

export function fromHex(text) {
  return new Uint8Array(Buffer.from(text, "hex"));
}

const hexBytes = (list) => fromHex([...list.matchAll(/0x([0-9a-f]{2})/g)].map((match) => match[1]).join(""));

/** The raw bytes and the formatted part of each entry of `bpftool -j map dump`. */
export function entriesOf(text) {
  const scanner = new Scanner(text);
  return scanner.read().map((entry) => {
    const members = new Map(entry.pairs);
    const raw = (value) => hexBytes(JSON.stringify(value));
    const key = members.has("key") ? raw(members.get("key")) : new Uint8Array(0);
    const formatted = members.get("formatted");
    const values = members.get("values")?.map(({ pairs }) => {
      const slot = new Map(pairs);
      return [slot.get("cpu"), raw(slot.get("value"))];
    });
    return { key, formatted, ...(values === undefined ? { value: raw(members.get("value") ?? []) } : { values }) };
  });
}

/** JSON whose objects keep equal keys: `{ pairs: [key, value][] }`. Integers beyond 2^53 are bigint. Stops at a fault. */
class Scanner {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  read() {
    const entries = [];
    try {
      this.expect("[");
      while (this.peek() === "{") {
        entries.push(this.value());
        if (this.peek() === ",") this.at++;
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    return entries;
  }

  peek() {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
    return this.text[this.at];
  }

  expect(character) {
    if (this.peek() !== character) throw new SyntaxError(`${character} expected at ${this.at}`);
    this.at++;
  }

  value() {
    const c = this.peek();
    if (c === "{") return { pairs: this.list("{", "}", () => this.pair()) };
    if (c === "[") return this.list("[", "]", () => this.value());
    if (c === '"') return this.string();
    const match = /-?\d+|true|false|null/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) throw new SyntaxError(`value expected at ${this.at}`);
    this.at = match.lastIndex;
    if (/^[tfn]/.test(found[0])) return JSON.parse(found[0]);
    const number = Number(found[0]);
    return Number.isSafeInteger(number) ? number : BigInt(found[0]);
  }

  pair() {
    this.peek();
    const key = this.string();
    this.expect(":");
    return [key, this.value()];
  }

  list(open, close, item) {
    const items = [];
    this.expect(open);
    while (this.peek() !== close) {
      items.push(item());
      if (this.peek() === ",") this.at++;
      else if (this.peek() !== close) throw new SyntaxError(`${close} expected at ${this.at}`);
    }
    this.at++;
    return items;
  }

  string() {
    const match = /"(?:[^"\\]|\\.)*"/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) throw new SyntaxError(`string expected at ${this.at}`);
    this.at = match.lastIndex;
    return JSON.parse(found[0]);
  }
}

// -- bpftool -----------------------------------------------------------------------------------------------------------

/** @param actual `{ key, value }` or `{ key, values }` of trees. @param expected the formatted object. */
export function sameAsBpftool(actual, expected) {
  const members = new Map(expected.pairs);
  if (actual.key === undefined ? members.has("key") : !sameTree(actual.key, members.get("key"))) return false;
  if (actual.values === undefined) return sameTree(actual.value, members.get("value"));
  const slots = members.get("values");
  return (
    slots.length === actual.values.length &&
    slots.every(({ pairs }, ix) => {
      const slot = new Map(pairs);
      return slot.get("cpu") === actual.values[ix].cpu && sameTree(actual.values[ix].value, slot.get("value"));
    })
  );
}

function sameTree(tree, shown) {
  if (tree.section !== undefined) return sameSection(tree, shown);
  if (tree.members !== undefined) {
    return (
      shown.pairs.length === tree.members.length &&
      tree.members.every(([name, member], ix) => shown.pairs[ix][0] === name && sameTree(member, shown.pairs[ix][1]))
    );
  }
  if (tree.elements !== undefined) {
    if (typeof shown === "string") return tree.text === shown;
    return shown.length === tree.elements.length && tree.elements.every((element, ix) => sameTree(element, shown[ix]));
  }
  return sameLeaf(tree, shown);
}

/** Global variables: a list of objects of one key each, under the section's name. */
function sameSection({ section, members }, shown) {
  const list = new Map(shown.pairs).get(section);
  return (
    list !== undefined &&
    list.length === members.length &&
    members.every(([name, member], ix) => list[ix].pairs[0][0] === name && sameTree(member, list[ix].pairs[0][1]))
  );
}

function sameLeaf(leaf, shown) {
  const { integer, pattern, width, type } = leaf;
  // Bitfields and odd widths are shown as the unsigned pattern, without sign or name ("Bitfields").
  if (typeof shown === "string" && shown.startsWith("0x")) return BigInt(shown) === pattern;
  if (typeof shown === "boolean") return (BigInt.asUintN(8, pattern) !== 0n) === shown;
  if (typeof shown === "string" && (type === "enum" || type === "flags")) return leaf.leaf === shown;
  if (typeof shown === "string") return shown.length === 1 && BigInt(shown.charCodeAt(0)) === pattern;
  // Enums without a name are shown signed, whatever they are ("Traps", 17: small ones never match from 2^(n-1) up).
  const isEnum = type === "enum" || type === "flags";
  return BigInt(shown) === integer || (isEnum && BigInt(shown) === BigInt.asIntN(width, pattern));
}

// -- libbpf ------------------------------------------------------------------------------------------------------------

const CAST = String.raw`\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`;
const VALUE = String.raw`0x[0-9a-f]+|\(nil\)|-?\d+(?:\.\d+)?(?:LL|ULL)?|'(?:\\0|[^'])'|-?(?:nan|inf)|[A-Za-z_]\w*`;
const MEMBER = new RegExp(`([A-Za-z_][\\w.]*) = ${CAST}(${VALUE})?`, "g");
const WHOLE = new RegExp(`^${CAST}(${VALUE})$`);
const ELEMENT = new RegExp(`(?:^|[\\s,[])(${VALUE})(?=,)`, "gm");

/**
 * The members of the `emit_zeroes` output against ours, in order. It stops at bitfields over 64 bits (-EINVAL), so only
 * what it printed is compared. Known faults of libbpf 1.8 that a leaf may show instead ("As libbpf renders"): a 1-byte
 * int after a byte array as a character or nothing (a), the low half of an 8-byte ENUM (e), a straddling or old
 * bitfield cut to its storage unit (g).
 */
export function sameAsLibbpf(tree, { emit_zeroes: { ret, out } }) {
  if (tree.leaf !== undefined) return sameShown(tree, WHOLE.exec(out)?.[1]);
  if (tree.elements !== undefined) return sameElements(tree, out);
  const ours = [];
  collectLeaves(tree, ours);
  let at = 0;
  let compared = 0;
  for (const match of out.matchAll(MEMBER)) {
    const [whole, name, value] = match;
    const after = out.slice(match.index + whole.length);
    while (at < ours.length && ours[at].name !== name) at++;
    if (at === ours.length) return false;
    const { leaf } = ours[at++];
    compared++;
    const isCut = ret < 0 && after.trim() === "";
    if (leaf === undefined || isCut) continue;
    if (!sameShown(leaf, value)) return false;
  }
  return ret < 0 || compared > 0 || ours.every(({ name }) => name === "");
}

/** Elements of an array; characters end at the first NUL. */
function sameElements({ elements }, out) {
  const shown = [...out.matchAll(ELEMENT)].map((match) => match[1]);
  if (elements.some((element) => element.leaf === undefined)) return true;
  const cut = shown.indexOf("'\\0'");
  const nul = elements.findIndex((element) => element.pattern === 0n);
  const isText = shown.some((value) => value.startsWith("'")) || (shown.length < elements.length && nul >= 0);
  const count = cut >= 0 ? cut + 1 : isText && nul >= 0 ? nul : elements.length;
  return shown.length === count && shown.every((value, ix) => sameShown(elements[ix], value));
}

/** Containers are listed by name alone. */
function collectLeaves(tree, out, name = "") {
  if (tree.leaf !== undefined) {
    out.push({ name, leaf: tree });
    return;
  }
  if (name !== "") out.push({ name, leaf: undefined });
  for (const [member, value] of tree.members ?? []) collectLeaves(value, out, member);
  for (const element of tree.elements ?? []) collectLeaves(element, out);
}

function sameShown(leaf, text) {
  const { integer, pattern, width, type } = leaf;
  // (a)
  if (text === undefined) return width === 8;
  if (text.startsWith("'"))
    return width === 8 && (text === "'\\0'" ? pattern === 0n : BigInt(text.charCodeAt(1)) === pattern);
  if (type === "float") return sameFloat(leaf.leaf, text);
  if (text === "(nil)") return pattern === 0n;
  if (/^[A-Za-z_]/.test(text)) return leaf.leaf === text || leaf.leaf.split?.("|")[0] === text;
  const shown = BigInt(text.replace(/U?LL$/, ""));
  if (shown === integer || shown === pattern || BigInt.asUintN(width, shown) === pattern) return true;
  // (e)
  if (leaf.isEnum32 && width === 64 && BigInt.asUintN(32, shown) === BigInt.asUintN(32, pattern)) return true;
  // (g)
  return leaf.isBitfield === true || width % 8 !== 0;
}

/** `%f` keeps six decimals; x87 values are exact in ours. */
function sameFloat(value, text) {
  if (Number.isNaN(value)) return /nan/.test(text);
  if (!Number.isFinite(value)) return text === (value < 0 ? "-inf" : "inf");
  return Math.abs(Number(text) - value) <= Math.max(1e-6, Math.abs(value) * 1e-12);
}
