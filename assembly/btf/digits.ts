/** Writers of number text. Each needs room for its longest text (20 digits and a sign) and returns the end. */

const HEX: usize = memory.data<u8>([
  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
]);
const BILLION: u32 = 1_000_000_000;

/** Bytes that any number text fits in. */
export const NUMBER_BYTES: u32 = 24;

function writeSmall(out: usize, value: u32): usize {
  let digits: u32 = 1;
  let power: u32 = 10;
  while (digits < 10 && value >= power) {
    digits++;
    power = digits == 10 ? 0 : power * 10;
    if (power == 0) break;
  }
  return writeDigits(out, value, digits);
}

/** Exactly `digits` digits, with leading zeros. */
function writeDigits(out: usize, value: u32, digits: u32): usize {
  for (let at = out + digits - 1; at >= out; at--) {
    const rest = value / 10;
    store<u8>(at, u8(0x30 + (value - rest * 10)));
    value = rest;
  }
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
