/**
 * The fast path of the scanner: messages of plain fields, and lists of such messages. It commits a field only when
 * nothing about it is unusual; whatever else it meets it leaves, untouched, to the general loop in scan.ts, which alone
 * knows errors, limits, groups and unknown fields.
 */
import {
  ELEMENT,
  FIELD_BYTES,
  FIELD_SLOT,
  FLAT_BOOL,
  FLAT_BYTES,
  FLAT_F32,
  FLAT_F64,
  FLAT_PACKED,
  FLAT_STRING,
  FLAT_V32,
  FLAT_V64,
  KIND_BOOL,
  KIND_BYTES,
  KIND_I32,
  KIND_STRING,
  KIND_V32,
  KIND_V64,
  MESSAGE_BYTES,
  MESSAGE_DENSE,
  MESSAGE_FLAT,
  MESSAGE_ROW_BYTES,
  ONE,
  ROW_HAS,
} from "../layout";
import { inputPtr } from "../mem";
import { findInvalidUtf8 } from "../utf8";
import { expandPacked, packedCount } from "./packed";
import { appendValue64, linkRow, markPresent, openRow, rewindTape, setTop, top, zeroEnd } from "./tape";
import { readVarint, varintEnd } from "./varint";

const HIGH_BITS: u64 = 0x8080808080808080;

/** Fields and elements read by the last `scanLeaves`, for the step count. */
export let plainCount: u32 = 0;

/**
 * Reads the body [start, bodyEnd) of the message at `first`; then, of a list, the elements that follow directly: same
 * key, leaves of plain fields, nothing unusual. An element that is not such is rewound and left to the general loop.
 * Nothing is read when there may be more than `room` steps in the first body.
 *
 * The function is long, and every case ends in the same lines, because the locals of its innermost loop are registers: calls
 * for a row and for its fields took longer than most rows do.
 *
 * @param end of the message that holds the list; nothing follows unless it is behind `bodyEnd`
 * @param keyAt the key of the first element; one of more than two bytes is not looked for
 * @returns the address of the first key that it did not take; before `bodyEnd` when the first body is not done
 */
