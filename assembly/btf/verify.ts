import { allocate, mark, releaseTo } from "./arena";
import {
  V_FLAGS,
  V_HEADER_LENGTH_MISSING,
  V_HEADER_TAIL,
  V_HEADER_TRUNCATED,
  V_LAYOUT,
  V_MAGIC,
  V_MEMORY,
  V_NO_DATA,
  V_NO_TYPE,
  V_SECTION_GAP,
  V_SECTION_LENGTH,
  V_SECTION_OFFSET,
  V_SECTION_OVERLAP,
  V_STRINGS,
  V_STRINGS_NOT_LAST,
  V_TOO_LARGE,
  V_TYPES_UNALIGNED,
  V_VERSION,
} from "./codes";
import { layerAt, layerCount } from "./layers";
import {
  E2BIG,
  ENOTSUPP,
  HEADER_BYTES,
  HEADER_WITH_LAYOUT_BYTES,
  LAYER_END_ID,
  LAYER_FIRST_ID,
  LAYER_TYPES,
  LAYER_TYPES_LENGTH,
  MAGIC,
} from "./layout";
import { checkRecord, refuseRecord } from "./meta";
import { resolveLayer } from "./resolve";
import { refuse, verdictCode } from "./verdict";

// What the kernel checks before it takes a BTF (kernel/bpf/btf.c), in its order, so that the first refusal is the same.
// Newer rules win where kernels differ: a layout section and a 24-bit vlen are accepted; either byte order is.

const MAX_SIZE: u32 = 16 * 1024 * 1024;
const MAX_NAME_OFF: u32 = 0x00ff_ffff;

let blob: usize = 0;
let length: u32 = 0;
let bigEndian: bool = false;
let split: bool = false;

/** A header word; words beyond the header's own length read as 0, as the kernel's zeroed copy does. */
function word(off: u32, headerLength: u32): u32 {
  if (off + 4 > headerLength) return 0;
  const value = load<u32>(blob + off);
  return bigEndian ? bswap<u32>(value) : value;
}

/**
 * The header and the sections of a blob. Needs no loaded layer: it judges bytes that cannot be loaded, too.
 * @param onBase the blob extends others.
 */
export function verifyBlob(ptr: usize, bytes: u32, onBase: bool): bool {
  refuse(0, 0, 0, 0, 0);
  blob = ptr;
  length = bytes;
  split = onBase;
  if (bytes > MAX_SIZE) return refuse(V_TOO_LARGE, 0, bytes, MAX_SIZE, E2BIG);
  if (bytes < 8) return refuse(V_HEADER_LENGTH_MISSING, 0, bytes, 8);
  bigEndian = load<u8>(ptr) == 0xeb && load<u8>(ptr, 1) == 0x9f;
  const headerLength = word(4, 8);
  if (headerLength > bytes) return refuse(V_HEADER_TRUNCATED, 0, headerLength, bytes);
  return verifyHeader(headerLength) && verifySections(headerLength) && verifyStrings(headerLength);
}

function verifyHeader(headerLength: u32): bool {
  for (let off = HEADER_WITH_LAYOUT_BYTES; off < headerLength; off++) {
    if (load<u8>(blob + off) != 0) return refuse(V_HEADER_TAIL, 0, off, 0, E2BIG);
  }
  // A word that the header holds only in part is no layout.
  for (let off = HEADER_BYTES; off < HEADER_WITH_LAYOUT_BYTES && headerLength < HEADER_WITH_LAYOUT_BYTES; off++) {
    if (off < headerLength && load<u8>(blob + off) != 0) return refuse(V_HEADER_TAIL, 0, off, 0, E2BIG);
  }
  const first = word(0, headerLength);
  const magic = bigEndian ? first >>> 16 : first & 0xffff;
  const version = bigEndian ? (first >>> 8) & 0xff : (first >>> 16) & 0xff;
  const flags = bigEndian ? first & 0xff : first >>> 24;
  if (magic != MAGIC) return refuse(V_MAGIC, 0, magic, MAGIC);
  if (version != 1) return refuse(V_VERSION, 0, version, 1, ENOTSUPP);
  if (flags != 0) return refuse(V_FLAGS, 0, flags, 0, ENOTSUPP);
  if (!split && length == headerLength) return refuse(V_NO_DATA, 0);
  return true;
}

