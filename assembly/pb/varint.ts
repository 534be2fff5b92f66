/** Varints of the protobuf wire format: little-endian groups of 7 bits, at most ten bytes, overlong forms allowed. */

import { REASON_TRUNCATED, REASON_VARINT } from "../layout";

/** Where the last `readVarint` ended; 0 when the varint was longer than ten bytes. */
export let varintEnd: usize = 0;

/** Value of the varint at `p`; bits above 64 are dropped. Memory must be readable for ten bytes. */
export function readVarint(p: usize): u64 {
  let byte = u64(load<u8>(p));
  if (byte < 0x80) {
    varintEnd = p + 1;
    return byte;
  }
  let value = byte & 0x7f;
  byte = u64(load<u8>(p, 1));
  value |= (byte & 0x7f) << 7;
  if (byte < 0x80) {
    varintEnd = p + 2;
    return value;
  }
  byte = u64(load<u8>(p, 2));
  value |= (byte & 0x7f) << 14;
  if (byte < 0x80) {
    varintEnd = p + 3;
    return value;
  }
  byte = u64(load<u8>(p, 3));
  value |= (byte & 0x7f) << 21;
  if (byte < 0x80) {
    varintEnd = p + 4;
    return value;
  }
  byte = u64(load<u8>(p, 4));
  value |= (byte & 0x7f) << 28;
  if (byte < 0x80) {
    varintEnd = p + 5;
    return value;
  }
  return readLongVarint(p, value);
}

function readLongVarint(p: usize, low: u64): u64 {
  let value = low;
  for (let i: u32 = 5; i < 10; i++) {
    const byte = u64(load<u8>(p + i));
    value |= (byte & 0x7f) << (i * 7);
    if (byte < 0x80) {
      varintEnd = p + i + 1;
      return value;
    }
  }
  varintEnd = 0;
  return value;
}

/** Why the varint at `start` did not end within [start, end): it is cut, or it has more than ten bytes. */
export function varintFault(start: usize, end: usize): u32 {
  return varintEnd == 0 && end - start >= 10 ? REASON_VARINT : REASON_TRUNCATED;
}

export function varintSize(value: u64): u32 {
  return (70 - u32(clz(value | 1))) / 7;
}

/** Writes a varint. @returns the address after it. */
export function writeVarint(p: usize, value: u64): usize {
  let at = p;
  let rest = value;
  while (rest >= 0x80) {
    store<u8>(at++, u8(rest) | 0x80);
    rest >>= 7;
  }
  store<u8>(at++, u8(rest));
  return at;
}

export function zigzag32(value: u32): u32 {
  return (value >> 1) ^ (0 - (value & 1));
}

export function zigzag64(value: u64): u64 {
  return (value >> 1) ^ (0 - (value & 1));
}
