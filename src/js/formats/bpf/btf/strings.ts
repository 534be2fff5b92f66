import { concatBytes, encodeUtf8 } from "../../../base/bytes.ts";

/** A string section under construction; equal strings are stored once. */
export class StringTable {
  private readonly first: number;
  private readonly parts: Uint8Array[] = [];
  private readonly known = new Map<string, number>();
  private length = 0;

  /** @param first bytes of the base's strings: offsets go on from there. 0 makes a section of its own. */
  constructor(first = 0) {
    this.first = first;
    if (first === 0) this.append(new Uint8Array(0));
  }

  /** @returns the offset; 0 for the empty string. */
  add(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    let key = "";
    for (const byte of bytes) key += String.fromCharCode(byte);
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const at = this.append(bytes);
    this.known.set(key, at);
    return at;
  }

  addText(text: string): number {
    return this.add(encodeUtf8(text));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.parts);
  }

  private append(bytes: Uint8Array): number {
    const at = this.first + this.length;
    const stored = new Uint8Array(bytes.length + 1);
    stored.set(bytes);
    this.parts.push(stored);
    this.length += stored.length;
    return at;
  }
}

const HEADER_BYTES = 24;
const MAGIC = 0xeb9f;

/** A blob of the classic header, type records and strings. */
export function assembleBlob(
  words: readonly number[],
  strings: Uint8Array,
  bigEndian = false,
): Uint8Array<ArrayBuffer> {
  const typeBytes = words.length * 4;
  const blob = new Uint8Array(HEADER_BYTES + typeBytes + strings.length);
  const view = new DataView(blob.buffer);
  const little = !bigEndian;
  view.setUint16(0, MAGIC, little);
  blob[2] = 1;
  view.setUint32(4, HEADER_BYTES, little);
  view.setUint32(12, typeBytes, little);
  view.setUint32(16, typeBytes, little);
  view.setUint32(20, strings.length, little);
  words.forEach((word, ix) => {
    view.setUint32(HEADER_BYTES + ix * 4, word, little);
  });
  blob.set(strings, HEADER_BYTES + typeBytes);
  return blob;
}
