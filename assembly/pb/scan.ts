/**
 * The protobuf wire scanner: one pass over a window of input, driven by a schema table, explicit stack.
 *
 * in:  schema, root message, window bytes          out: the tape (rows and runs) and issue records
 * Rules: unknown fields and wrong wire types are passed over; last scalar wins; a singular message that occurs again
 * is merged; repeated scalars come packed, unpacked or mixed; strings are UTF-8.
 * Source: protobuf.dev "Encoding"; limits and verdicts as the C++ runtime (100 levels pass, 101 fail).
 */
import {
  BAD_WIRE,
  ELEMENT,
  END_GROUP,
  FIELD_BYTES,
  FIELD_CHILD,
  FIELD_KIND,
  FIELD_SLOT,
  FLAG_DELIMITED,
  FLAG_LENIENT,
  FLAG_MORE,
  HAS_MERGED,
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
  MESSAGE_BYTES,
  MESSAGE_DENSE,
  MESSAGE_FIELDS,
  MESSAGE_FIELDS_OFF,
  ONE,
  PACKED,
  REASON_FIELD_NUMBER,
  REASON_LENGTH,
  REASON_LIMIT_DEPTH,
  REASON_LIMIT_STEPS,
  REASON_LIMIT_TABLE,
  REASON_STRAY_END_GROUP,
  REASON_TRUNCATED,
  REASON_UNTERMINATED_GROUP,
  REASON_UTF8,
  REASON_VARINT,
  REASON_WIRE_TYPE,
  RESULT_CONSUMED,
  RESULT_ISSUE_WORDS,
  RESULT_ISSUES,
  RESULT_REASON,
  RESULT_STEPS,
  RESULT_TAPE_WORDS,
  ROW_HAS,
  SKIP_32,
  SKIP_64,
  SKIP_GROUP,
  SKIP_LEN,
  SKIP_VARINT,
  STATUS_ISSUES,
  STATUS_LIMIT,
  STATUS_MALFORMED,
  STATUS_OK,
} from "../layout";
import { FRAME_BYTES, framesPtr, inputPtr, resultPtr, schemaPtr, tapePtr } from "../mem";
import { findInvalidUtf8 } from "../utf8";
import {
  addIssue,
  FRAME_ELEMENT,
  FRAME_END,
  FRAME_FIELD,
  FRAME_GROUP,
  FRAME_MESSAGE,
  FRAME_ROW,
  issueCount,
  issueWords,
  resetIssues,
} from "./issues";
import { expandPacked, packedAt, packedCount } from "./packed";
import { plainCount, scanLeaves } from "./plain";
import { skipAt, skipGroup, skipKeyAt, skipReason, skipSteps } from "./skip";
import {
  appendValue32,
  appendValue64,
  isPresent,
  linkRow,
  markPresent,
  noteUnknown,
  openRow,
  resetTape,
  top,
  wordIndex,
} from "./tape";
import { readVarint, varintEnd, varintFault, zigzag32, zigzag64 } from "./varint";

/** Eight bytes of actions for a field that the schema does not know. */
const UNKNOWN_ACTIONS: u64 =
  u64(SKIP_VARINT) |
  (u64(SKIP_64) << 8) |
  (u64(SKIP_LEN) << 16) |
  (u64(SKIP_GROUP) << 24) |
  (u64(END_GROUP) << 32) |
  (u64(SKIP_32) << 40) |
  (u64(BAD_WIRE) << 48) |
  (u64(BAD_WIRE) << 56);

/**
 * Scans `length` bytes at the input area as message type `messageIx`.
 *
 * A window ends early, between two fields of the root, when the tape has grown beyond `softTapeBytes`;
 * RESULT_CONSUMED says how far it came. The function is long because its locals are the decoder's registers: splitting
 * the loop costs a third of the throughput.
 */
