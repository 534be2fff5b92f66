/** The mangled name under the cursor, and the budget of one demangling. */

/** Rules nested in each other; names of real programs stay below a hundred. */
const MAX_DEPTH: u32 = 256;

let at: u32 = 0;
let end: u32 = 0;
let depth: u32 = 0;

export function openName(ptr: u32, length: u32): void {
  at = ptr;
  end = ptr + length;
  depth = 0;
}

export function position(): u32 {
  return at;
}

export function seekName(ptr: u32): void {
  at = ptr;
}

export function left(): u32 {
  return end - at;
}

export function peek(ahead: u32 = 0): u32 {
  return ahead < end - at ? u32(load<u8>(at + ahead)) : 0;
}

export function take(): u32 {
  return at < end ? u32(load<u8>(at++)) : 0;
}

export function accept(char: u32): bool {
  if (peek() != char) return false;
  at++;
  return true;
}

/** Two characters at once. */
export function accept2(first: u32, second: u32): bool {
  if (peek() != first || peek(1) != second) return false;
  at += 2;
  return true;
}

export function enter(): bool {
  return ++depth <= MAX_DEPTH;
}

export function leave(): void {
  depth--;
}

export function isDigit(char: u32): bool {
  return char >= 0x30 && char <= 0x39;
}

export function isLower(char: u32): bool {
  return char >= 0x61 && char <= 0x7a;
}

export function isUpper(char: u32): bool {
  return char >= 0x41 && char <= 0x5a;
}

/** A decimal number; 0 if there is none. Larger than any name can be: 2^31. */
export function takeNumber(): u32 {
  let value: u64 = 0;
  while (isDigit(peek())) value = min(value * 10 + u64(take() - 0x30), 0x8000_0000);
  return u32(value);
}

/** Whether the text at `ptr` is `text`. */
export function isText(ptr: u32, length: u32, text: string): bool {
  if (length != u32(text.length)) return false;
  const chars = changetype<usize>(text);
  for (let i: u32 = 0; i < length; i++) if (load<u8>(ptr + i) != u8(load<u16>(chars + (i << 1)))) return false;
  return true;
}
