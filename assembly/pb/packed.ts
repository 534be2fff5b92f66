/** Packed repeated fields, expanded into runs. */
import {
  KIND_BOOL,
  KIND_F32,
  KIND_F64,
  KIND_I32,
  KIND_S32,
  KIND_S64,
  KIND_V32,
  KIND_V64,
  REASON_LIMIT_TABLE,
  REASON_PACKED_LENGTH,
  REASON_TRUNCATED,
  RUN_NARROW,
} from "../layout";
import { closeRun, openRun, top } from "./tape";
import { readVarint, varintEnd, varintFault, zigzag32, zigzag64 } from "./varint";

/** The byte at fault after a failed expansion. */
export let packedAt: usize = 0;
/** Elements of the last expansion. */
export let packedCount: u32 = 0;

/**
 * Appends the elements in [start, end) to the list at `slot`; what was read before a fault is kept.
 * @returns 0 or a reason.
 */
export function expandPacked(slot: usize, start: usize, end: usize, kind: u32): u32 {
  packedCount = 0;
  packedAt = start;
  if (start == end) return 0;
  if (kind == KIND_F32) return expandFixed(slot, start, end, 2);
  if (kind == KIND_F64) return expandFixed(slot, start, end, 3);
  return kind == KIND_V32 || kind == KIND_I32 || kind == KIND_S32 || kind == KIND_BOOL
    ? expandVarints32(slot, start, end, kind)
    : kind == KIND_S64
      ? expandWide(slot, start, end, kind)
      : expandVarints64(slot, start, end);
}

function expandFixed(slot: usize, start: usize, end: usize, shift: u32): u32 {
  const count = u32(end - start) >> shift;
  const bytes = usize(count) << shift;
  const run = openRun(slot, 1 << shift, 0, bytes);
  if (run == 0) return REASON_LIMIT_TABLE;
  memory.copy(top, start, bytes);
  packedCount = count;
  packedAt = start + bytes;
  closeRun(slot, run, top + bytes, count);
  return bytes == end - start ? 0 : REASON_PACKED_LENGTH;
}

function expandVarints32(slot: usize, start: usize, end: usize, kind: u32): u32 {
  const run = openRun(slot, 4, 0, (end - start) << 2);
  if (run == 0) return REASON_LIMIT_TABLE;
  const first = top;
  let out = first;
  let p = start;
  let reason: u32 = 0;
  while (p < end) {
    let value = u32(load<u8>(p));
    let next = p + 1;
    if (value >= 0x80) {
      const wide = readVarint(p);
      next = varintEnd;
      value = kind == KIND_BOOL ? u32(wide != 0) : u32(wide);
      if (next == 0 || next > end) {
        reason = varintFault(p, end);
        break;
      }
    } else if (kind == KIND_BOOL) value = u32(value != 0);
    store<u32>(out, kind == KIND_S32 ? zigzag32(value) : value);
    out += 4;
    p = next;
  }
  packedAt = p;
  packedCount = u32(out - first) >> 2;
  closeRun(slot, run, out, packedCount);
  return reason;
}

/**
 * Most 64-bit lists hold small numbers: values are written narrow until one needs more than 32 bits. Lengths of one to
 * four bytes are read in line: that is where the time of profiles and stacks goes. Where the list ends is looked at once per
 * value, before it; one that runs past the end is taken back.
 */
function expandVarints64(slot: usize, start: usize, end: usize): u32 {
  const run = openRun(slot, 4, RUN_NARROW, (end - start) << 2);
  if (run == 0) return REASON_LIMIT_TABLE;
  const first = top;
  let out = first;
  let p = start;
  let reason: u32 = 0;
  while (p < end) {
    const byte = u32(load<u8>(p));
    if (byte < 0x80) {
      store<u32>(out, byte);
      out += 4;
      p++;
      continue;
    }
    const second = u32(load<u8>(p, 1));
    if (second < 0x80) {
      store<u32>(out, (byte & 0x7f) | (second << 7));
      out += 4;
      p += 2;
      continue;
    }
    const chunk = load<u32>(p);
    if ((chunk & 0x800000) == 0) {
      store<u32>(out, joinFour(chunk & 0x7fffff));
      out += 4;
      p += 3;
      continue;
    }
    if ((chunk & 0x80000000) == 0) {
      store<u32>(out, joinFour(chunk));
      out += 4;
      p += 4;
      continue;
    }
    const value = readVarint(p);
    if (varintEnd == 0 || varintEnd > end) reason = varintFault(p, end);
    if (reason != 0 || value > 0xffffffff) break;
    store<u32>(out, u32(value));
    out += 4;
    p = varintEnd;
  }
  if (p > end) {
    out -= 4;
    p = startOfCutVarint(start, end);
    reason = REASON_TRUNCATED;
  }
  packedAt = p;
  packedCount = u32(out - first) >> 2;
  closeRun(slot, run, out, packedCount);
  return p < end && reason == 0 ? expandWide(slot, p, end, KIND_V64) : reason;
}

/** Where the varint begins that [start, end) cuts: behind the last byte that ends one. */
function startOfCutVarint(start: usize, end: usize): usize {
  let p = end;
  while (p > start && load<u8>(p - 1) >= 0x80) p--;
  return p;
}

/** Value of a varint of three or four bytes: all groups are moved at once, none waits for the one before. */
function joinFour(chunk: u32): u32 {
  return (chunk & 0x7f) | ((chunk >> 1) & 0x3f80) | ((chunk >> 2) & 0x1fc000) | ((chunk >> 3) & 0xfe00000);
}

/** The rest of a list, from the first value that needs 64 bits on; all of a list of sint64. */
function expandWide(slot: usize, start: usize, end: usize, kind: u32): u32 {
  const run = openRun(slot, 8, 0, (end - start) << 3);
  if (run == 0) return REASON_LIMIT_TABLE;
  const first = top;
  let out = first;
  let p = start;
  let reason: u32 = 0;
  while (p < end) {
    const value = readVarint(p);
    if (varintEnd == 0 || varintEnd > end) {
      reason = varintFault(p, end);
      break;
    }
    store<u64>(out, kind == KIND_S64 ? zigzag64(value) : value);
    out += 8;
    p = varintEnd;
  }
  packedAt = p;
  const count = u32(out - first) >> 3;
  packedCount += count;
  closeRun(slot, run, out, count);
  return reason;
}
