/** Writers of number text. Each needs room for its longest text (20 digits and a sign) and returns the end. */

const HEX: usize = memory.data<u8>([
  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
]);
/** `00` … `99` */
const PAIRS: usize = memory.data<u8>([
  48, 48, 48, 49, 48, 50, 48, 51, 48, 52, 48, 53, 48, 54, 48, 55, 48, 56, 48, 57, 49, 48, 49, 49, 49, 50, 49, 51, 49,
  52, 49, 53, 49, 54, 49, 55, 49, 56, 49, 57, 50, 48, 50, 49, 50, 50, 50, 51, 50, 52, 50, 53, 50, 54, 50, 55, 50, 56,
  50, 57, 51, 48, 51, 49, 51, 50, 51, 51, 51, 52, 51, 53, 51, 54, 51, 55, 51, 56, 51, 57, 52, 48, 52, 49, 52, 50, 52,
  51, 52, 52, 52, 53, 52, 54, 52, 55, 52, 56, 52, 57, 53, 48, 53, 49, 53, 50, 53, 51, 53, 52, 53, 53, 53, 54, 53, 55,
  53, 56, 53, 57, 54, 48, 54, 49, 54, 50, 54, 51, 54, 52, 54, 53, 54, 54, 54, 55, 54, 56, 54, 57, 55, 48, 55, 49, 55,
  50, 55, 51, 55, 52, 55, 53, 55, 54, 55, 55, 55, 56, 55, 57, 56, 48, 56, 49, 56, 50, 56, 51, 56, 52, 56, 53, 56, 54,
  56, 55, 56, 56, 56, 57, 57, 48, 57, 49, 57, 50, 57, 51, 57, 52, 57, 53, 57, 54, 57, 55, 57, 56, 57, 57,
]);
const BILLION: u32 = 1_000_000_000;

/** Bytes that any number text fits in. */
export const NUMBER_BYTES: u32 = 24;

function writeSmall(out: usize, value: u32): usize {
  if (value < 10) {
    store<u8>(out, u8(0x30 + value));
    return out + 1;
  }
  return writeDigits(out, value, digitsOf(value));
}

function digitsOf(value: u32): u32 {
  if (value < 10000) return value < 100 ? 2 : value < 1000 ? 3 : 4;
  if (value < 1000000) return value < 100000 ? 5 : 6;
  if (value < 100000000) return value < 10000000 ? 7 : 8;
  return value < BILLION ? 9 : 10;
}

/** Exactly `digits` digits, with leading zeros; two at a time. */
function writeDigits(out: usize, value: u32, digits: u32): usize {
  let at = out + digits;
  while (at >= out + 2) {
    const rest = value / 100;
    at -= 2;
    store<u16>(at, load<u16>(PAIRS + ((value - rest * 100) << 1)));
    value = rest;
  }
  if (at > out) store<u8>(out, u8(0x30 + value));
  return out + digits;
}

export function writeUnsigned(out: usize, value: u64): usize {
  if (value <= u64(u32.MAX_VALUE)) return writeSmall(out, u32(value));
  const high = value / u64(BILLION);
  const low = u32(value - high * u64(BILLION));
  if (high <= u64(u32.MAX_VALUE)) return writeDigits(writeSmall(out, u32(high)), low, 9);
  const top = high / u64(BILLION);
  const middle = u32(high - top * u64(BILLION));
  return writeDigits(writeDigits(writeSmall(out, u32(top)), middle, 9), low, 9);
}

export function writeSigned(out: usize, value: i64): usize {
  if (value >= 0) return writeUnsigned(out, u64(value));
  store<u8>(out, 0x2d);
  return writeUnsigned(out + 1, u64(0) - u64(value));
}

/** Lower case, without prefix or leading zeros. */
export function writeHex(out: usize, value: u64): usize {
  const digits = value == 0 ? 1 : (67 - u32(clz<u64>(value))) >>> 2;
  for (let at = out + digits - 1; at >= out; at--) {
    store<u8>(at, load<u8>(HEX + (u32(value) & 15)));
    value >>>= 4;
  }
  return out + digits;
}

export function hexDigit(value: u32): u8 {
  return load<u8>(HEX + (value & 15));
}