export function scan(messageIx: u32, length: u32, flags: u32, maxDepth: u32, maxSteps: u32, softTapeBytes: u32): u32 {
  resetIssues();
  resetTape();
  const lenient = (flags & FLAG_LENIENT) != 0;
  const more = (flags & FLAG_MORE) != 0;
  const delimited = (flags & FLAG_DELIMITED) != 0;
  const softTop = tapePtr + usize(softTapeBytes);
  const input = inputPtr;
  const schema = schemaPtr;
  let p = input;
  let end = p + usize(length);
  let message = schemaPtr + usize(load<u32>(schemaPtr + (usize(messageIx + 1) << 2)));
  let frame = framesPtr;
  let depth: u32 = 0;
  let group: u32 = 0;
  let steps: u32 = 0;
  let keyAt = p;
  let reason: u32 = 0;
  let row = openRow(message, p, length);
  if (row == 0) return finish(REASON_LIMIT_TABLE, p, 0);

  /** The tape has grown beyond `softTop` between two fields of the root: the window ends here. */
  let full = false;
  while (!full) {
    keyAt = p;
    let at = p;
    // The key of the field at fault: inside an unknown group it is not the group's.
    let faultKey = p;
    let detail: u32 = 0;
    let field: u32 = 0;
    reason = 0;
    if (p >= end) {
      if (depth == 0) break;
      if (group != 0) reason = REASON_UNTERMINATED_GROUP;
      else {
        frame -= FRAME_BYTES;
        depth--;
        end = usize(load<u32>(frame, FRAME_END));
        row = usize(load<u32>(frame, FRAME_ROW));
        message = usize(load<u32>(frame, FRAME_MESSAGE));
        group = load<u32>(frame, FRAME_GROUP);
        if (depth == 0 && top > softTop && p < end) break;
        continue;
      }
    } else if (++steps > maxSteps) {
      reason = REASON_LIMIT_STEPS;
    } else {
      // The key: field number and wire type. In a delimited run every record is field 1 and has no key.
      let wire: u32 = 2;
      if (delimited && depth == 0) field = 1;
      else {
        let key = u32(load<u8>(p));
        if (key < 0x80) {
          p++;
          wire = key & 7;
          field = key >> 3;
        } else {
          const wide = readVarint(p);
          p = varintEnd;
          if (p == 0 || p > end) reason = varintFault(keyAt, end);
          else if (p - keyAt > 5) reason = REASON_VARINT;
          else if (wide > 0xffffffff) reason = REASON_FIELD_NUMBER;
          key = u32(wide);
          wire = key & 7;
          field = key >> 3;
        }
        if (reason == 0 && field == 0) reason = REASON_FIELD_NUMBER;
      }

      let body: u32 = 0;
      if (wire == 2 && reason == 0) {
        at = p;
        body = u32(load<u8>(p++));
        // Signed: `end - p` is -1 when the length itself is beyond the end. A window is smaller than 2 GiB.
        if (body >= 0x80 || i32(body) > i32(end - p)) {
          const size = readVarint(at);
          p = varintEnd;
          body = u32(size);
          if (p == 0 || p > end) reason = varintFault(at, end);
          else if (size > u64(end - p)) {
            detail = size > 0xffffffff ? 0xffffffff : body;
            if (!lenient || (more && depth == 0)) reason = REASON_LENGTH;
            else {
              addIssue(REASON_LENGTH, keyAt, at, detail, field, depth);
              body = u32(end - p);
            }
          }
        }
      }

      if (reason == 0) {
        const entry =
          field < load<u32>(message, MESSAGE_DENSE)
            ? message + MESSAGE_BYTES + usize(field * FIELD_BYTES)
            : findSparse(message, field);
        const action = entry == 0 ? u32((UNKNOWN_ACTIONS >> (wire << 3)) & 0xff) : u32(load<u8>(entry + usize(wire)));
        at = p;
        switch (action) {
          case ONE + KIND_STRING: {
            const bad = findInvalidUtf8(p, p + body);
            if (bad != p + body) {
              at = bad;
              if (!lenient) {
                reason = REASON_UTF8;
                break;
              }
              addIssue(REASON_UTF8, keyAt, bad, 0, field, depth);
            }
            const slot = row + usize(load<u32>(entry, FIELD_SLOT));
            store<u32>(slot, u32(p - input));
            store<u32>(slot, body, 4);
            markPresent(row, entry);
            p += body;
            continue;
          }
          case ONE + KIND_BYTES: {
            const slot = row + usize(load<u32>(entry, FIELD_SLOT));
            store<u32>(slot, u32(p - input));
            store<u32>(slot, body, 4);
            markPresent(row, entry);
            p += body;
            continue;
          }
          case ONE + KIND_I32:
          case ONE + KIND_V32:
          case ONE + KIND_S32:
          case ONE + KIND_BOOL: {
            let value = u32(load<u8>(p));
            let next = p + 1;
            if (value >= 0x80) {
              const wide = readVarint(p);
              next = varintEnd;
              value = action == ONE + KIND_BOOL ? u32(wide != 0) : u32(wide);
            } else if (action == ONE + KIND_BOOL) value = u32(value != 0);
            if (next == 0 || next > end) {
              reason = varintFault(p, end);
              break;
            }
            store<u32>(row + usize(load<u32>(entry, FIELD_SLOT)), action == ONE + KIND_S32 ? zigzag32(value) : value);
            markPresent(row, entry);
            p = next;
            continue;
          }
          case ONE + KIND_V64:
          case ONE + KIND_S64: {
            const value = readVarint(p);
            if (varintEnd == 0 || varintEnd > end) {
              reason = varintFault(p, end);
              break;
            }
            p = varintEnd;
            store<u64>(row + usize(load<u32>(entry, FIELD_SLOT)), action == ONE + KIND_S64 ? zigzag64(value) : value);
            markPresent(row, entry);
            continue;
          }
          case ONE + KIND_F32: {
            if (end - p < 4) {
              reason = REASON_TRUNCATED;
              break;
            }
            store<u32>(row + usize(load<u32>(entry, FIELD_SLOT)), load<u32>(p));
            markPresent(row, entry);
            p += 4;
            continue;
          }
          case ONE + KIND_F64: {
            if (end - p < 8) {
              reason = REASON_TRUNCATED;
              break;
            }
            store<u64>(row + usize(load<u32>(entry, FIELD_SLOT)), load<u64>(p));
            markPresent(row, entry);
            p += 8;
            continue;
          }
          case ONE + KIND_MESSAGE:
          case ELEMENT + KIND_MESSAGE:
          case ONE + KIND_GROUP:
          case ELEMENT + KIND_GROUP: {
            const isGroup = wire == 3;
            if (isGroup && depth == 0 && more) {
              // A group that does not end in this window is left for the next one, untouched.
              if (skipGroup(p, end, field, frame, maxDepth + 1) == 0 && skipReason != REASON_LIMIT_DEPTH) {
                reason = REASON_TRUNCATED;
                break;
              }
            }
            if (depth >= maxDepth) {
              reason = REASON_LIMIT_DEPTH;
              at = keyAt;
              break;
            }
            const child = schema + usize(load<u32>(entry, FIELD_CHILD));
            const slot = row + usize(load<u32>(entry, FIELD_SLOT));
            let element: u32 = 0xffffffff;
            let inner: usize;
            if (action == ONE + KIND_MESSAGE || action == ONE + KIND_GROUP) {
              inner = enterSingular(row, entry, slot, child, p, body);
            } else {
              inner = openRow(child, p, body);
              if (inner != 0) {
                element = linkRow(slot, inner);
                markPresent(row, entry);
              }
            }
            if (inner == 0) {
              reason = REASON_LIMIT_TABLE;
              break;
            }
            if (!isGroup) {
              // Most messages are leaves of plain fields: they need no frame. Of a list, the next ones come along.
              const stop = p + usize(body);
              const room = maxSteps - steps;
              if (element == 0xffffffff || (delimited && depth == 0)) {
                p = scanLeaves(p, stop, inner, child, room, stop, keyAt, slot, 0);
              } else {
                p = scanLeaves(p, stop, inner, child, room, end, keyAt, slot, depth == 0 ? softTop : usize.MAX_VALUE);
              }
              steps += plainCount;
              if (p >= stop) {
                full = depth == 0 && top > softTop && p < end;
                continue;
              }
              body = u32(stop - p);
            }
            store<u32>(frame, u32(end), FRAME_END);
            store<u32>(frame, u32(row), FRAME_ROW);
            store<u32>(frame, u32(message), FRAME_MESSAGE);
            store<u32>(frame, group, FRAME_GROUP);
            store<u32>(frame, field, FRAME_FIELD);
            store<u32>(frame, element, FRAME_ELEMENT);
            frame += FRAME_BYTES;
            depth++;
            row = inner;
            message = child;
            group = isGroup ? field : 0;
            if (!isGroup) end = p + usize(body);
            continue;
          }
          case END_GROUP: {
            if (group == 0 || group != field) {
              reason = REASON_STRAY_END_GROUP;
              at = keyAt;
              break;
            }
            store<u32>(row, u32(keyAt - input) - load<u32>(row, 4), 8);
            frame -= FRAME_BYTES;
            depth--;
            end = usize(load<u32>(frame, FRAME_END));
            row = usize(load<u32>(frame, FRAME_ROW));
            message = usize(load<u32>(frame, FRAME_MESSAGE));
            group = load<u32>(frame, FRAME_GROUP);
            continue;
          }
          case SKIP_VARINT: {
            readVarint(p);
            if (varintEnd == 0 || varintEnd > end) {
              reason = varintFault(p, end);
              break;
            }
            p = varintEnd;
            if (noteUnknown(row, message, keyAt, p)) continue;
            reason = REASON_LIMIT_TABLE;
            break;
          }
          case SKIP_64:
          case SKIP_32: {
            const size: usize = action == SKIP_64 ? 8 : 4;
            if (end - p < size) {
              reason = REASON_TRUNCATED;
              break;
            }
            p += size;
            if (noteUnknown(row, message, keyAt, p)) continue;
            reason = REASON_LIMIT_TABLE;
            break;
          }
          case SKIP_LEN: {
            p += body;
            if (noteUnknown(row, message, keyAt, p)) continue;
            reason = REASON_LIMIT_TABLE;
            break;
          }
          case SKIP_GROUP: {
            // Group numbers are kept where deeper frames would be: 4 bytes each, so the room is there.
            if (depth >= maxDepth) {
              reason = REASON_LIMIT_DEPTH;
              at = keyAt;
              break;
            }
            const next = skipGroup(p, end, field, frame, maxDepth - depth);
            steps += skipSteps;
            if (next == 0) {
              reason = skipReason;
              at = skipAt;
              faultKey = reason == REASON_UNTERMINATED_GROUP ? at : skipKeyAt;
              if (more && depth == 0 && reason == REASON_UNTERMINATED_GROUP) reason = REASON_TRUNCATED;
              break;
            }
            p = next;
            if (noteUnknown(row, message, keyAt, p)) continue;
            reason = REASON_LIMIT_TABLE;
            break;
          }
          case BAD_WIRE: {
            reason = REASON_WIRE_TYPE;
            at = keyAt;
            detail = wire;
            break;
          }
          default: {
            const slot = row + usize(load<u32>(entry, FIELD_SLOT));
            const kind = u32(load<u8>(entry, FIELD_KIND));
            if (action >= PACKED) {
              reason = expandPacked(slot, p, p + usize(body), kind);
              steps += packedCount;
              at = packedAt;
              if (packedCount != 0) markPresent(row, entry);
              if (reason != 0 && lenient && reason != REASON_LIMIT_TABLE) {
                addIssue(reason, keyAt, at, 0, field, depth);
                reason = 0;
              }
              p += usize(body);
            } else {
              const next = appendElement(slot, p, end, body, kind);
              if (elementReason == REASON_UTF8 && lenient) {
                addIssue(REASON_UTF8, keyAt, elementAt, 0, field, depth);
                appendValue64(slot, u64(p - input) | (u64(body) << 32));
                markPresent(row, entry);
                p += usize(body);
                continue;
              }
              reason = elementReason;
              if (reason != 0) at = elementAt;
              else {
                p = next;
                markPresent(row, entry);
              }
            }
            if (reason == 0) continue;
          }
        }
      }
    }

    // Something is wrong with the field at keyAt.
    if (more && depth == 0 && (reason == REASON_TRUNCATED || reason == REASON_LENGTH)) {
      p = keyAt;
      reason = 0;
      break;
    }
    addIssue(reason, faultKey, at, detail, field, depth);
    if (!lenient || reason >= REASON_LIMIT_TABLE) {
      p = keyAt;
      break;
    }
    // Give up the innermost message whose extent is known; groups inside it go with it.
    while (depth != 0 && group != 0) {
      store<u32>(row, u32(keyAt - input) - load<u32>(row, 4), 8);
      frame -= FRAME_BYTES;
      depth--;
      end = usize(load<u32>(frame, FRAME_END));
      row = usize(load<u32>(frame, FRAME_ROW));
      message = usize(load<u32>(frame, FRAME_MESSAGE));
      group = load<u32>(frame, FRAME_GROUP);
    }
    if (depth == 0) {
      p = keyAt;
      break;
    }
    p = end;
  }
  return finish(reason, p, steps);
}

