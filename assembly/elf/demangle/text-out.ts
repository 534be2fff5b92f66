/** The output text: bounded, because a few bytes of substitutions can name megabytes. */
import { scratch } from "../arena";

const MAX_TEXT: u32 = 65536;

let start: u32 = 0;
let end: u32 = 0;
/** Set when the text did not fit, or when printing took too many steps. */
export let overflow: bool = false;

/** Reserves the buffer once per call. @returns false without memory. */
export function openText(): bool {
  start = scratch(MAX_TEXT);
  end = start;
  overflow = false;
  return start != 0;
}

export function textStart(): u32 {
  return start;
}

export function textLength(): u32 {
  return end - start;
}

/** Cuts the text back to an earlier length. */
export function truncateText(length: u32): void {
  end = start + length;
}

export function stopText(): void {
  overflow = true;
}

export function put(char: u32): void {
  if (end - start >= MAX_TEXT) {
    overflow = true;
    return;
  }
  store<u8>(end++, char);
}

export function putBytes(ptr: u32, length: u32): void {
  if (length > MAX_TEXT - (end - start)) {
    overflow = true;
    return;
  }
  memory.copy(end, ptr, length);
  end += length;
}

/** ASCII text of ours. */
export function putText(text: string): void {
  const ptr = changetype<usize>(text);
  for (let i = 0; i < text.length; i++) put(u32(load<u16>(ptr + (i << 1))));
}

export function putNumber(value: u64): void {
  if (value >= 10) putDigits(value / 10);
  put(0x30 + u32(value % 10));
}

function putDigits(value: u64): void {
  let unit: u64 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) put(0x30 + u32((value / unit) % 10));
}

export function putHex(value: u64): void {
  let shift: i32 = 60;
  while (shift > 0 && value >> u64(shift) == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) {
    const digit = u32((value >> u64(shift)) & 15);
    put(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
}

export function lastChar(): u32 {
  return end > start ? u32(load<u8>(end - 1)) : 0;
}

/** A code point as UTF-8. */
export function putCodePoint(c: u32): void {
  if (c < 0x80) put(c);
  else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 63));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  }
}