export function scanLeaves(
  start: usize,
  bodyEnd: usize,
  first: usize,
  message: usize,
  room: u32,
  end: usize,
  keyAt: usize,
  list: usize,
  topLimit: usize,
): usize {
  plainCount = 0;
  // A step takes at least one byte: where the limit could be reached, the general loop counts.
  if (usize(room) < bodyEnd - start) return start;
  const input = inputPtr;
  const flat = message + usize(load<u32>(message, MESSAGE_FLAT));
  const keyEnd = load<u32>(message, MESSAGE_DENSE) << 3;
  const rowBytes = usize(load<u32>(message, MESSAGE_ROW_BYTES));
  let p = start;
  let stop = bodyEnd;
  let row = first;
  let taken = start;
  let count: u32 = 0;
  for (;;) {
    let has: u32 = 0;
    for (;;) {
      // A packed list that ended the loop: its length is here, and the word of its field.
      let listAt: usize = 0;
      let listWord: u64 = 0;
      while (p < stop) {
        let q = p + 1;
        let key = u32(load<u8>(p));
        if (key >= 0x80) {
          const high = u32(load<u8>(p, 1));
          if (high >= 0x80) break;
          key = (key & 0x7f) | (high << 7);
          q = p + 2;
        }
        if (key >= keyEnd) break;
        const word = load<u64>(flat + usize(key & ~7));
        if ((u32(word) ^ key) & 7) break;
        const slot = row + usize(u32(word) >> 16);
        switch ((u32(word) >> 3) & 0x1f) {
          case FLAT_BYTES: {
            let size = u32(load<u8>(q++));
            if (size >= 0x80) {
              const high = u32(load<u8>(q++));
              size = (size & 0x7f) | (high << 7);
              // Longer lengths are rare; an impossible one makes the general loop look.
              if (high >= 0x80) break;
            }
            // Signed: `stop - q` is negative when the length itself is beyond the stop. A window is smaller than 2 GiB.
            if (i32(size) > i32(stop - q)) break;
            store<u32>(slot, u32(q - input));
            store<u32>(slot, size, 4);
            has |= u32(word >> 32);
            p = q + usize(size);
            count++;
            continue;
          }
          case FLAT_STRING: {
            let size = u32(load<u8>(q++));
            if (size >= 0x80) {
              const high = u32(load<u8>(q++));
              size = (size & 0x7f) | (high << 7);
              if (high >= 0x80) break;
            }
            if (i32(size) > i32(stop - q)) break;
            const after = q + usize(size);
            let at = q;
            while (after - at >= 8 && (load<u64>(at) & HIGH_BITS) == 0) at += 8;
            if (after - at >= 8 || (load<u64>(at) & HIGH_BITS & (((1 as u64) << (u64(after - at) << 3)) - 1)) != 0)
              break;
            store<u32>(slot, u32(q - input));
            store<u32>(slot, size, 4);
            has |= u32(word >> 32);
            p = after;
            count++;
            continue;
          }
          case FLAT_V32: {
            let value = u32(load<u8>(q++));
            if (value >= 0x80) {
              let next = u32(load<u8>(q++));
              value = (value & 0x7f) | (next << 7);
              if (next >= 0x80) {
                next = u32(load<u8>(q++));
                value = (value & 0x3fff) | (next << 14);
                if (next >= 0x80) break;
              }
            }
            if (q > stop) break;
            store<u32>(slot, value);
            has |= u32(word >> 32);
            p = q;
            count++;
            continue;
          }
          case FLAT_BOOL: {
            const value = u32(load<u8>(q++));
            if (value >= 0x80 || q > stop) break;
            store<u32>(slot, u32(value != 0));
            has |= u32(word >> 32);
            p = q;
            count++;
            continue;
          }
          case FLAT_V64: {
            const chunk = load<u64>(q);
            let value = chunk & 0x7f;
            if (chunk & 0x80) {
              const last = ~chunk & HIGH_BITS;
              if (last == 0) break;
              value = joinGroups(chunk & (last ^ (last - 1)));
              q += usize(ctz(last) >> 3);
            }
            if (++q > stop) break;
            store<u64>(slot, value);
            has |= u32(word >> 32);
            p = q;
            count++;
            continue;
          }
          case FLAT_F32: {
            if (i32(stop - q) < 4) break;
            store<u32>(slot, load<u32>(q));
            has |= u32(word >> 32);
            p = q + 4;
            count++;
            continue;
          }
          case FLAT_F64: {
            if (i32(stop - q) < 8) break;
            store<u64>(slot, load<u64>(q));
            has |= u32(word >> 32);
            p = q + 8;
            count++;
            continue;
          }
          case FLAT_PACKED: {
            listWord = word;
            listAt = q;
            break;
          }
          default:
        }
        break;
      }
      if (p >= stop) break;
      if (listAt != 0) {
        const after = takePacked(listAt, stop, row, listWord);
        if (after == 0) break;
        if (packedCount != 0) has |= u32(listWord >> 32);
        count += packedCount + 1;
        p = after;
        continue;
      }
      p = scanLists(p, stop, row, message);
      count += listCount;
      if (!atFlat) break;
    }
    const hasAt = row + (usize(ROW_HAS) << 2);
    store<u32>(hasAt, load<u32>(hasAt) | has);
    if (row == first) {
      taken = p;
      plainCount = count;
      if (p != stop) break;
    } else if (p != stop) {
      rewindTape(row);
      break;
    } else {
      linkRow(list, row);
      taken = p;
      plainCount = count;
    }
    if (p >= end || top > topLimit) break;
    // The next element, if it has the same key.
    let q = p + 1;
    const pair = u32(load<u16>(keyAt));
    if (pair & 0x80) {
      if (pair & 0x8000 || u32(load<u16>(p)) != pair) break;
      q++;
    } else if (u32(load<u8>(p)) != (pair & 0xff)) break;
    let size = u32(load<u8>(q++));
    if (size >= 0x80) {
      const high = u32(load<u8>(q++));
      if (high >= 0x80) break;
      size = (size & 0x7f) | (high << 7);
    }
    if (i32(size) > i32(end - q) || count >= room || room - count - 1 < size) break;
    // As `openRow`, where the room is zeroed already.
    row = top;
    const rowEnd = row + rowBytes;
    if (rowEnd > zeroEnd) {
      row = openRow(message, q, size);
      if (row == 0) break;
    } else {
      store<u32>(row, u32(q - input), 4);
      store<u32>(row, size, 8);
      setTop(rowEnd);
    }
    count++;
    p = q;
    stop = q + usize(size);
  }
  return taken;
}

/** Steps of the last `scanLists`. */
let listCount: u32 = 0;
/** It ended before a flat field. */
let atFlat: bool = false;

