/** Builds protobuf wire bytes by hand, wrong ones included. */
import { concatBytes, encodeUtf8 } from "../../src/js/base/bytes.ts";

export function varint(value: bigint | number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

export function key(field: number, wire: number): Uint8Array {
  return varint(field * 8 + wire);
}

export function int(field: number, value: bigint | number): Uint8Array {
  return concatBytes([key(field, 0), varint(value)]);
}

export function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const body = typeof value === "string" ? encodeUtf8(value) : value;
  return concatBytes([key(field, 2), varint(body.length), body]);
}

export function message(field: number, ...parts: Uint8Array[]): Uint8Array {
  return bytes(field, concatBytes(parts));
}

export function group(field: number, ...parts: Uint8Array[]): Uint8Array {
  return concatBytes([key(field, 3), ...parts, key(field, 4)]);
}

export function fixed32(field: number, value: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(4));
  out.setUint32(0, value, true);
  return concatBytes([key(field, 5), new Uint8Array(out.buffer)]);
}

export function fixed64(field: number, value: bigint): Uint8Array {
  const out = new DataView(new ArrayBuffer(8));
  out.setBigUint64(0, BigInt.asUintN(64, value), true);
  return concatBytes([key(field, 1), new Uint8Array(out.buffer)]);
}

/** `levels` messages inside each other in field `field`. */
export function nested(field: number, levels: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let i = 0; i < levels; i++) {
    const head = concatBytes([key(field, 2), varint(size)]);
    parts.push(head);
    size += head.length;
  }
  return concatBytes(parts.reverse());
}