/** The sections, by offset, must cover everything after the header without gap or overlap. */
function verifySections(headerLength: u32): bool {
  const room = length - headerLength;
  let covered: u32 = 0;
  const hasLayout = word(28, headerLength) != 0;
  if (hasLayout && ((word(24, headerLength) | word(28, headerLength)) & 3) != 0) return refuse(V_LAYOUT, 0);
  let done: u32 = 0;
  for (let step = hasLayout ? 3 : 2; step > 0; step--) {
    const header = nextSection(headerLength, done, hasLayout);
    done |= 1 << (header >>> 3);
    const off = word(header, headerLength);
    const bytes = word(header + 4, headerLength);
    if (off > room) return refuse(V_SECTION_OFFSET, 0, off, room);
    if (covered < off) return refuse(V_SECTION_GAP, 0, covered, off);
    if (covered > off) return refuse(V_SECTION_OVERLAP, 0, covered, off);
    if (bytes > room - covered) return refuse(V_SECTION_LENGTH, 0, bytes, room - covered);
    covered += bytes;
  }
  return covered == room || refuse(V_SECTION_GAP, 0, covered, room);
}

/** Header offset (8 types, 16 strings, 24 layout) of the section that starts first among those not done. */
function nextSection(headerLength: u32, done: u32, hasLayout: bool): u32 {
  let best: u32 = 0;
  for (let header: u32 = 8; header <= (hasLayout ? 24 : 16); header += 8) {
    if ((done & (1 << (header >>> 3))) != 0) continue;
    if (best == 0 || word(header, headerLength) < word(best, headerLength)) best = header;
  }
  return best;
}

function verifyStrings(headerLength: u32): bool {
  const off = word(16, headerLength);
  const bytes = word(20, headerLength);
  if (headerLength + off + bytes != length) return refuse(V_STRINGS_NOT_LAST, 0, off + bytes, length - headerLength);
  if (split && bytes == 0) return verifyTypeSection(headerLength);
  const start = blob + headerLength + off;
  if (bytes == 0 || bytes - 1 > MAX_NAME_OFF) return refuse(V_STRINGS, 0, bytes);
  if (load<u8>(start + bytes - 1) != 0 || (!split && load<u8>(start) != 0)) return refuse(V_STRINGS, 0, bytes);
  return verifyTypeSection(headerLength);
}

function verifyTypeSection(headerLength: u32): bool {
  const off = word(8, headerLength);
  if ((off & 3) != 0) return refuse(V_TYPES_UNALIGNED, 0, off);
  return split || word(12, headerLength) != 0 || refuse(V_NO_TYPE, 0);
}

/** The types of the loaded chain: records first, then everything that needs references. */
export function verifyTypes(): bool {
  refuse(0, 0, 0, 0, 0);
  const last = layerAt(layerCount - 1);
  const start = mark();
  const count = load<u32>(last + LAYER_END_ID);
  // Per type: resolved id, resolved size, visit state (one byte).
  const tables = allocate(count * 9);
  if (tables == 0) return refuse(V_MEMORY, 0);
  memory.fill(tables, 0, count * 9);
  let ok: bool = true;
  for (let ix: u32 = 0; ok && ix < layerCount; ix++) {
    ok = checkRecords(layerAt(ix)) && resolveLayer(layerAt(ix), tables, count);
  }
  releaseTo(start);
  return ok && verdictCode() == 0;
}

function checkRecords(layer: usize): bool {
  const end = load<u32>(layer + LAYER_END_ID);
  let used: u32 = 0;
  for (let id = load<u32>(layer + LAYER_FIRST_ID); id < end; id++) {
    const bytes = checkRecord(id);
    if (bytes == 0) return false;
    used += bytes;
  }
  const left = load<u32>(layer + LAYER_TYPES_LENGTH) - used;
  // Where the walk of `btf_add` stopped early, the kernel stops, too.
  return left == 0 || refuseRecord(end, usize(load<u32>(layer + LAYER_TYPES)) + used, left);
}
