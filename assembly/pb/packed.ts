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
 * four bytes are read in line: that is where the time of profiles and stacks goes.
 */
function expandVarints64(slot: usize, start: usize, end: usize): u32 {
  const run = openRun(slot, 4, RUN_NARROW, (end - start) << 2);
  if (run == 0) return REASON_LIMIT_TABLE;
  const first = top;
  let out = first;
  let p = start;
  let reason: u32 = 0;
  while (p < end) {
    let value = u32(load<u8>(p));
    let next = p + 1;
    if (value >= 0x80) {
      let byte = u32(load<u8>(p, 1));
      value = (value & 0x7f) | (byte << 7);
      next = p + 2;
      if (byte >= 0x80) {
        byte = u32(load<u8>(p, 2));
        value = (value & 0x3fff) | (byte << 14);
        next = p + 3;
        if (byte >= 0x80) {
          if (isFour(load<u32>(p)) && p + 4 <= end) {
            // Addresses come in runs of one length.
            do {
              store<u32>(out, joinFour(load<u32>(p)));
              out += 4;
              p += 4;
            } while (isFour(load<u32>(p)) && p + 4 <= end);
            continue;
          }
          byte = u32(load<u8>(p, 3));
          value = (value & 0x1fffff) | (byte << 21);
          next = p + 4;
          if (byte >= 0x80) {
            const wide = readVarint(p);
            next = varintEnd;
            if (wide > 0xffffffff && next != 0 && next <= end) break;
            value = u32(wide);
          }
        }
      }
      if (next == 0 || next > end) {
        reason = next == 0 ? varintFault(p, end) : REASON_TRUNCATED;
        break;
      }
    }
    store<u32>(out, value);
    out += 4;
    p = next;
  }
  packedAt = p;
  packedCount = u32(out - first) >> 2;
  closeRun(slot, run, out, packedCount);
  return p < end && reason == 0 ? expandWide(slot, p, end, KIND_V64) : reason;
}

/** Does a varint of four bytes begin here? */
function isFour(chunk: u32): bool {
  return (chunk & 0x80808080) == 0x00808080;
}

/** Its value: all groups are moved at once, none waits for the one before. */
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
