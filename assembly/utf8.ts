const HIGH_BITS: u64 = 0x8080808080808080;

/**
 * Address of the first byte that makes [ptr, end) invalid UTF-8, or `end`. Seven bytes behind `end` must be readable:
 * short ASCII text is then one load and one test.
 * Source: Unicode 15, table 3-7 (well-formed sequences): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function findInvalidUtf8(ptr: usize, end: usize): usize {
  let p = ptr;
  while (p < end) {
    while (end - p >= 8 && (load<u64>(p) & HIGH_BITS) == 0) p += 8;
    const rest = end - p;
    if (rest < 8 && (load<u64>(p) & HIGH_BITS & (((1 as u64) << (u64(rest) << 3)) - 1)) == 0) return end;
    const lead = load<u8>(p);
    if (lead < 0x80) {
      p++;
      continue;
    }
    const size = sequenceSize(p, end, lead);
    if (size == 0) return p;
    p += size;
  }
  return end;
}

/** Length of the well-formed sequence at `p`, or 0. */
function sequenceSize(p: usize, end: usize, lead: u8): usize {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const rest = end - p;
  if (rest < 2) return 0;
  const second = load<u8>(p, 1);
  if (lead < 0xe0) return (second & 0xc0) == 0x80 ? 2 : 0;
  let low: u8 = 0x80;
  let high: u8 = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  else if (lead == 0xed) high = 0x9f;
  else if (lead == 0xf0) low = 0x90;
  else if (lead == 0xf4) high = 0x8f;
  if (second < low || second > high || rest < 3 || (load<u8>(p, 2) & 0xc0) != 0x80) return 0;
  if (lead < 0xf0) return 3;
  return rest >= 4 && (load<u8>(p, 3) & 0xc0) == 0x80 ? 4 : 0;
}