/**
 * Reads fields that are not flat, or too long for that loop: texts, list elements, varints.
 * @returns the address of the first key that it did not take: one of a flat field, unless it is the first
 */
function scanLists(start: usize, end: usize, row: usize, message: usize): usize {
  const input = inputPtr;
  const flat = message + usize(load<u32>(message, MESSAGE_FLAT));
  let count: u32 = 0;
  let p = start;
  atFlat = false;
  while (p < end) {
    let q = p + 1;
    let key = u32(load<u8>(p));
    if (key >= 0x80) {
      const high = u32(load<u8>(p, 1));
      if (high >= 0x80) break;
      key = (key & 0x7f) | (high << 7);
      q = p + 2;
    }
    if (key >> 3 >= load<u32>(message, MESSAGE_DENSE)) break;
    if (p != start && load<u64>(flat + usize(key & ~7)) != 0) {
      atFlat = true;
      break;
    }
    const entry = message + MESSAGE_BYTES + usize((key >> 3) * FIELD_BYTES);
    const action = u32(load<u8>(entry + usize(key & 7)));
    const slot = row + usize(load<u32>(entry, FIELD_SLOT));
    if ((key & 7) == 2) {
      const text = action == ONE + KIND_STRING || action == ELEMENT + KIND_STRING;
      if (!text && action != ONE + KIND_BYTES && action != ELEMENT + KIND_BYTES) break;
      let size = u32(load<u8>(q++));
      if (size >= 0x80) {
        const high = u32(load<u8>(q++));
        if (high >= 0x80) break;
        size = (size & 0x7f) | (high << 7);
      }
      // Signed: `end - q` is negative when the length itself is beyond the end. A window is smaller than 2 GiB.
      if (i32(size) > i32(end - q)) break;
      const stop = q + usize(size);
      if (text && !isShortAscii(q, size) && findInvalidUtf8(q, stop) != stop) break;
      if (action < ELEMENT) {
        store<u32>(slot, u32(q - input));
        store<u32>(slot, size, 4);
      } else if (!appendValue64(slot, u64(q - input) | (u64(size) << 32))) break;
      markPresent(row, entry);
      p = stop;
    } else {
      if (action != ONE + KIND_V32 && action != ONE + KIND_I32 && action != ONE + KIND_V64 && action != ONE + KIND_BOOL)
        break;
      const value = readVarint(q);
      if (varintEnd == 0 || varintEnd > end) break;
      if (action == ONE + KIND_V64) store<u64>(slot, value);
      else store<u32>(slot, action == ONE + KIND_BOOL ? u32(value != 0) : u32(value));
      markPresent(row, entry);
      p = varintEnd;
    }
    count++;
  }
  listCount = count;
  return p;
}

/** Expands the packed list whose length is at `start`. @returns the address after it; 0 = not taken */
function takePacked(start: usize, end: usize, row: usize, word: u64): usize {
  let q = start;
  let size = u32(load<u8>(q++));
  if (size >= 0x80) {
    const high = u32(load<u8>(q++));
    if (high >= 0x80) return 0;
    size = (size & 0x7f) | (high << 7);
  }
  const slot = row + usize((u32(word) >> 16) & 0xffff);
  // A list that has values already goes on in the general loop: this one can only undo a list of its own.
  if (i32(size) > i32(end - q) || load<u32>(slot, 8) != 0) return 0;
  const before = top;
  if (expandPacked(slot, q, q + usize(size), (u32(word) >> 8) & 0xff) != 0) {
    rewindTape(before);
    store<u64>(slot, 0);
    store<u32>(slot, 0, 8);
    return 0;
  }
  return q + usize(size);
}

/** Is the text of less than eight bytes, and all of them ASCII? */
function isShortAscii(text: usize, size: u32): bool {
  return size < 8 && (load<u64>(text) & HIGH_BITS & (((1 as u64) << u64(size << 3)) - 1)) == 0;
}

/** Value of a varint of at most eight bytes whose bytes, the last one included, are the low bytes of `chunk`. */
function joinGroups(chunk: u64): u64 {
  let x = chunk & 0x7f7f7f7f7f7f7f7f;
  x = (x & 0x007f007f007f007f) | ((x & 0x7f007f007f007f00) >> 1);
  x = (x & 0x00003fff00003fff) | ((x & 0x3fff00003fff0000) >> 2);
  return (x & 0x000000000fffffff) | ((x & 0x0fffffff00000000) >> 4);
}
