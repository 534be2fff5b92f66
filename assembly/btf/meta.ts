import {
  V_COMPONENT,
  V_ELEM,
  V_ENTRY_END,
  V_ENTRY_OFFSET,
  V_ENTRY_SIZE,
  V_ENUM_SIZE,
  V_FLOAT_SIZE,
  V_INDEX,
  V_INT_128,
  V_INT_DATA,
  V_INT_ENCODING,
  V_INT_SIZE,
  V_KIND,
  V_KIND_FLAG,
  V_LINKAGE,
  V_MEMBER_NAME_OFFSET,
  V_MEMBER_ORDER,
  V_MEMBER_START,
  V_META_TRUNCATED,
  V_NAME,
  V_NAME_OFFSET,
  V_RESERVED_BITS,
  V_SECTION_EMPTY,
  V_SECTION_SUM,
  V_SIZE_NONZERO,
  V_TAG_VALUE,
  V_TOO_MANY_TYPES,
  V_TYPE_ID,
  V_TYPE_NONZERO,
  V_VAR_LINKAGE,
  V_VLEN,
} from "./codes";
import {
  elementBytes,
  firstElement,
  fixedBytes,
  kflagOf,
  kindOf,
  nameOff,
  sizeOrType,
  stringAt,
  stringLength,
  stringsEnd,
  typeAt,
  vlenOf,
} from "./layers";
import {
  E2BIG,
  ENOTSUPP,
  HEAD_BYTES,
  KIND_ARRAY,
  KIND_CONST,
  KIND_DATASEC,
  KIND_ENUM,
  KIND_ENUM64,
  KIND_FLOAT,
  KIND_FUNC,
  KIND_FUNC_PROTO,
  KIND_FWD,
  KIND_INT,
  KIND_MAX,
  KIND_PTR,
  KIND_RESTRICT,
  KIND_STRUCT,
  KIND_TYPE_TAG,
  KIND_TYPEDEF,
  KIND_UNION,
  KIND_VAR,
  KIND_VOLATILE,
} from "./layout";
import { refuse } from "./verdict";

// What a record says by itself (the kernel's check_meta), in the kernel's order. References are resolve.ts.

/** Largest type id and the bit pattern of a name offset that the kernel takes. */
const MAX_TYPE: u32 = 0x000f_ffff;
const MAX_NAME_OFF: u32 = 0x00ff_ffff;
const NAME_LIMIT: u32 = 512;
/** Bits 29 and 30 of the info word; 16 to 23 belong to the 24-bit vlen. */
const RESERVED_BITS: u32 = 0x6000_0000;
const INT_DATA_BITS: u32 = 0x0fff_ffff;

let id: u32 = 0;

/** @returns bytes of the record, or 0 if it was refused. */
export function checkRecord(ofId: u32): u32 {
  id = ofId;
  const type = typeAt(id);
  if (id >= MAX_TYPE) {
    refuse(V_TOO_MANY_TYPES, id, id, MAX_TYPE, E2BIG);
    return 0;
  }
  return checkHead(type) && checkKind(type) ? HEAD_BYTES + fixedBytes(kindOf(type)) + vlenBytes(type) : 0;
}

/** Refuses a record that could not be indexed: `left` bytes of it are there. */
export function refuseRecord(ofId: u32, type: usize, left: u32): bool {
  id = ofId;
  if (left < HEAD_BYTES) return refuse(V_META_TRUNCATED, id, left, HEAD_BYTES);
  return checkHead(type) && refuse(V_META_TRUNCATED, id, left - HEAD_BYTES, fixedBytes(kindOf(type)) + vlenBytes(type));
}

function vlenBytes(type: usize): u32 {
  return vlenOf(type) * elementBytes(kindOf(type));
}

function checkHead(type: usize): bool {
  const info = load<u32>(type, 4);
  if ((info & RESERVED_BITS) != 0) return refuse(V_RESERVED_BITS, id, info);
  const kind = kindOf(type);
  if (kind == 0 || kind > KIND_MAX) return refuse(V_KIND, id, kind);
  return isNameOff(nameOff(type)) || refuse(V_NAME_OFFSET, id, nameOff(type));
}

