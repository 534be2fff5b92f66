import { hexDigit } from "./digits";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** Bytes before the first NUL, or `bytes` if there is none. */
export function untilNul(at: usize, bytes: u32): u32 {
  let length: u32 = 0;
  while (length < bytes && load<u8>(at + length) != 0) length++;
  return length;
}

export function isPrintableAscii(at: usize, bytes: u32): bool {
  for (let i: u32 = 0; i < bytes; i++) {
    const c = load<u8>(at + i);
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

/** Valid UTF-8 (shortest forms, no surrogates) without C0, DEL and C1 control characters. */
export function isPlainUtf8(at: usize, bytes: u32): bool {
  let i: u32 = 0;
  while (i < bytes) {
    const size = sequenceBytes(at + i, bytes - i);
    if (size == 0) return false;
    i += size;
  }
  return true;
}

function sequenceBytes(at: usize, room: u32): u32 {
  const c = u32(load<u8>(at));
  if (c < 0x80) return c >= 0x20 && c != 0x7f ? 1 : 0;
  const size: u32 = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (c < 0xc2 || c > 0xf4 || size > room) return 0;
  for (let k: u32 = 1; k < size; k++) if ((load<u8>(at + k) & 0xc0) != 0x80) return 0;
  const second = u32(load<u8>(at + 1));
  if (c == 0xc2 && second < 0xa0) return 0;
  if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f)) return 0;
  if ((c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f)) return 0;
  return size;
}

/** A JSON string of bytes without control characters. Needs 2 × bytes + 2. @returns the end. */
export function writeQuoted(out: usize, at: usize, bytes: u32): usize {
  store<u8>(out++, QUOTE);
  for (let i: u32 = 0; i < bytes; i++) {
    const c = load<u8>(at + i);
    if (c == QUOTE || c == BACKSLASH) store<u8>(out++, BACKSLASH);
    store<u8>(out++, c);
  }
  store<u8>(out++, QUOTE);
  return out;
}

/** One byte as a JSON string: itself if printable, else `\u00NN`. Needs 8 bytes. @returns the end. */
export function writeQuotedByte(out: usize, c: u8): usize {
  if (c >= 0x20 && c <= 0x7e) {
    store<u8>(out + 0, QUOTE);
    const escaped = c == QUOTE || c == BACKSLASH;
    if (escaped) store<u8>(out + 1, BACKSLASH);
    store<u8>(out + 1 + u32(escaped), c);
    store<u8>(out + 2 + u32(escaped), QUOTE);
    return out + 3 + u32(escaped);
  }
  // "\u00 as two little-endian words
  store<u32>(out, 0x30755c22);
  store<u8>(out, 0x30, 4);
  store<u8>(out, hexDigit(u32(c) >>> 4), 5);
  store<u8>(out, hexDigit(u32(c)), 6);
  store<u8>(out, QUOTE, 7);
  return out + 8;
}
