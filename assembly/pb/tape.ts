/**
 * The tape: rows of messages and runs of repeated values, appended in the order in which they are met. Rows never
 * move, so a word index names one for ever. Layout in ../layout.ts.
 */
import {
  FIELD_CLEAR,
  FIELD_HAS_MASK,
  FIELD_HAS_OFF,
  FIELD_ONEOF,
  HAS_UNKNOWN,
  MESSAGE_ROW_BYTES,
  MESSAGE_UNKNOWN_SLOT,
  ROW_HAS,
  RUN_NARROW,
} from "../layout";
import { growTape, inputPtr, tapeEnd, tapePtr } from "../mem";

/** Next free address. */
export let top: usize = 0;

/** Zeroes from `top` to here; behind, the tape of the window before. */
export let zeroEnd: usize = 0;
/** Zeroed at a time: a page of cache lines that the next rows fill. */
const ZERO_BYTES: usize = 4096;

export function resetTape(): void {
  top = tapePtr;
  zeroEnd = tapePtr;
}

export function wordIndex(at: usize): u32 {
  return u32(at - tapePtr) >> 2;
}

/** A zeroed row for a message whose body is `length` bytes at `body`; 0 when the table limit is reached. */
export function openRow(message: usize, body: usize, length: u32): usize {
  const bytes = usize(load<u32>(message, MESSAGE_ROW_BYTES));
  const row = top;
  if (bytes > tapeEnd - row && !growTape(row, bytes)) return 0;
  const end = row + bytes;
  if (end > zeroEnd) zeroAhead(row, end);
  store<u32>(row, u32(body - inputPtr), 4);
  store<u32>(row, length, 8);
  top = end;
  return row;
}

/** For who fills zeroed room in place of `openRow`; never beyond `zeroEnd`. */
export function setTop(at: usize): void {
  top = at;
}

/** Zeroes in bulk, for the row that ends at `end` and the rows after it: word by word it would take longer than reading them. */
function zeroAhead(row: usize, end: usize): void {
  const from = zeroEnd > row ? zeroEnd : row;
  const wanted = end - from > ZERO_BYTES ? end - from : ZERO_BYTES;
  const bytes = wanted < tapeEnd - from ? wanted : tapeEnd - from;
  memory.fill(from, 0, bytes);
  zeroEnd = from + bytes;
}

/** Gives back the newest row and what follows it, which nothing is linked to yet. */
export function rewindTape(row: usize): void {
  const dirty = top < zeroEnd ? top : zeroEnd;
  if (dirty > row) memory.fill(row, 0, dirty - row);
  top = row;
}

/** Sets the field's presence bit; in a oneof the other members lose theirs. */
export function markPresent(row: usize, entry: usize): void {
  const at = row + usize(load<u16>(entry, FIELD_HAS_OFF));
  const clear = load<u32>(entry, FIELD_CLEAR);
  if (clear == 0) {
    store<u32>(at, load<u32>(at) | load<u32>(entry, FIELD_HAS_MASK));
    return;
  }
  if (clear == 0xffffffff) clearWideOneof(row, load<u32>(entry, FIELD_ONEOF));
  store<u32>(at, (load<u32>(at) & ~clear) | load<u32>(entry, FIELD_HAS_MASK));
}

export function isPresent(row: usize, entry: usize): bool {
  return (load<u32>(row + usize(load<u16>(entry, FIELD_HAS_OFF))) & load<u32>(entry, FIELD_HAS_MASK)) != 0;
}

function clearWideOneof(row: usize, range: u32): void {
  const first = row + usize(range >> 16);
  const words = range & 0xffff;
  for (let i: u32 = 0; i < words; i++) store<u32>(first + usize(i << 2), 0);
}

/** Appends a row to a repeated field. @returns its index among the elements. */
export function linkRow(slot: usize, row: usize): u32 {
  const count = load<u32>(slot, 8);
  const ix = wordIndex(row);
  if (count == 0) store<u32>(slot, ix);
  else store<u32>(tapePtr + (usize(load<u32>(slot, 4)) << 2), ix);
  store<u32>(slot, ix, 4);
  store<u32>(slot, count + 1, 8);
  return count;
}

/**
 * The run at the end of the tape that the next value of the list goes to; 0 when the table limit is reached. A run is
 * either wide or narrow (`flag`), and takes further values only of its own width.
 */
export function openRun(slot: usize, valueBytes: u32, flag: u32, room: usize): usize {
  let last: usize = 0;
  if (load<u32>(slot, 8) != 0) {
    last = tapePtr + (usize(load<u32>(slot, 4)) << 2);
    const count = load<u32>(last, 4);
    if ((count & RUN_NARROW) == flag && last + 8 + usize(count & ~RUN_NARROW) * valueBytes == top) {
      return room > tapeEnd - top && !growTape(top, room) ? 0 : last;
    }
  }
  const run = top;
  if (room + 8 > tapeEnd - run && !growTape(run, room + 8)) return 0;
  store<u32>(run, 0);
  store<u32>(run, flag, 4);
  top = run + 8;
  const ix = wordIndex(run);
  if (last == 0) store<u32>(slot, ix);
  else store<u32>(last, ix);
  store<u32>(slot, ix, 4);
  return run;
}

/** Closes a run whose values now end at `end`. */
export function closeRun(slot: usize, run: usize, end: usize, added: u32): void {
  top = end;
  store<u32>(run, load<u32>(run, 4) + added, 4);
  store<u32>(slot, load<u32>(slot, 8) + added, 8);
}

/** Appends one 32-bit value to a repeated field. @returns false when the table limit is reached. */
export function appendValue32(slot: usize, value: u32): bool {
  const run = openRun(slot, 4, 0, 4);
  if (run == 0) return false;
  store<u32>(top, value);
  closeRun(slot, run, top + 4, 1);
  return true;
}

/** Appends one 64-bit value, or an (offset, length) pair with the offset in the low word. */
export function appendValue64(slot: usize, value: u64): bool {
  const run = openRun(slot, 8, 0, 8);
  if (run == 0) return false;
  store<u64>(top, value);
  closeRun(slot, run, top + 8, 1);
  return true;
}

/** Notes an unknown field of `row`, its key included. @returns false when the table limit is reached. */
export function noteUnknown(row: usize, message: usize, keyAt: usize, end: usize): bool {
  store<u32>(row + (usize(ROW_HAS) << 2), load<u32>(row + (usize(ROW_HAS) << 2)) | HAS_UNKNOWN);
  const slot = load<u32>(message, MESSAGE_UNKNOWN_SLOT);
  if (slot == 0) return true;
  return appendValue64(row + usize(slot), u64(keyAt - inputPtr) | (u64(end - keyAt) << 32));
}
