/** Punycode (RFC 3492) as Rust writes it: `_` instead of `-` before the encoded part. */
import { scratch } from "../arena";
import { putCodePoint } from "./text-out";

const MAX_CODE_POINTS: u32 = 256;
const BASE: u32 = 36;
const MIN_THRESHOLD: u32 = 1;
const MAX_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const FIRST_BIAS: u32 = 72;

/** Writes the text of the encoded identifier. @returns false if it is damaged or too long. */
export function decodePunycode(ptr: u32, length: u32): bool {
  const points = scratch(MAX_CODE_POINTS * 4);
  if (points == 0 || length > MAX_CODE_POINTS) return false;
  let split = length;
  while (split > 0 && load<u8>(ptr + split - 1) != 0x5f) split--;
  let count: u32 = 0;
  for (; split > 0 && count < split - 1; count++) store<u32>(points + count * 4, u32(load<u8>(ptr + count)));
  let at = ptr + split;
  const end = ptr + length;
  let code: u32 = 0x80;
  let bias = FIRST_BIAS;
  let index: u64 = 0;
  let isFirst = true;
  while (at < end) {
    const before = index;
    let weight: u64 = 1;
    for (let k = BASE; ; k += BASE) {
      if (at >= end) return false;
      const digit = digitValue(u32(load<u8>(at++)));
      if (digit >= BASE) return false;
      index += u64(digit) * weight;
      if (index > 0xff_ffff_ffff) return false;
      const threshold = k <= bias ? MIN_THRESHOLD : min(max(k - bias, MIN_THRESHOLD), MAX_THRESHOLD);
      if (digit < threshold) break;
      weight *= u64(BASE - threshold);
      if (weight > 0xffff_ffff) return false;
    }
    count++;
    if (count > MAX_CODE_POINTS) return false;
    bias = adapt(u32(index - before), count, isFirst);
    isFirst = false;
    code += u32(index / u64(count));
    index %= u64(count);
    if (code > 0x10ffff) return false;
    const slot = points + u32(index) * 4;
    memory.copy(slot + 4, slot, (count - 1 - u32(index)) * 4);
    store<u32>(slot, code);
    index++;
  }
  for (let i: u32 = 0; i < count; i++) putCodePoint(load<u32>(points + i * 4));
  return true;
}

function digitValue(char: u32): u32 {
  if (char >= 0x61 && char <= 0x7a) return char - 0x61;
  return char >= 0x30 && char <= 0x39 ? char - 0x30 + 26 : 255;
}

function adapt(delta: u32, count: u32, isFirst: bool): u32 {
  let rest = isFirst ? delta / 700 : delta / 2;
  rest += rest / count;
  let k: u32 = 0;
  while (rest > ((BASE - MIN_THRESHOLD) * MAX_THRESHOLD) / 2) {
    rest /= BASE - MIN_THRESHOLD;
    k += BASE;
  }
  return k + ((BASE - MIN_THRESHOLD + 1) * rest) / (rest + SKEW);
}
