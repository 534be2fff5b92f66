/** Rust names of the first scheme: Itanium in form, `$LT$` escapes inside, the last part a hash. */
import { accept, isDigit, isText, left, openName, peek, position, seekName, take, takeNumber } from "./name-in";
import { openText, overflow, put, putBytes, putCodePoint, putText } from "./text-out";

const HASH_LENGTH: u32 = 17;
/** A hash in which fewer digits occur is taken for a C++ name. */
const LEAST_DIGITS: u32 = 5;
/** c++filt leaves escapes of anything but ASCII as they are. */
let lastEscape: u32 = 0;

/** Writes the demangled text. @returns false if this is no such name. */
export function demangleRustLegacy(ptr: u32, length: u32, withHash: bool): bool {
  lastEscape = withHash ? 0x7e : 0x10ffff;
  if (length < 4 || !isText(ptr, 3, "_ZN") || !openText()) return false;
  openName(ptr + 3, length - 3);
  const parts = countParts();
  if (parts < 2) return false;
  seekName(ptr + 3);
  for (let i: u32 = 0; i < parts; i++) {
    const size = takeNumber();
    if (i + 1 == parts && !withHash) break;
    if (i > 0) putText("::");
    putPart(position(), size);
    for (let k: u32 = 0; k < size; k++) take();
  }
  return !overflow;
}

/** The number of parts if every part is of Rust's alphabet and the last is a hash, else 0. */
function countParts(): u32 {
  let parts: u32 = 0;
  let last: u32 = 0;
  let lastSize: u32 = 0;
  while (isDigit(peek())) {
    const size = takeNumber();
    if (size == 0 || size > left()) return 0;
    last = position();
    lastSize = size;
    for (let i: u32 = 0; i < size; i++) if (!isPartChar(take())) return 0;
    parts++;
  }
  if (!accept(0x45) || (left() > 0 && peek() != 0x2e && peek() != 0x40)) return 0;
  return lastSize == HASH_LENGTH && isHash(last) ? parts : 0;
}

function isPartChar(char: u32): bool {
  const isWord = isDigit(char) || (char >= 0x41 && char <= 0x5a) || (char >= 0x61 && char <= 0x7a) || char == 0x5f;
  return isWord || char == 0x2e || char == 0x24 || char == 0x3a;
}

function isHash(ptr: u32): bool {
  if (load<u8>(ptr) != 0x68) return false;
  let seen: u32 = 0;
  for (let i: u32 = 1; i < HASH_LENGTH; i++) {
    const digit = hexValue(u32(load<u8>(ptr + i)));
    if (digit > 15) return false;
    seen |= 1 << digit;
  }
  return u32(popcnt(seen)) >= LEAST_DIGITS;
}

function hexValue(char: u32): u32 {
  return isDigit(char) ? char - 0x30 : char >= 0x61 && char <= 0x66 ? char - 0x57 : 255;
}

function putPart(ptr: u32, size: u32): void {
  let at = ptr;
  const end = ptr + size;
  // An escape may not start a name, so the compiler puts an underscore before it.
  if (size > 1 && load<u8>(at) == 0x5f && load<u8>(at + 1) == 0x24) at++;
  while (at < end && !overflow) {
    const char = u32(load<u8>(at));
    if (char == 0x2e) {
      const isPath = at + 1 < end && load<u8>(at + 1) == 0x2e;
      putText(isPath ? "::" : ".");
      at += isPath ? 2 : 1;
    } else if (char == 0x24) {
      const used = putEscape(at, end);
      if (used == 0) {
        putBytes(at, end - at);
        return;
      }
      at += used;
    } else {
      put(char);
      at++;
    }
  }
}

/** @returns the length of the escape, 0 if it is none. */
function putEscape(at: u32, end: u32): u32 {
  let close = at + 1;
  while (close < end && load<u8>(close) != 0x24) close++;
  if (close == end) return 0;
  const size = close - at - 1;
  const name = at + 1;
  if (isText(name, size, "SP")) put(0x40);
  else if (isText(name, size, "BP")) put(0x2a);
  else if (isText(name, size, "RF")) put(0x26);
  else if (isText(name, size, "LT")) put(0x3c);
  else if (isText(name, size, "GT")) put(0x3e);
  else if (isText(name, size, "LP")) put(0x28);
  else if (isText(name, size, "RP")) put(0x29);
  else if (isText(name, size, "C")) put(0x2c);
  else if (!putUnicodeEscape(name, size)) return 0;
  return size + 2;
}

function putUnicodeEscape(name: u32, size: u32): bool {
  if (size < 2 || size > 7 || load<u8>(name) != 0x75) return false;
  let code: u32 = 0;
  for (let i: u32 = 1; i < size; i++) {
    const digit = hexValue(u32(load<u8>(name + i)));
    if (digit > 15) return false;
    code = code * 16 + digit;
  }
  if (code < 0x20 || code == 0x7f || code > lastEscape) return false;
  putCodePoint(code);
  return true;
}
