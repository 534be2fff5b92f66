import { decodeUtf8, toHexString } from "../../base/bytes.ts";

/**
 * Formats of Python's `struct` module, which trace records use to describe their data. Native formats (`@`) are those of
 * a 64-bit little-endian machine.
 */
export interface StructFormat {
  readonly littleEndian: boolean;
  readonly fields: readonly StructField[];
  /** Bytes of the whole. */
  readonly size: number;
}

interface StructField {
  readonly code: string;
  readonly offset: number;
  /** Bytes of one item; of the whole text for `s` and `p`. */
  readonly size: number;
}

/** Integers are bigint, floats number. */
export type StructItem = number | bigint | boolean | string;

const STANDARD_SIZES: Readonly<Record<string, number>> = {
  x: 1,
  c: 1,
  b: 1,
  B: 1,
  "?": 1,
  h: 2,
  H: 2,
  i: 4,
  I: 4,
  l: 4,
  L: 4,
  q: 8,
  Q: 8,
  e: 2,
  f: 4,
  d: 8,
  s: 1,
  p: 1,
};
const NATIVE_SIZES: Readonly<Record<string, number>> = { ...STANDARD_SIZES, l: 8, L: 8, n: 8, N: 8, P: 8 };
const ORDER = /^[@=<>!]/;
/** A size byte limits a record's data; formats of more than this are of no use. */
const MOST_SIZE = 4096;

/**
 * Parses a format; without an order character it is packed little-endian.
 * @returns undefined if it is not a format
 */
export function parseStructFormat(text: string): StructFormat | undefined {
  const order = ORDER.exec(text)?.[0] ?? "<";
  const codes = text.replace(ORDER, "");
  if (!/^(?:\s|\d*[a-zA-Z?])*$/.test(codes)) return undefined;
  const sizes = order === "@" ? NATIVE_SIZES : STANDARD_SIZES;
  const fields: StructField[] = [];
  let size = 0;
  for (const [, count = "", code = ""] of codes.matchAll(/(\d*)([a-zA-Z?])/g)) {
    const itemSize = Object.hasOwn(sizes, code) ? sizes[code]! : 0;
    const repeat = count === "" ? 1 : Number(count);
    if (itemSize === 0 || repeat > MOST_SIZE) return undefined;
    if (order === "@") size = Math.ceil(size / itemSize) * itemSize;
    size = addFields(fields, code, size, itemSize, repeat);
    if (size > MOST_SIZE) return undefined;
  }
  return { littleEndian: order !== ">" && order !== "!", fields, size };
}

/** @returns the offset after the fields */
function addFields(fields: StructField[], code: string, start: number, itemSize: number, repeat: number): number {
  if (code === "s" || code === "p") fields.push({ code, offset: start, size: repeat });
  else if (code !== "x") {
    for (let i = 0; i < repeat; i++) fields.push({ code, offset: start + i * itemSize, size: itemSize });
  }
  return start + repeat * itemSize;
}

/** Items of `bytes`, which must be as long as the format says. Text is UTF-8; what is not becomes hex. */
export function unpackStruct(format: StructFormat, bytes: Uint8Array): StructItem[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return format.fields.map((field) => readItem(view, bytes, field, format.littleEndian));
}

function readItem(view: DataView, bytes: Uint8Array, { code, offset, size }: StructField, little: boolean): StructItem {
  switch (code) {
    case "c":
    case "s":
      return toText(bytes.subarray(offset, offset + size));
    case "p":
      return size === 0 ? "" : toText(bytes.subarray(offset + 1, offset + Math.min(1 + bytes[offset]!, size)));
    case "?":
      return bytes[offset] !== 0;
    case "e":
      return readHalf(view.getUint16(offset, little));
    case "f":
      return view.getFloat32(offset, little);
    case "d":
      return view.getFloat64(offset, little);
    default:
      return readInteger(view, offset, size, code === code.toLowerCase(), little);
  }
}

function toText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? toHexString(bytes);
}

function readInteger(view: DataView, offset: number, size: number, signed: boolean, little: boolean): bigint {
  let value = 0n;
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(offset + (little ? size - 1 - i : i)));
  return signed ? BigInt.asIntN(8 * size, value) : value;
}

/** IEEE 754 half precision. */
function readHalf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
