/**
 * The encoder: the inverse of the scanner, over the same schema and the same rows. Two passes with an explicit stack:
 * sizes (kept in ROW_BODY_LEN), then bytes. Fields go out by number, unknown fields behind them, byte for byte.
 *
 * The tape must be one that pb_scan wrote or src/js/abi/tape-writer.ts built: its word indices are trusted.
 */
import {
  FIELD_CHILD,
  FIELD_FLAGS,
  FIELD_IMPLICIT,
  FIELD_KIND,
  FIELD_PACKED,
  FIELD_REPEATED,
  FIELD_SLOT,
  KIND_BOOL,
  KIND_BYTES,
  KIND_F32,
  KIND_F64,
  KIND_GROUP,
  KIND_I32,
  KIND_MESSAGE,
  KIND_S32,
  KIND_S64,
  KIND_STRING,
  KIND_V32,
  KIND_V64,
  MESSAGE_FIELDS,
  MESSAGE_FIELDS_OFF,
  MESSAGE_UNKNOWN_SLOT,
  REASON_LIMIT_DEPTH,
  REASON_LIMIT_MEMORY,
  RESULT_CONSUMED,
  RESULT_OUTPUT_BYTES,
  RESULT_REASON,
  RUN_NARROW,
  STATUS_LIMIT,
  STATUS_OK,
} from "../layout";
import { FRAME_BYTES, framesPtr, growTape, inputPtr, MAX_DEPTH, resultPtr, schemaPtr, tapeEnd, tapePtr } from "../mem";
import { isPresent } from "./tape";
import { varintSize, writeVarint } from "./varint";

const WIRE_LEN: u32 = 2;
const WIRE_GROUP: u32 = 3;
const WIRE_END_GROUP: u32 = 4;

// Words of a frame: where to go on in the parent.
const FRAME_ROW: u32 = 0;
const FRAME_MESSAGE: u32 = 4;
const FRAME_NEXT_FIELD: u32 = 8;
const FRAME_ELEMENT: u32 = 12;
const FRAME_SIZE: u32 = 16;
const FRAME_CLOSING: u32 = 20;

let out: usize = 0;

/** Encodes the message at word 0 of a tape of `tapeWords`. RESULT_CONSUMED is the address of the bytes. */
export function encode(messageIx: u32, tapeWords: u32): u32 {
  const message = schemaPtr + usize(load<u32>(schemaPtr + (usize(messageIx + 1) << 2)));
  if (!walk(message, false)) return stop(REASON_LIMIT_DEPTH);
  const size = usize(load<u32>(tapePtr, 8));
  const start = tapePtr + (usize(tapeWords) << 2);
  if (size + 16 > tapeEnd - start && !growTape(start, size + 16)) return stop(REASON_LIMIT_MEMORY);
  out = start;
  walk(message, true);
  store<u32>(resultPtr + (usize(RESULT_CONSUMED) << 2), u32(start));
  store<u32>(resultPtr + (usize(RESULT_OUTPUT_BYTES) << 2), u32(out - start));
  return STATUS_OK;
}

function stop(reason: u32): u32 {
  store<u32>(resultPtr + (usize(RESULT_REASON) << 2), reason);
  return STATUS_LIMIT;
}