/** The row that a singular message goes to: a new one, or the present one when the field occurs again. */
function enterSingular(row: usize, entry: usize, slot: usize, child: usize, body: usize, length: u32): usize {
  if (isPresent(row, entry)) {
    const inner = tapePtr + (usize(load<u32>(slot)) << 2);
    store<u32>(inner + (usize(ROW_HAS) << 2), load<u32>(inner + (usize(ROW_HAS) << 2)) | HAS_MERGED);
    store<u32>(inner, u32(body - inputPtr), 4);
    store<u32>(inner, length, 8);
    return inner;
  }
  const inner = openRow(child, body, length);
  if (inner == 0) return 0;
  store<u32>(slot, wordIndex(inner));
  markPresent(row, entry);
  return inner;
}

let elementReason: u32 = 0;
let elementAt: usize = 0;

/** Appends one unpacked element of a repeated scalar. @returns the address after it; see `elementReason`. */
function appendElement(slot: usize, p: usize, end: usize, body: u32, kind: u32): usize {
  elementReason = 0;
  elementAt = p;
  let next = p;
  let room: bool = true;
  if (kind == KIND_STRING || kind == KIND_BYTES) {
    next = p + usize(body);
    if (kind == KIND_STRING) {
      elementAt = findInvalidUtf8(p, next);
      if (elementAt != next) {
        elementReason = REASON_UTF8;
        return 0;
      }
    }
    room = appendValue64(slot, u64(p - inputPtr) | (u64(body) << 32));
  } else if (kind == KIND_F32 || kind == KIND_F64) {
    const size: usize = kind == KIND_F32 ? 4 : 8;
    if (end - p < size) {
      elementReason = REASON_TRUNCATED;
      return 0;
    }
    next = p + size;
    room = kind == KIND_F32 ? appendValue32(slot, load<u32>(p)) : appendValue64(slot, load<u64>(p));
  } else {
    const value = readVarint(p);
    next = varintEnd;
    if (next == 0 || next > end) {
      elementReason = varintFault(p, end);
      return 0;
    }
    if (kind == KIND_V64) room = appendValue64(slot, value);
    else if (kind == KIND_S64) room = appendValue64(slot, zigzag64(value));
    else if (kind == KIND_S32) room = appendValue32(slot, zigzag32(u32(value)));
    else if (kind == KIND_BOOL) room = appendValue32(slot, u32(value != 0));
    else room = appendValue32(slot, u32(value));
  }
  if (!room) elementReason = REASON_LIMIT_TABLE;
  return next;
}

