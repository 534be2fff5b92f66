import { allocate, mark, releaseTo } from "./arena";
import { checkReferences } from "./check";
import {
  BAD_LAYOUT_SECTION,
  BAD_MAGIC,
  HEAD_TRUNCATED,
  HEADER_BEYOND_END,
  HEADER_LENGTH_TOO_SMALL,
  HEADER_TOO_SHORT,
  RECORD_TRUNCATED,
  SECTION_BEYOND_END,
  SECTIONS_OVERLAP,
  STRINGS_EMPTY,
  STRINGS_END,
  STRINGS_START,
  TYPES_UNALIGNED,
  UNKNOWN_KIND,
  UNSUPPORTED_VERSION,
} from "./codes";
import { addIssue, issueCount, issueHere } from "./issues";
import { extraBytes, index, kindOf, layerAt, layerCount, pushLayer, stringsEnd, typeCount } from "./layers";
import {
  HEAD_BYTES,
  HEADER_BYTES,
  HEADER_WITH_LAYOUT_BYTES,
  LAYER_BIG_ENDIAN,
  LAYER_BLOB,
  LAYER_END_ID,
  LAYER_FIRST_ID,
  LAYER_HEADER_LENGTH,
  LAYER_LAYOUT,
  LAYER_LAYOUT_LENGTH,
  LAYER_LENGTH,
  LAYER_STRIDE,
  LAYER_STRINGS,
  LAYER_STRINGS_FIRST,
  LAYER_STRINGS_LENGTH,
  LAYER_STRINGS_OFF,
  LAYER_TYPES,
  LAYER_TYPES_LENGTH,
  LAYER_TYPES_OFF,
  MAGIC,
  MAX_LAYERS,
  STATUS_ISSUES,
  STATUS_MEMORY,
  STATUS_OK,
  STATUS_UNREADABLE,
} from "./layout";

let blob: usize = 0;
let length: u32 = 0;
let bigEndian: bool = false;

/** A header word in the blob's byte order. */
function word(off: u32): u32 {
  const value = load<u32>(blob + off);
  return bigEndian ? bswap<u32>(value) : value;
}

/**
 * Reads a blob as the next layer of the chain: sections, one walk over the types, then every name and reference.
 * What is readable is kept, whatever is wrong: only a blob without a usable header is refused.
 * in: `ptr` 16-byte aligned, `bytes` readable there. fails: STATUS_UNREADABLE, STATUS_MEMORY; the chain is unchanged.
 */
export function addLayer(ptr: usize, bytes: u32): u32 {
  blob = ptr;
  length = bytes;
  const issuesBefore = issueCount;
  if (layerCount == MAX_LAYERS) return STATUS_MEMORY;
  if (!readHeader()) return STATUS_UNREADABLE;
  const layer = layerAt(layerCount);
  memory.fill(layer, 0, LAYER_STRIDE);
  store<u32>(layer + LAYER_BLOB, u32(ptr));
  store<u32>(layer + LAYER_LENGTH, bytes);
  store<u32>(layer + LAYER_BIG_ENDIAN, u32(bigEndian));
  store<u32>(layer + LAYER_HEADER_LENGTH, word(4));
  placeStrings(layer);
  placeLayout(layer);
  if (!placeTypes(layer)) return STATUS_MEMORY;
  if (!walk(layer)) return STATUS_MEMORY;
  checkReferences(layer);
  return issueCount == issuesBefore ? STATUS_OK : STATUS_ISSUES;
}

function readHeader(): bool {
  if (length < HEADER_BYTES) {
    addIssue(HEADER_TOO_SHORT, 0, 0, length, HEADER_BYTES);
    return false;
  }
  const magic = u32(load<u16>(blob));
  bigEndian = magic != MAGIC;
  if (bigEndian && bswap<u16>(u16(magic)) != u16(MAGIC)) {
    addIssue(BAD_MAGIC, 0, 0, magic, MAGIC);
    return false;
  }
  if (load<u8>(blob, 2) != 1) {
    addIssue(UNSUPPORTED_VERSION, 0, 2, load<u8>(blob, 2), 1);
    return false;
  }
  const headerLength = word(4);
  if (headerLength < HEADER_BYTES) {
    addIssue(HEADER_LENGTH_TOO_SMALL, 0, 4, headerLength, HEADER_BYTES);
    return false;
  }
  if (headerLength > length) {
    addIssue(HEADER_BEYOND_END, 0, 4, headerLength, length);
    return false;
  }
  return true;
}

/**
 * Bytes of a section that are there: [off, off + bytes) after the header, cut at the end of the blob. One of which
 * nothing is there is empty.
 */
function available(off: u32, bytes: u32): u32 {
  const room = length - word(4);
  if (off >= room) return 0;
  return bytes > room - off ? room - off : bytes;
}

