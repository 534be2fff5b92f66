import { kindOf, sizeOrType, typeAt, typeCount } from "./layers";
import {
  KIND_ARRAY,
  KIND_DATASEC,
  KIND_DECL_TAG,
  KIND_ENUM,
  KIND_ENUM64,
  KIND_FLOAT,
  KIND_FUNC,
  KIND_FUNC_PROTO,
  KIND_FWD,
  KIND_INT,
  KIND_PTR,
  KIND_RESTRICT,
  KIND_STRUCT,
  KIND_TYPE_TAG,
  KIND_TYPEDEF,
  KIND_UNION,
  KIND_VAR,
} from "./layout";

// What is known about each type while a chain is verified, and what the kernel asks about types.

const NOT_VISITED: u8 = 0;
const VISITED: u8 = 1;
const RESOLVED: u8 = 2;

/** First id of the layer under verification: types below it were resolved with their own layer. */
let firstId: u32 = 0;
let resolvedIds: usize = 0;
let resolvedSizes: usize = 0;
let visits: usize = 0;

/** Size that the last `sizedType` found. */
let foundSize: u32 = 0;

/** @param tables for `count` types: u32 resolved ids, u32 resolved sizes, u8 states; zeroed before the first layer. */
export function useTables(tables: usize, count: u32, first: u32): void {
  resolvedIds = tables;
  resolvedSizes = tables + (count << 2);
  visits = tables + (count << 3);
  firstId = first;
}

/** False if the type was visited before or is of an earlier layer. */
export function visit(id: u32): bool {
  if (id < firstId || load<u8>(visits + id) != NOT_VISITED) return false;
  store<u8>(visits + id, VISITED);
  return true;
}

/** @param target the type that stands for `id` from now on, 0 = void or itself. @param size of an array. */
export function settle(id: u32, target: u32, size: u32): void {
  store<u32>(resolvedIds + (id << 2), target);
  store<u32>(resolvedSizes + (id << 2), size);
  store<u8>(visits + id, RESOLVED);
}

/** Kind of type `id`: 0 for void, -1 for an id that no type has. */
export function kindById(id: u32): i32 {
  if (id == 0) return 0;
  return id < typeCount ? i32(kindOf(typeAt(id))) : -1;
}

export function isModifier(kind: u32): bool {
  return (kind >= KIND_TYPEDEF && kind <= KIND_RESTRICT) || kind == KIND_TYPE_TAG;
}

/** A kind that nothing may refer to by value: VAR, DATASEC, DECL_TAG. */
export function isSourceOnly(kind: u32): bool {
  return kind == KIND_VAR || kind == KIND_DATASEC || kind == KIND_DECL_TAG;
}

export function hasNoSize(kind: i32): bool {
  const k = u32(kind);
  return kind <= 0 || k == KIND_FWD || k == KIND_FUNC || k == KIND_FUNC_PROTO || k == KIND_DECL_TAG;
}

function hasSize(kind: u32): bool {
  return (
    kind == KIND_INT ||
    kind == KIND_STRUCT ||
    kind == KIND_UNION ||
    kind == KIND_ENUM ||
    kind == KIND_ENUM64 ||
    kind == KIND_DATASEC ||
    kind == KIND_FLOAT
  );
}

export function kindNeedsResolve(kind: u32): bool {
  return (
    isModifier(kind) ||
    kind == KIND_PTR ||
    kind == KIND_STRUCT ||
    kind == KIND_UNION ||
    kind == KIND_ARRAY ||
    kind == KIND_VAR ||
    kind == KIND_FUNC ||
    kind == KIND_DECL_TAG ||
    kind == KIND_DATASEC
  );
}

export function isResolved(id: u32): bool {
  return id < firstId || load<u8>(visits + id) == RESOLVED;
}

export function resolvedId(id: u32): u32 {
  return load<u32>(resolvedIds + (id << 2));
}

/** The type behind `id` that has a size, itself or through what it was resolved to; 0 if none. Sets `foundSize`. */
export function sizedType(id: u32): u32 {
  let kind = kindById(id);
  if (hasNoSize(kind)) return 0;
  if (isModifier(u32(kind)) || u32(kind) == KIND_VAR) {
    id = resolvedId(id);
    kind = kindById(id);
    if (hasNoSize(kind)) return 0;
  }
  if (hasSize(u32(kind))) foundSize = sizeOrType(typeAt(id));
  else if (u32(kind) == KIND_ARRAY) foundSize = load<u32>(resolvedSizes + (id << 2));
  else if (u32(kind) == KIND_PTR) foundSize = 8;
  else return 0;
  return id;
}

export function sizeFound(): u32 {
  return foundSize;
}

/** Whole bytes, no offset, a width that a machine has. */
export function isRegularInt(type: usize): bool {
  const word = load<u32>(type, 12);
  const bits = word & 0xff;
  const bytes = bits >>> 3;
  return (bits & 7) == 0 && ((word >>> 16) & 0xff) == 0 && bytes >= 1 && bytes <= 16 && popcnt<u32>(bytes) == 1;
}
