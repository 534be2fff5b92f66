/** Skipping what the schema does not know. */
import {
  REASON_FIELD_NUMBER,
  REASON_LENGTH,
  REASON_LIMIT_DEPTH,
  REASON_STRAY_END_GROUP,
  REASON_TRUNCATED,
  REASON_UNTERMINATED_GROUP,
  REASON_VARINT,
  REASON_WIRE_TYPE,
} from "../layout";
import { readVarint, varintEnd, varintFault } from "./varint";

/** After a failed skip: why, the key of the field at fault, and the byte at fault. */
export let skipReason: u32 = 0;
export let skipKeyAt: usize = 0;
export let skipAt: usize = 0;
/** Fields passed over by the last `skipGroup`, for the step count. */
export let skipSteps: u32 = 0;

/**
 * Passes over a group whose start tag has been read. Nested groups are counted on `numbers`, an area of u32 that has
 * room for `room` entries; nesting beyond it is the depth limit.
 * @returns the address after the matching end tag, or 0 with `skipReason`.
 */
export function skipGroup(start: usize, end: usize, number: u32, numbers: usize, room: u32): usize {
  let p = start;
  let open: u32 = 0;
  store<u32>(numbers, number);
  skipSteps = 0;
  while (p < end) {
    skipKeyAt = p;
    skipSteps++;
    const key = readVarint(p);
    p = varintEnd;
    if (p == 0 || p > end) return fail(varintFault(skipKeyAt, end), skipKeyAt);
    if (p - skipKeyAt > 5) return fail(REASON_VARINT, skipKeyAt);
    const field = key >> 3;
    if (field == 0 || field > 0x1fffffff) return fail(REASON_FIELD_NUMBER, skipKeyAt);
    const wire = u32(key) & 7;
    if (wire > 5) return fail(REASON_WIRE_TYPE, skipKeyAt);
    if (wire == 3) {
      if (++open >= room) return fail(REASON_LIMIT_DEPTH, skipKeyAt);
      store<u32>(numbers + (usize(open) << 2), u32(field));
    } else if (wire == 4) {
      if (load<u32>(numbers + (usize(open) << 2)) != u32(field)) return fail(REASON_STRAY_END_GROUP, skipKeyAt);
      if (open == 0) return p;
      open--;
    } else {
      p = skipValue(p, end, wire);
      if (p == 0) return 0;
    }
  }
  return fail(REASON_UNTERMINATED_GROUP, p);
}

/** Passes over one value of wire type 0, 1, 2 or 5. @returns the address after it, or 0 with `skipReason`. */
export function skipValue(start: usize, end: usize, wire: u32): usize {
  if (wire == 0) {
    readVarint(start);
    return varintEnd == 0 || varintEnd > end ? fail(varintFault(start, end), start) : varintEnd;
  }
  if (wire == 1) return end - start < 8 ? fail(REASON_TRUNCATED, start) : start + 8;
  if (wire == 5) return end - start < 4 ? fail(REASON_TRUNCATED, start) : start + 4;
  const length = readVarint(start);
  if (varintEnd == 0 || varintEnd > end) return fail(varintFault(start, end), start);
  return length > u64(end - varintEnd) ? fail(REASON_LENGTH, start) : varintEnd + usize(length);
}

function fail(reason: u32, at: usize): usize {
  skipReason = reason;
  skipAt = at;
  return 0;
}
