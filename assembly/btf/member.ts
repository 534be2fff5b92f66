import {
  V_MEMBER,
  V_MEMBER_ALIGNED,
  V_MEMBER_BASE,
  V_MEMBER_BITS,
  V_MEMBER_BYTE_ALIGNED,
  V_MEMBER_COPY_BITS,
  V_MEMBER_END,
  V_MEMBER_OFFSET,
} from "./codes";
import { kflagOf, kindOf, sizeOrType, typeAt } from "./layers";
import { KIND_ARRAY, KIND_ENUM, KIND_ENUM64, KIND_FLOAT, KIND_INT, KIND_PTR, KIND_STRUCT, KIND_UNION } from "./layout";
import { isRegularInt, sizedType, sizeFound } from "./resolution";
import { refuse } from "./verdict";

// Where a member may lie in its struct. The struct's own offsets have been checked: each starts within its size.

const ENUM_BITS: u32 = 32;

let id: u32 = 0;
let size: u32 = 0;

/** @param member address of the member record; its type has been resolved. */
export function checkMember(structId: u32, struct: usize, member: usize): bool {
  id = structId;
  size = sizeOrType(struct);
  const offset = load<u32>(member, 8);
  const declared = load<u32>(member, 4);
  const kind = kindOf(typeAt(declared));
  const plain = kind == KIND_INT || kind == KIND_PTR || kind == KIND_ARRAY || kind == KIND_STRUCT || kind == KIND_UNION;
  const target =
    plain || kind == KIND_ENUM || kind == KIND_ENUM64 || kind == KIND_FLOAT ? declared : sizedType(declared);
  if (target == 0) return refuse(V_MEMBER, id, declared);
  return kflagOf(struct) ? checkFlagged(target, offset >>> 24, offset & 0xffffff) : checkPlain(target, offset);
}

function checkPlain(target: u32, offset: u32): bool {
  const type = typeAt(target);
  switch (kindOf(type)) {
    case KIND_INT:
      return checkInt(type, offset);
    case KIND_FLOAT:
      return checkFloat(type, offset);
    default:
      if ((offset & 7) != 0) return refuse(V_MEMBER_BYTE_ALIGNED, id, offset);
      sizedType(target);
      return size - (offset >>> 3) >= sizeFound() || refuse(V_MEMBER_END, id, offset, sizeFound());
  }
}

function checkInt(type: usize, offset: u32): bool {
  const word = load<u32>(type, 12);
  const shift = (word >>> 16) & 0xff;
  if (u32.MAX_VALUE - offset < shift) return refuse(V_MEMBER_OFFSET, id, offset);
  return fits(offset + shift, word & 0xff);
}

function fits(offset: u32, bits: u32): bool {
  const start = offset >>> 3;
  const copied = bits + (offset & 7);
  if (copied > 128) return refuse(V_MEMBER_COPY_BITS, id, copied);
  return (size >= start && size - start >= (copied + 7) >>> 3) || refuse(V_MEMBER_END, id, offset, bits);
}

function checkFloat(type: usize, offset: u32): bool {
  const bytes = sizeOrType(type);
  const align = min<u32>(bytes, 8);
  if (align == 0 || offset % (align << 3) != 0) return refuse(V_MEMBER_ALIGNED, id, offset);
  return u64(offset >>> 3) + u64(bytes) <= u64(size) || refuse(V_MEMBER_END, id, offset, bytes);
}

/** A member of a struct with kind_flag: `width` 0 = not a bitfield. */
function checkFlagged(target: u32, width: u32, offset: u32): bool {
  const type = typeAt(target);
  const kind = kindOf(type);
  if (kind == KIND_INT) return checkFlaggedInt(type, width, offset);
  if (kind == KIND_ENUM || kind == KIND_ENUM64) return checkFlaggedEnum(width, offset);
  if (width != 0) return refuse(V_MEMBER_BITS, id, width);
  return checkPlain(target, offset);
}

function checkFlaggedInt(type: usize, width: u32, offset: u32): bool {
  const bits = load<u32>(type, 12) & 0xff;
  if (!isRegularInt(type)) return refuse(V_MEMBER_BASE, id);
  if (width == 0 && (offset & 7) != 0) return refuse(V_MEMBER_OFFSET, id, offset);
  if (width > bits) return refuse(V_MEMBER_BITS, id, width, bits);
  return fits(offset, width == 0 ? bits : width);
}

function checkFlaggedEnum(width: u32, offset: u32): bool {
  if (width == 0 && (offset & 7) != 0) return refuse(V_MEMBER_BYTE_ALIGNED, id, offset);
  if (width > ENUM_BITS) return refuse(V_MEMBER_BITS, id, width, ENUM_BITS);
  const end = (offset + (width == 0 ? ENUM_BITS : width) + 7) >>> 3;
  return size >= end || refuse(V_MEMBER_END, id, offset, width);
}