function placeStrings(layer: usize): void {
  const off = word(16);
  const bytes = word(20);
  const found = available(off, bytes);
  if (u64(off) + u64(bytes) > u64(length - word(4))) addIssue(SECTION_BEYOND_END, 0, 16, off + found, off + bytes);
  const at = found == 0 ? 0 : word(4) + off;
  store<u32>(layer + LAYER_STRINGS, u32(blob) + at);
  store<u32>(layer + LAYER_STRINGS_OFF, at);
  store<u32>(layer + LAYER_STRINGS_LENGTH, found);
  store<u32>(layer + LAYER_STRINGS_FIRST, layerCount == 0 ? 0 : stringsEnd);
  const split = layerCount > 0;
  if (bytes == 0 && !split) addIssue(STRINGS_EMPTY, 0, 20, 0, 1);
  if (found == 0) return;
  const start = blob + at;
  if (!split && load<u8>(start) != 0) addIssue(STRINGS_START, 0, at, load<u8>(start), 0);
  if (load<u8>(start + found - 1) != 0) addIssue(STRINGS_END, 0, at + found - 1, load<u8>(start + found - 1), 0);
}

function placeLayout(layer: usize): void {
  if (word(4) < HEADER_WITH_LAYOUT_BYTES) return;
  const off = word(24);
  const bytes = word(28);
  if (bytes == 0) return;
  const afterTypes = u64(off) >= u64(word(8)) + u64(word(12));
  const beforeStrings = u64(off) + u64(bytes) <= u64(word(16));
  if (((off | bytes) & 3) != 0 || !afterTypes || !beforeStrings || available(off, bytes) != bytes) {
    addIssue(BAD_LAYOUT_SECTION, 0, 24, off, bytes);
    return;
  }
  store<u32>(layer + LAYER_LAYOUT, u32(blob) + word(4) + off);
  store<u32>(layer + LAYER_LAYOUT_LENGTH, bytes);
}

/** Aligned and in our byte order: a swapped section is swapped in place, an unaligned one copied. */
function placeTypes(layer: usize): bool {
  const off = word(8);
  const bytes = word(12);
  const found = available(off, bytes);
  if ((off & 3) != 0) addIssue(TYPES_UNALIGNED, 0, 8, off, 4);
  if (u64(off) + u64(bytes) > u64(word(16))) addIssue(SECTIONS_OVERLAP, 0, 8, off + bytes, word(16));
  const at = found == 0 ? 0 : word(4) + off;
  let types = blob + at;
  const copied = (types & 3) != 0 || (bigEndian && found > 0);
  if (copied) {
    types = allocate(found);
    if (types == 0) return false;
    memory.copy(types, blob + at, found);
    if (bigEndian) for (let i: u32 = 0; i + 4 <= found; i += 4) store<u32>(types + i, bswap<u32>(load<u32>(types + i)));
  }
  store<u32>(layer + LAYER_TYPES, u32(types));
  store<u32>(layer + LAYER_TYPES_OFF, at);
  store<u32>(layer + LAYER_TYPES_LENGTH, found);
  return true;
}

/** Fills the index with the address of every record, as far as the section can be walked. */
function walk(layer: usize): bool {
  const types = usize(load<u32>(layer + LAYER_TYPES));
  const bytes = load<u32>(layer + LAYER_TYPES_LENGTH);
  const before = typeCount;
  const room = before + bytes / HEAD_BYTES;
  const start = mark();
  const newIndex = allocate(room << 2);
  if (newIndex == 0) return false;
  if (index != 0) memory.copy(newIndex, index, before << 2);
  else store<u32>(newIndex, 0);
  let id = before;
  let off: u32 = 0;
  while (off < bytes) {
    const size = recordBytes(layer, types + off, bytes - off, id);
    if (size == 0) break;
    store<u32>(newIndex + (usize(id++) << 2), u32(types) + off);
    off += size;
  }
  releaseTo(start);
  allocate(id << 2);
  store<u32>(layer + LAYER_FIRST_ID, before);
  store<u32>(layer + LAYER_END_ID, id);
  pushLayer(newIndex, id);
  return true;
}

/** Size of the record at `type`, or 0 if it does not fit in `room` or is of an unknown kind. */
function recordBytes(layer: usize, type: usize, room: u32, id: u32): u32 {
  if (room < HEAD_BYTES) {
    issueHere(HEAD_TRUNCATED, layer, id, type, room, HEAD_BYTES);
    return 0;
  }
  const extra = extraBytes(type, layer);
  if (extra < 0) {
    issueHere(UNKNOWN_KIND, layer, id, type + 4, kindOf(type), 0);
    return 0;
  }
  if (extra > i64(room - HEAD_BYTES)) {
    const needed = extra > 0xffff_ffff ? 0xffff_ffff : u32(extra);
    issueHere(RECORD_TRUNCATED, layer, id, type + HEAD_BYTES, room - HEAD_BYTES, needed);
    return 0;
  }
  return HEAD_BYTES + u32(extra);
}