/** One pass over all rows: computes sizes, or writes. @returns false when messages nest deeper than the stack. */
function walk(root: usize, writing: bool): bool {
  let frame = framesPtr;
  let depth: u32 = 0;
  let message = root;
  let row = tapePtr;
  let fieldIx: u32 = 0;
  // Word index of the next element of the repeated message field being walked; 0 = the field is not begun or done.
  let element: u32 = 0;
  let size: u32 = 0;
  while (depth < MAX_DEPTH) {
    if (fieldIx == load<u32>(message, MESSAGE_FIELDS)) {
      const unknown = load<u32>(message, MESSAGE_UNKNOWN_SLOT);
      if (unknown != 0) size += copyUnknown(row + usize(unknown), writing);
      if (!writing) store<u32>(row, size, 8);
      if (depth == 0) return true;
      const inner = size;
      frame -= FRAME_BYTES;
      depth--;
      row = usize(load<u32>(frame, FRAME_ROW));
      message = usize(load<u32>(frame, FRAME_MESSAGE));
      fieldIx = load<u32>(frame, FRAME_NEXT_FIELD);
      element = load<u32>(frame, FRAME_ELEMENT);
      const closing = load<u32>(frame, FRAME_CLOSING);
      if (writing && closing != 0) out = writeVarint(out, u64(closing));
      size = load<u32>(frame, FRAME_SIZE) + inner + (closing != 0 ? varintSize(u64(closing)) : varintSize(u64(inner)));
      continue;
    }
    const item = schemaPtr + usize(load<u32>(message, MESSAGE_FIELDS_OFF)) + (usize(fieldIx) << 3);
    const number = load<u32>(item);
    const entry = schemaPtr + usize(load<u32>(item, 4));
    const kind = u32(load<u8>(entry, FIELD_KIND));
    const flags = u32(load<u8>(entry, FIELD_FLAGS));
    const repeated = (flags & FIELD_REPEATED) != 0;
    const slot = row + usize(load<u32>(entry, FIELD_SLOT));
    if (element == 0 && (!isPresent(row, entry) || ((flags & FIELD_IMPLICIT) != 0 && isZero(slot, kind)))) {
      fieldIx++;
      continue;
    }
    if (kind != KIND_MESSAGE && kind != KIND_GROUP) {
      size += repeated ? putList(slot, number, kind, entry, writing) : putOne(slot, number, kind, writing);
      fieldIx++;
      continue;
    }
    const ix = element != 0 ? element : load<u32>(slot);
    const child = tapePtr + (usize(ix) << 2);
    const next = repeated ? load<u32>(child) : 0;
    const tag = (number << 3) | (kind == KIND_GROUP ? WIRE_GROUP : WIRE_LEN);
    if (writing) {
      out = writeVarint(out, u64(tag));
      if (kind == KIND_MESSAGE) out = writeVarint(out, u64(load<u32>(child, 8)));
    }
    store<u32>(frame, u32(row), FRAME_ROW);
    store<u32>(frame, u32(message), FRAME_MESSAGE);
    store<u32>(frame, next == 0 ? fieldIx + 1 : fieldIx, FRAME_NEXT_FIELD);
    store<u32>(frame, next, FRAME_ELEMENT);
    store<u32>(frame, size + varintSize(u64(tag)), FRAME_SIZE);
    store<u32>(frame, kind == KIND_GROUP ? (number << 3) | WIRE_END_GROUP : 0, FRAME_CLOSING);
    frame += FRAME_BYTES;
    depth++;
    row = child;
    message = schemaPtr + usize(load<u32>(entry, FIELD_CHILD));
    fieldIx = 0;
    element = 0;
    size = 0;
  }
  return false;
}

/** Zero, or empty, bit for bit: -0.0 is not. */
function isZero(slot: usize, kind: u32): bool {
  if (kind == KIND_STRING || kind == KIND_BYTES) return load<u32>(slot, 4) == 0;
  if (kind == KIND_V64 || kind == KIND_S64 || kind == KIND_F64) return load<u64>(slot) == 0;
  return load<u32>(slot) == 0;
}

function wireOf(kind: u32): u32 {
  if (kind == KIND_F32) return 5;
  if (kind == KIND_F64) return 1;
  return kind == KIND_STRING || kind == KIND_BYTES ? WIRE_LEN : 0;
}

function putOne(slot: usize, number: u32, kind: u32, writing: bool): u32 {
  const tag = u64((number << 3) | wireOf(kind));
  if (writing) out = writeVarint(out, tag);
  return varintSize(tag) + putValue(slot, kind, writing);
}

