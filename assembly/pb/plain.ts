/**
 * The fast path of the scanner: a run of scalars, strings, bytes and packed lists of one message, in a loop small
 * enough that its state stays in registers. It commits a field only when nothing about it is unusual; whatever else it meets
 * it leaves, untouched, to the general loop in scan.ts, which alone knows errors, limits, groups and unknown fields.
 */
import {
  ELEMENT,
  FIELD_ALONE,
  FIELD_BYTES,
  FIELD_FLAGS,
  FIELD_HAS_MASK,
  FIELD_SLOT,
  KIND_BOOL,
  KIND_BYTES,
  KIND_F32,
  KIND_F64,
  KIND_I32,
  KIND_S32,
  KIND_S64,
  KIND_STRING,
  KIND_V32,
  KIND_V64,
  MESSAGE_BYTES,
  MESSAGE_DENSE,
  ONE,
  PACKED,
  ROW_HAS,
} from "../layout";
import { inputPtr } from "../mem";
import { findInvalidUtf8 } from "../utf8";
import { expandPacked, packedCount } from "./packed";
import { appendValue64, linkRow, markPresent, openRow, rewindTape, top } from "./tape";
import { readVarint, varintEnd } from "./varint";

const HIGH_BITS: u64 = 0x8080808080808080;

/** Fields read by the last `scanPlain`, for the step count. */
export let plainCount: u32 = 0;

/** Reads fields in [start, end), unless there may be more than `room` of them. @returns the address of the first key that it did not take. */
export function scanPlain(start: usize, end: usize, row: usize, message: usize, room: u32): usize {
  plainCount = 0;
  // A step takes at least one byte: where the limit could be reached, the general loop counts.
  if (usize(room) < end - start) return start;
  const input = inputPtr;
  const entries = message + MESSAGE_BYTES;
  const dense = load<u32>(message, MESSAGE_DENSE);
  let p = start;
  let count: u32 = 0;
  let has: u32 = 0;
  while (p < end) {
    let q = p + 1;
    let key = u32(load<u8>(p));
    if (key >= 0x80) {
      const high = u32(load<u8>(p, 1));
      if (high >= 0x80) break;
      key = (key & 0x7f) | (high << 7);
      q = p + 2;
    }
    if (key >> 3 >= dense) break;
    const entry = entries + usize((key >> 3) * FIELD_BYTES);
    const action = u32(load<u8>(entry + usize(key & 7)));
    switch (action) {
      case ONE + KIND_STRING:
      case ONE + KIND_BYTES:
      case ELEMENT + KIND_STRING:
      case ELEMENT + KIND_BYTES: {
        let size = u32(load<u8>(q++));
        if (size >= 0x80) {
          const high = u32(load<u8>(q++));
          size = (size & 0x7f) | (high << 7);
          // Longer lengths are rare; an impossible one makes the general loop look.
          if (high >= 0x80) size = 0x7fffffff;
        }
        // Signed: `end - q` is negative when the length itself is beyond the end. A window is smaller than 2 GiB.
        if (i32(size) > i32(end - q)) break;
        const text = action == ONE + KIND_STRING || action == ELEMENT + KIND_STRING;
        if (text && !isShortAscii(q, size) && findInvalidUtf8(q, q + usize(size)) != q + usize(size)) break;
        const slot = row + usize(load<u32>(entry, FIELD_SLOT));
        if (action < ELEMENT) {
          store<u32>(slot, u32(q - input));
          store<u32>(slot, size, 4);
        } else if (!appendValue64(slot, u64(q - input) | (u64(size) << 32))) break;
        if (load<u8>(entry, FIELD_FLAGS) & FIELD_ALONE) has |= load<u32>(entry, FIELD_HAS_MASK);
        else markPresent(row, entry);
        p = q + usize(size);
        count++;
        continue;
      }
      case ONE + KIND_I32:
      case ONE + KIND_V32:
      case ONE + KIND_BOOL: {
        let value = u32(load<u8>(q++));
        if (value >= 0x80) {
          const high = u32(load<u8>(q++));
          value = (value & 0x7f) | (high << 7);
          if (high >= 0x80) {
            const wide = readVarint(q - 2);
            if (varintEnd == 0) break;
            q = varintEnd;
            value = action == ONE + KIND_BOOL ? u32(wide != 0) : u32(wide);
          }
        }
        if (q > end) break;
        if (action == ONE + KIND_BOOL) value = u32(value != 0);
        store<u32>(row + usize(load<u32>(entry, FIELD_SLOT)), value);
        if (load<u8>(entry, FIELD_FLAGS) & FIELD_ALONE) has |= load<u32>(entry, FIELD_HAS_MASK);
        else markPresent(row, entry);
        p = q;
        count++;
        continue;
      }
      case ONE + KIND_V64: {
        let value = u64(load<u8>(q++));
        if (value >= 0x80) {
          const chunk = load<u64>(q - 1);
          const last = ~chunk & HIGH_BITS;
          if (last != 0) {
            value = joinGroups(chunk & (last ^ (last - 1)));
            q += usize(ctz(last) >> 3);
          } else {
            value = readVarint(q - 1);
            if (varintEnd == 0) break;
            q = varintEnd;
          }
        }
        if (q > end) break;
        store<u64>(row + usize(load<u32>(entry, FIELD_SLOT)), value);
        if (load<u8>(entry, FIELD_FLAGS) & FIELD_ALONE) has |= load<u32>(entry, FIELD_HAS_MASK);
        else markPresent(row, entry);
        p = q;
        count++;
        continue;
      }
      case ONE + KIND_F32:
      case ONE + KIND_F64: {
        const size: usize = action == ONE + KIND_F32 ? 4 : 8;
        if (i32(end - q) < i32(size)) break;
        const slot = row + usize(load<u32>(entry, FIELD_SLOT));
        if (action == ONE + KIND_F32) store<u32>(slot, load<u32>(q));
        else store<u64>(slot, load<u64>(q));
        if (load<u8>(entry, FIELD_FLAGS) & FIELD_ALONE) has |= load<u32>(entry, FIELD_HAS_MASK);
        else markPresent(row, entry);
        p = q + size;
        count++;
        continue;
      }
      case PACKED + KIND_I32:
      case PACKED + KIND_V32:
      case PACKED + KIND_S32:
      case PACKED + KIND_BOOL:
      case PACKED + KIND_V64:
      case PACKED + KIND_S64:
      case PACKED + KIND_F32:
      case PACKED + KIND_F64: {
        let size = u32(load<u8>(q++));
        if (size >= 0x80) {
          const high = u32(load<u8>(q++));
          size = (size & 0x7f) | (high << 7);
          if (high >= 0x80) size = 0x7fffffff;
        }
        const slot = row + usize(load<u32>(entry, FIELD_SLOT));
        // A list that has values already goes on in the general loop: this one can only undo a list of its own.
        if (i32(size) > i32(end - q) || load<u32>(slot, 8) != 0) break;
        const before = top;
        if (expandPacked(slot, q, q + usize(size), action - PACKED) != 0) {
          rewindTape(before);
          store<u64>(slot, 0);
          store<u32>(slot, 0, 8);
          break;
        }
        if (packedCount != 0) {
          if (load<u8>(entry, FIELD_FLAGS) & FIELD_ALONE) has |= load<u32>(entry, FIELD_HAS_MASK);
          else markPresent(row, entry);
        }
        count += packedCount + 1;
        p = q + usize(size);
        continue;
      }
      default:
    }
    break;
  }
  const hasAt = row + (usize(ROW_HAS) << 2);
  store<u32>(hasAt, load<u32>(hasAt) | has);
  plainCount = count;
  return p;
}

