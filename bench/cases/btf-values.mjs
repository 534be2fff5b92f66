// The entries of bench/cases/btf.mjs: struct big of 184 bytes, made by the recipe of the recorded 100,000-entry map.
import { createHash } from "node:crypto";

export const VALUE_BYTES = 184;

/** Keys 0 … count-1 as u32, and values by xorshift64. @returns the same bytes on every machine. */
export function bigEntries(count) {
  const keys = new Uint8Array(count * 4);
  const values = new Uint8Array(count * VALUE_BYTES);
  const keyView = new DataView(keys.buffer);
  const view = new DataView(values.buffer);
  const random = new XorShift();
  for (let ix = 0; ix < count; ix++) {
    const at = ix * VALUE_BYTES;
    for (let byte = 0; byte < VALUE_BYTES; byte++) values[at + byte] = random.next();
    keyView.setUint32(ix * 4, ix, true);
    view.setUint32(at, ix, true);
    values.fill(0, at + 8, at + 24);
    values.set(new TextEncoder().encode(`task-${ix}`), at + 8);
    view.setUint32(at + 24, ix % 5, true);
  }
  return { keys, values };
}

/** 64 bits as two halves: BigInt would take minutes. */
class XorShift {
  high = 0x9e3779b9;
  low = 0x7f4a7c15;

  next() {
    this.xor((this.high << 13) | (this.low >>> 19), this.low << 13);
    this.xor(this.high >>> 7, (this.low >>> 7) | (this.high << 25));
    this.xor((this.high << 17) | (this.low >>> 15), this.low << 17);
    return this.low & 0xff;
  }

  xor(high, low) {
    this.high ^= high;
    this.low ^= low;
  }
}

/** Text of a value out of the tree of nodes: what a lazy interpreter does for each value anew. */
export function interpretJson(node) {
  switch (node.kind) {
    case "struct":
    case "union": {
      let text = "{";
      for (let ix = 0; ix < node.childCount; ix++) {
        const child = node.childAt(ix);
        text += `${ix > 0 ? "," : ""}${JSON.stringify(child.name)}:${interpretJson(child)}`;
      }
      return `${text}}`;
    }
    case "array":
      return interpretArray(node);
    default: {
      const value = node.scalar();
      return typeof value === "string" ? JSON.stringify(value) : String(value);
    }
  }
}

function interpretArray(node) {
  const count = node.childCount;
  if (count > 0 && node.childAt(0).kind === "char") {
    const text = printable(node.ownBytes());
    if (text !== undefined) return JSON.stringify(text);
  }
  let text = "[";
  for (let ix = 0; ix < count; ix++) text += `${ix > 0 ? "," : ""}${interpretJson(node.childAt(ix))}`;
  return `${text}]`;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Up to the first NUL, if nothing there is a control character. */
function printable(bytes) {
  const nul = bytes.indexOf(0);
  const used = nul < 0 ? bytes : bytes.subarray(0, nul);
  if (used.some((byte) => byte < 0x20 || byte === 0x7f)) return undefined;
  try {
    return UTF8.decode(used);
  } catch {
    return undefined;
  }
}

export function sha256(pieces) {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