/** Entry of a field whose number is beyond the dense part, by binary search; 0 when unknown. */
export function findSparse(message: usize, field: u32): usize {
  let low: u32 = 0;
  let high = load<u32>(message, MESSAGE_FIELDS);
  const list = schemaPtr + usize(load<u32>(message, MESSAGE_FIELDS_OFF));
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = list + (usize(middle) << 3);
    const number = load<u32>(at);
    if (number == field) return schemaPtr + usize(load<u32>(at, 4));
    if (number < field) low = middle + 1;
    else high = middle;
  }
  return 0;
}

function finish(reason: u32, p: usize, steps: u32): u32 {
  putResult(RESULT_REASON, reason);
  putResult(RESULT_CONSUMED, u32(p - inputPtr));
  putResult(RESULT_TAPE_WORDS, wordIndex(top));
  putResult(RESULT_ISSUES, issueCount);
  putResult(RESULT_ISSUE_WORDS, issueWords());
  putResult(RESULT_STEPS, steps);
  if (reason >= REASON_LIMIT_TABLE) return STATUS_LIMIT;
  if (reason != 0) return STATUS_MALFORMED;
  return issueCount == 0 ? STATUS_OK : STATUS_ISSUES;
}

function putResult(word: u32, value: u32): void {
  store<u32>(resultPtr + (usize(word) << 2), value);
}