/** A value without its tag. @returns its size. */
function putValue(at: usize, kind: u32, writing: bool): u32 {
  if (kind == KIND_STRING || kind == KIND_BYTES) return putSpan(at, true, writing);
  if (kind == KIND_F32 || kind == KIND_F64) {
    const bytes: u32 = kind == KIND_F32 ? 4 : 8;
    if (writing) {
      memory.copy(out, at, usize(bytes));
      out += usize(bytes);
    }
    return bytes;
  }
  const value = varintOf(at, kind);
  if (writing) out = writeVarint(out, value);
  return varintSize(value);
}

function varintOf(at: usize, kind: u32): u64 {
  if (kind == KIND_V32 || kind == KIND_BOOL) return u64(load<u32>(at));
  if (kind == KIND_I32) return u64(i64(load<i32>(at)));
  if (kind == KIND_S32) {
    const value = load<i32>(at);
    return u64(u32((value << 1) ^ (value >> 31)));
  }
  if (kind == KIND_S64) {
    const value = load<i64>(at);
    return u64((value << 1) ^ (value >> 63));
  }
  return load<u64>(at);
}

/** Bytes of the heap, with their length in front where it is a field's value. */
function putSpan(at: usize, prefixed: bool, writing: bool): u32 {
  const length = load<u32>(at, 4);
  if (writing) {
    if (prefixed) out = writeVarint(out, u64(length));
    memory.copy(out, inputPtr + usize(load<u32>(at)), usize(length));
    out += usize(length);
  }
  return length + (prefixed ? varintSize(u64(length)) : 0);
}

function putList(slot: usize, number: u32, kind: u32, entry: usize, writing: bool): u32 {
  const first = load<u32>(slot);
  if ((load<u8>(entry, FIELD_FLAGS) & u8(FIELD_PACKED)) == 0) return putElements(first, number, kind, false, writing);
  const body = putElements(first, number, kind, true, false);
  const tag = u64((number << 3) | WIRE_LEN);
  if (writing) {
    out = writeVarint(writeVarint(out, tag), u64(body));
    putElements(first, number, kind, true, true);
  }
  return varintSize(tag) + varintSize(u64(body)) + body;
}

/** A 64-bit integer that is kept in one word. */
function putNarrow(at: usize, number: u32, kind: u32, packed: bool, writing: bool): u32 {
  const tag = u64(number << 3);
  const value = kind == KIND_S64 ? u64(load<u32>(at)) << 1 : u64(load<u32>(at));
  if (writing) out = writeVarint(packed ? out : writeVarint(out, tag), value);
  return varintSize(value) + (packed ? 0 : varintSize(tag));
}

/** All values of a list of runs, packed or each with its tag. */
function putElements(first: u32, number: u32, kind: u32, packed: bool, writing: bool): u32 {
  const wide = kind == KIND_F64 || kind == KIND_S64 || kind == KIND_STRING || kind == KIND_BYTES || kind == KIND_V64;
  const stride: usize = wide ? 8 : 4;
  let size: u32 = 0;
  let ix = first;
  do {
    const run = tapePtr + (usize(ix) << 2);
    const count = load<u32>(run, 4);
    const narrow = (count & RUN_NARROW) != 0;
    const step: usize = narrow ? 4 : stride;
    const end = run + 8 + usize(count & ~RUN_NARROW) * step;
    for (let at = run + 8; at < end; at += step) {
      if (narrow) size += putNarrow(at, number, kind, packed, writing);
      else size += packed ? putValue(at, kind, writing) : putOne(at, number, kind, writing);
    }
    ix = load<u32>(run);
  } while (ix != 0);
  return size;
}

function copyUnknown(slot: usize, writing: bool): u32 {
  if (load<u32>(slot, 8) == 0) return 0;
  let size: u32 = 0;
  let ix = load<u32>(slot);
  do {
    const run = tapePtr + (usize(ix) << 2);
    const end = run + 8 + (usize(load<u32>(run, 4)) << 3);
    for (let at = run + 8; at < end; at += 8) size += putSpan(at, false, writing);
    ix = load<u32>(run);
  } while (ix != 0);
  return size;
}