function checkKind(type: usize): bool {
  switch (kindOf(type)) {
    case KIND_INT:
      return checkInt(type);
    case KIND_PTR:
    case KIND_TYPEDEF:
    case KIND_VOLATILE:
    case KIND_CONST:
    case KIND_RESTRICT:
    case KIND_TYPE_TAG:
      return checkReference(type);
    case KIND_ARRAY:
      return checkArray(type);
    case KIND_STRUCT:
    case KIND_UNION:
      return checkStruct(type);
    case KIND_ENUM:
      return checkEnum(type, 8);
    case KIND_ENUM64:
      return checkEnum(type, 12);
    case KIND_FWD:
      return checkFwd(type);
    case KIND_FUNC:
      return checkFunc(type);
    case KIND_FUNC_PROTO:
      if (nameOff(type) != 0) return refuse(V_NAME, id);
      return noKflag(type);
    case KIND_VAR:
      return checkVar(type);
    case KIND_DATASEC:
      return checkSection(type);
    case KIND_FLOAT:
      return checkFloat(type);
    default:
      return checkTag(type);
  }
}

function noVlen(type: usize): bool {
  return vlenOf(type) == 0 || refuse(V_VLEN, id, vlenOf(type));
}

function noKflag(type: usize): bool {
  return !kflagOf(type) || refuse(V_KIND_FLAG, id);
}

function checkInt(type: usize): bool {
  if (!noVlen(type) || !noKflag(type)) return false;
  const word = load<u32>(type, 12);
  if ((word & ~INT_DATA_BITS) != 0) return refuse(V_INT_DATA, id, word);
  const bits = (word & 0xff) + ((word >>> 16) & 0xff);
  if (bits > 128) return refuse(V_INT_128, id, bits);
  if ((bits + 7) >>> 3 > sizeOrType(type)) return refuse(V_INT_SIZE, id, bits, sizeOrType(type));
  const encoding = (word >>> 24) & 0xf;
  return encoding <= 2 || encoding == 4 || refuse(V_INT_ENCODING, id, encoding, 0, ENOTSUPP);
}

function checkReference(type: usize): bool {
  const kind = kindOf(type);
  if (!noVlen(type)) return false;
  if (kind != KIND_TYPE_TAG && !noKflag(type)) return false;
  if (sizeOrType(type) > MAX_TYPE) return refuse(V_TYPE_ID, id, sizeOrType(type));
  if (kind == KIND_TYPEDEF) return isIdentifier(nameOff(type)) || refuse(V_NAME, id);
  if (kind == KIND_TYPE_TAG) return stringLength(nameOff(type)) > 0 || refuse(V_NAME, id);
  return nameOff(type) == 0 || refuse(V_NAME, id);
}

function checkArray(type: usize): bool {
  if (nameOff(type) != 0) return refuse(V_NAME, id);
  if (!noVlen(type) || !noKflag(type)) return false;
  if (sizeOrType(type) != 0) return refuse(V_SIZE_NONZERO, id, sizeOrType(type));
  const element = load<u32>(type, 12);
  const index = load<u32>(type, 16);
  if (element == 0 || element > MAX_TYPE) return refuse(V_ELEM, id, element);
  return (index != 0 && index <= MAX_TYPE) || refuse(V_INDEX, id, index);
}

function checkStruct(type: usize): bool {
  if (!isAnonymousOrIdentifier(nameOff(type))) return refuse(V_NAME, id);
  const union = kindOf(type) == KIND_UNION;
  const mask: u32 = kflagOf(type) ? 0xffffff : 0xffffffff;
  const size = sizeOrType(type);
  let member = firstElement(type);
  let last: u32 = 0;
  for (let left = vlenOf(type); left > 0; left--) {
    if (!isNameOff(load<u32>(member))) return refuse(V_MEMBER_NAME_OFFSET, id, load<u32>(member));
    if (!isAnonymousOrIdentifier(load<u32>(member))) return refuse(V_NAME, id);
    const memberType = load<u32>(member, 4);
    if (memberType == 0 || memberType > MAX_TYPE) return refuse(V_TYPE_ID, id, memberType);
    const offset = load<u32>(member, 8) & mask;
    if ((union && offset != 0) || last > offset) return refuse(V_MEMBER_ORDER, id, offset, last);
    if ((u64(offset) + 7) >>> 3 > u64(size)) return refuse(V_MEMBER_START, id, offset, size);
    last = offset;
    member += 12;
  }
  return true;
}

function checkEnum(type: usize, bytes: u32): bool {
  const size = sizeOrType(type);
  if (size > 8 || popcnt<u32>(size) != 1) return refuse(V_ENUM_SIZE, id, size);
  if (!isAnonymousOrIdentifier(nameOff(type))) return refuse(V_NAME, id);
  let value = firstElement(type);
  for (let left = vlenOf(type); left > 0; left--) {
    if (!isNameOff(load<u32>(value))) return refuse(V_NAME_OFFSET, id, load<u32>(value));
    if (!isIdentifier(load<u32>(value))) return refuse(V_NAME, id);
    value += bytes;
  }
  return true;
}

