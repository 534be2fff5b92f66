/**
 * Bits [offset, offset + width) of the bytes at `base`, 1 ≤ width ≤ 64. Little-endian data counts bits from the least
 * significant of the first byte, big-endian data from the most significant. All bytes touched must be readable.
 */
export function extractBits(base: usize, offset: u32, width: u32, bigEndian: bool): u64 {
  const first = base + (offset >>> 3);
  const shift = offset & 7;
  const bytes = (shift + width + 7) >>> 3;
  return bigEndian ? extractBig(first, shift, width, bytes) : extractLittle(first, shift, width, bytes);
}

function extractLittle(first: usize, shift: u32, width: u32, bytes: u32): u64 {
  let value: u64 = 0;
  const low = min<u32>(bytes, 8);
  for (let i: u32 = 0; i < low; i++) value |= u64(load<u8>(first + i)) << u64(i << 3);
  value >>>= u64(shift);
  if (bytes > 8) value |= u64(load<u8>(first + 8)) << u64(64 - shift);
  return width == 64 ? value : value & ((u64(1) << u64(width)) - 1);
}

function extractBig(first: usize, shift: u32, width: u32, bytes: u32): u64 {
  let value: u64 = u64(load<u8>(first)) & (0xff >>> u64(shift));
  const spare = (bytes << 3) - shift - width;
  for (let i: u32 = 1; i < bytes - 1; i++) value = (value << 8) | u64(load<u8>(first + i));
  if (bytes == 1) return value >>> u64(spare);
  return (value << u64(8 - spare)) | (u64(load<u8>(first + bytes - 1)) >>> u64(spare));
}

export function signExtend(value: u64, width: u32): i64 {
  const spare = u64(64 - width);
  return i64(value << spare) >> spare;
}
