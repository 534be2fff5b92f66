/**
 * Bits of captured bytes. Little-endian data counts from the least significant bit of the first byte, big-endian data
 * from the most significant; a value may straddle any boundary. Source: docs/formats/btf.md, "Bitfields".
 */

/** Bits [bitAt, bitAt + width) of `bytes` as an unsigned number; all of them must be there. @param width 1 … 256 */
export function readUnsigned(bytes: Uint8Array, bitAt: number, width: number, bigEndian: boolean): bigint {
  const first = Math.floor(bitAt / 8);
  const shift = bitAt - first * 8;
  const count = Math.ceil((shift + width) / 8);
  let value = 0n;
  if (bigEndian) {
    for (let i = 0; i < count; i++) value = (value << 8n) | BigInt(bytes[first + i]!);
    return (value >> BigInt(count * 8 - shift - width)) & mask(width);
  }
  for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[first + i]!);
  return (value >> BigInt(shift)) & mask(width);
}

function mask(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Whole bytes of a common width, the fast way; undefined for other widths and places. */
export function readAligned(
  view: DataView,
  bitAt: number,
  width: number,
  signed: boolean,
  littleEndian: boolean,
): bigint | undefined {
  if (bitAt % 8 !== 0) return undefined;
  const at = bitAt / 8;
  switch (width) {
    case 8:
      return BigInt(signed ? view.getInt8(at) : view.getUint8(at));
    case 16:
      return BigInt(signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian));
    case 32:
      return BigInt(signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian));
    case 64:
      return signed ? view.getBigInt64(at, littleEndian) : view.getBigUint64(at, littleEndian);
    default:
      return undefined;
  }
}