function checkFwd(type: usize): bool {
  if (!noVlen(type)) return false;
  if (sizeOrType(type) != 0) return refuse(V_TYPE_NONZERO, id, sizeOrType(type));
  return isIdentifier(nameOff(type)) || refuse(V_NAME, id);
}

function checkFunc(type: usize): bool {
  if (!isIdentifier(nameOff(type))) return refuse(V_NAME, id);
  if (vlenOf(type) > 1) return refuse(V_LINKAGE, id, vlenOf(type));
  return noKflag(type);
}

function checkVar(type: usize): bool {
  if (!noVlen(type) || !noKflag(type)) return false;
  if (!isIdentifier(nameOff(type))) return refuse(V_NAME, id);
  const target = sizeOrType(type);
  if (target == 0 || target > MAX_TYPE) return refuse(V_TYPE_ID, id, target);
  return load<u32>(type, 12) <= 1 || refuse(V_VAR_LINKAGE, id, load<u32>(type, 12));
}

function checkSection(type: usize): bool {
  const size = sizeOrType(type);
  if (size == 0) return refuse(V_SECTION_EMPTY, id);
  if (!noKflag(type)) return false;
  if (!isSectionName(nameOff(type))) return refuse(V_NAME, id);
  let entry = firstElement(type);
  let end: u32 = 0;
  let sum: u64 = 0;
  for (let left = vlenOf(type); left > 0; left--) {
    const target = load<u32>(entry);
    const offset = load<u32>(entry, 4);
    const bytes = load<u32>(entry, 8);
    if (target == 0 || target > MAX_TYPE) return refuse(V_TYPE_ID, id, target);
    if (offset < end || offset >= size) return refuse(V_ENTRY_OFFSET, id, offset, end);
    if (bytes == 0 || bytes > size) return refuse(V_ENTRY_SIZE, id, bytes, size);
    end = offset + bytes;
    if (end > size) return refuse(V_ENTRY_END, id, end, size);
    sum += bytes;
    entry += 12;
  }
  return u64(size) >= sum || refuse(V_SECTION_SUM, id, size);
}

function checkFloat(type: usize): bool {
  if (!noVlen(type) || !noKflag(type)) return false;
  const size = sizeOrType(type);
  return size == 2 || size == 4 || size == 8 || size == 12 || size == 16 || refuse(V_FLOAT_SIZE, id, size);
}

function checkTag(type: usize): bool {
  if (stringLength(nameOff(type)) == 0) return refuse(V_TAG_VALUE, id);
  if (!noVlen(type)) return false;
  const component = load<i32>(type, 12);
  return component >= -1 || refuse(V_COMPONENT, id, component);
}

// -- names -----------------------------------------------------------------------------------------------------------

export function isNameOff(off: u32): bool {
  return off <= MAX_NAME_OFF && off < stringsEnd;
}

function isAnonymousOrIdentifier(off: u32): bool {
  return off == 0 || isIdentifier(off);
}

/** Letters (Latin-1 as the kernel's ctype has them), digits after the first place, `_` and `.`; 1 to 512 bytes. */
export function isIdentifier(off: u32): bool {
  const length: u32 = off == 0 ? 0 : stringLength(off);
  if (length == 0 || length > NAME_LIMIT) return false;
  const at = stringAt(off);
  for (let i: u32 = 0; i < length; i++) {
    const c = u32(load<u8>(at + i));
    if (!isLetter(c) && c != 0x5f && c != 0x2e && (i == 0 || c - 0x30 > 9)) return false;
  }
  return true;
}

function isLetter(c: u32): bool {
  return (c | 0x20) - 0x61 < 26 || (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/** Printable bytes (0x20 to 0x7e and 0xa0 to 0xff), 1 to 512 of them. */
function isSectionName(off: u32): bool {
  const length: u32 = off == 0 ? 0 : stringLength(off);
  if (length == 0 || length > NAME_LIMIT) return false;
  const at = stringAt(off);
  for (let i: u32 = 0; i < length; i++) {
    const c = u32(load<u8>(at + i));
    if (c < 0x20 || (c > 0x7e && c < 0xa0)) return false;
  }
  return true;
}
