/**
 * A cursor over one window of bytes, in either byte order. Reading past the end gives zeroes, sets `failed` and stays
 * at the end, so that a loop needs to look at `failed` only once per round.
 */
let little: bool = true;
let start: u32 = 0;
let at: u32 = 0;
let end: u32 = 0;
export let failed: bool = false;

export function setByteOrder(isLittle: bool): void {
  little = isLittle;
}

export function isLittleEndian(): bool {
  return little;
}

/** Reads [ptr, ptr + len) from now on. */
export function openWindow(ptr: u32, len: u32): void {
  start = ptr;
  at = ptr;
  end = ptr + len;
  failed = false;
}

/** Narrows or widens the end; the caller knows that the bytes are there. */
export function setEnd(ptr: u32): void {
  end = ptr;
}

export function position(): u32 {
  return at;
}

export function left(): u32 {
  return end - at;
}

export function seek(ptr: u32): void {
  if (ptr < start || ptr > end) fail();
  else at = ptr;
}

export function skip(n: u64): void {
  if (n > u64(end - at)) fail();
  else at += u32(n);
}

export function fail(): void {
  failed = true;
  at = end;
}

export function readU8(): u32 {
  if (at >= end) {
    failed = true;
    return 0;
  }
  return u32(load<u8>(at++));
}

export function readU16(): u32 {
  if (end - at < 2) {
    fail();
    return 0;
  }
  const value = load<u16>(at);
  at += 2;
  return u32(little ? value : bswap<u16>(value));
}

export function readU32(): u32 {
  if (end - at < 4) {
    fail();
    return 0;
  }
  const value = load<u32>(at);
  at += 4;
  return little ? value : bswap<u32>(value);
}

export function readU64(): u64 {
  if (end - at < 8) {
    fail();
    return 0;
  }
  const value = load<u64>(at);
  at += 8;
  return little ? value : bswap<u64>(value);
}

/** An unsigned integer of 1 to 8 bytes. */
export function readUnsigned(size: u32): u64 {
  if (size == 4) return u64(readU32());
  if (size == 8) return readU64();
  if (size == 2) return u64(readU16());
  let value: u64 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const byte = u64(readU8());
    value = little ? value | (byte << u64((i & 7) * 8)) : (value << 8) | byte;
  }
  return value;
}

/** Bits above the 64th are dropped. */
export function readUleb(): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (at < end) {
    const byte = u64(load<u8>(at++));
    if (shift < 64) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
    shift += 7;
  }
  failed = true;
  return 0;
}

export function readSleb(): i64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (at < end) {
    const byte = u64(load<u8>(at++));
    if (shift < 64) value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) {
      if ((byte & 0x40) != 0 && shift < 64) value |= ~u64(0) << shift;
      return i64(value);
    }
  }
  failed = true;
  return 0;
}

/** Passes a NUL-terminated string. @returns where it began. */
export function skipString(): u32 {
  const from = at;
  while (at < end) if (load<u8>(at++) == 0) return from;
  failed = true;
  return from;
}
