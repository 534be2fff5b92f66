import { readAligned, readUnsigned } from "./bits.ts";
import type { Shape } from "./shape.ts";
import type { TypeReader, Window } from "./typed-node.ts";

/** One number at a fixed place of a type, worked out once and then read from any value of it. */
export interface FieldPlace {
  /** From the start of the value, in bits. */
  readonly bitOffset: number;
  readonly width: number;
  readonly signed: boolean;
}

/**
 * Where `path` (`a.b[2].c`, `""` for the value itself) is in a type, if what is there is a whole number and no pointer
 * has to be followed; undefined otherwise.
 */
export function placeOfField(reader: TypeReader, typeId: number, path: string): FieldPlace | undefined {
  let shape = reader.shape(typeId);
  let bitOffset = shape.shift;
  let width = shape.bits;
  for (const step of stepsOf(path)) {
    const next = shape.kind === "array" ? element(reader, shape, step) : member(reader, shape, step);
    if (next === undefined) return undefined;
    shape = next.shape;
    bitOffset += next.bitOffset;
    width = next.width;
  }
  return isNumber(shape) && width > 0 && width <= 64 ? { bitOffset, width, signed: shape.signed } : undefined;
}

interface Step {
  readonly shape: Shape;
  readonly bitOffset: number;
  readonly width: number;
}

function stepsOf(path: string): string[] {
  return path === "" ? [] : path.split(/\.|\[|\]\.?/).filter((step) => step !== "");
}

function member(reader: TypeReader, { byName }: Shape, name: string): Step | undefined {
  const field = byName.get(name);
  if (field === undefined) return undefined;
  const shape = reader.shape(field.typeId);
  return { shape, bitOffset: field.bitOffset, width: shape.bits === 0 ? 0 : field.bitSize };
}

function element(reader: TypeReader, shape: Shape, name: string): Step | undefined {
  const { typeId, byteSize, count } = shape.element!;
  const ix = /^(?:0|[1-9]\d{0,9})$/.test(name) ? Number(name) : -1;
  if (ix < 0 || ix >= count) return undefined;
  const inner = reader.shape(typeId);
  return { shape: inner, bitOffset: ix * byteSize * 8 + inner.shift, width: inner.bits };
}

function isNumber({ kind }: Shape): boolean {
  return ["int", "uint", "char", "bool", "enum", "flags", "pointer"].includes(kind);
}

/** The number at a place of the value that starts at byte `at`. All its bytes must be there. */
export function readPlace(window: Window, at: number, place: FieldPlace, bigEndian: boolean): bigint {
  const bitAt = at * 8 + place.bitOffset;
  const aligned = readAligned(window.view, bitAt, place.width, place.signed, !bigEndian);
  if (aligned !== undefined) return aligned;
  const bits = readUnsigned(window.bytes, bitAt, place.width, bigEndian);
  return place.signed ? BigInt.asIntN(place.width, bits) : bits;
}

/** The same as the nearest double: exact up to 2^53. */
export function readPlaceNumber(window: Window, at: number, place: FieldPlace, bigEndian: boolean): number {
  const { view } = window;
  const byte = at + place.bitOffset / 8;
  switch (Number.isInteger(byte) ? place.width : 0) {
    case 8:
      return place.signed ? view.getInt8(byte) : view.getUint8(byte);
    case 16:
      return place.signed ? view.getInt16(byte, !bigEndian) : view.getUint16(byte, !bigEndian);
    case 32:
      return place.signed ? view.getInt32(byte, !bigEndian) : view.getUint32(byte, !bigEndian);
    case 64: {
      const high = byte + (bigEndian ? 0 : 4);
      const low = view.getUint32(bigEndian ? byte + 4 : byte, !bigEndian);
      return (place.signed ? view.getInt32(high, !bigEndian) : view.getUint32(high, !bigEndian)) * 2 ** 32 + low;
    }
    default:
      return Number(readPlace(window, at, place, bigEndian));
  }
}