/** Value of a varint of at most eight bytes whose bytes, the last one included, are the low bytes of `chunk`. */
function joinGroups(chunk: u64): u64 {
  let x = chunk & 0x7f7f7f7f7f7f7f7f;
  x = (x & 0x007f007f007f007f) | ((x & 0x7f007f007f007f00) >> 1);
  x = (x & 0x00003fff00003fff) | ((x & 0x3fff00003fff0000) >> 2);
  return (x & 0x000000000fffffff) | ((x & 0x0fffffff00000000) >> 4);
}

/** Is the text of less than eight bytes, and all of them ASCII? */
function isShortAscii(text: usize, size: u32): bool {
  return size < 8 && (load<u64>(text) & HIGH_BITS & (((1 as u64) << u64(size << 3)) - 1)) == 0;
}

/**
 * Reads the further elements of a repeated message field that follow the one just read: same key, leaves of plain
 * fields, nothing unusual. An element that is not such is rewound and left to the general loop.
 * @param keyAt the key of the element just read; nothing is taken when it has more than two bytes
 * @returns the address of the first key that it did not take; `plainCount` counts elements and their fields.
 */
export function scanLeaves(
  start: usize,
  end: usize,
  keyAt: usize,
  slot: usize,
  child: usize,
  room: u32,
  topLimit: usize,
): usize {
  plainCount = 0;
  const pair = u32(load<u16>(keyAt));
  if ((pair & 0x8080) == 0x8080) return start;
  const keyBytes: usize = pair & 0x80 ? 2 : 1;
  const keyMask: u32 = keyBytes == 1 ? 0xff : 0xffff;
  const key = pair & keyMask;
  let p = start;
  let count: u32 = 0;
  while (p < end && top <= topLimit && (u32(load<u16>(p)) & keyMask) == key) {
    let q = p + keyBytes;
    let size = u32(load<u8>(q++));
    if (size >= 0x80) {
      const high = u32(load<u8>(q++));
      if (high >= 0x80) break;
      size = (size & 0x7f) | (high << 7);
    }
    if (i32(size) > i32(end - q) || count > room - 1) break;
    const row = openRow(child, q, size);
    if (row == 0) break;
    const stop = q + usize(size);
    if (scanPlain(q, stop, row, child, room - count - 1) != stop) {
      rewindTape(row);
      break;
    }
    linkRow(slot, row);
    count += plainCount + 1;
    p = stop;
  }
  plainCount = count;
  return p;
}
