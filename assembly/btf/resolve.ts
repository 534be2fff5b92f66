import {
  V_ARG,
  V_ARRAY_OF_INT,
  V_ARRAY_OVERFLOW,
  V_CHAIN,
  V_COMPONENT,
  V_DEPTH,
  V_ELEM,
  V_ENTRY_SIZE,
  V_ENTRY_TYPE,
  V_INDEX,
  V_LOOP,
  V_MEMBER,
  V_NOT_A_VAR,
  V_RETURN,
  V_TAG_ORDER,
  V_TYPE_ID,
} from "./codes";
import { firstElement, kindOf, nameOff, sizeOrType, typeAt, vlenOf } from "./layers";
import {
  E2BIG,
  EEXIST,
  ELOOP,
  KIND_ARRAY,
  KIND_CONST,
  KIND_DATASEC,
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
  KIND_VOLATILE,
  LAYER_END_ID,
  LAYER_FIRST_ID,
} from "./layout";
import { checkMember } from "./member";
import { isIdentifier, isNameOff } from "./meta";
import {
  hasNoSize,
  isModifier,
  isRegularInt,
  isResolved,
  isSourceOnly,
  kindById,
  kindNeedsResolve,
  resolvedId,
  settle,
  sizedType,
  sizeFound,
  useTables,
  visit,
} from "./resolution";
import { refuse } from "./verdict";

// The kernel's resolution of references: an explicit stack of at most 32 types; what has been resolved is not entered
// again. Its quirks are kept, because a verdict is only useful if it is the kernel's.

const MAX_DEPTH: u32 = 32;
const MAX_CHAIN: i32 = 32;

/** What the resolution that is under way stops at. */
const MODE_ANY: u32 = 0;
const MODE_PTR: u32 = 1;
const MODE_STRUCT_OR_ARRAY: u32 = 2;

/** {type id, next member} per entry. */
const STACK: usize = memory.data(256);
let depth: u32 = 0;
let mode: u32 = 0;

/** @param tables for `count` types: u32 resolved ids, u32 resolved sizes, u8 states; zeroed before the first layer. */
export function resolveLayer(layer: usize, tables: usize, count: u32): bool {
  const firstId = load<u32>(layer + LAYER_FIRST_ID);
  useTables(tables, count, firstId);
  const end = load<u32>(layer + LAYER_END_ID);
  for (let id = firstId; id < end; id++) {
    const type = typeAt(id);
    if (kindNeedsResolve(kindOf(type)) && !isResolved(id) && !resolve(id)) return false;
    if (kindOf(type) == KIND_FUNC_PROTO && !checkProto(id, type)) return false;
  }
  for (let id = firstId; id < end; id++) if (!checkTagOrder(id)) return false;
  return true;
}

function resolve(id: u32): bool {
  depth = 0;
  mode = MODE_ANY;
  let ok = push(id, id);
  while (ok && depth > 0) ok = step(load<u32>(STACK + ((depth - 1) << 3)), id);
  return ok;
}

/** @param reported the type that the kernel names for a loop or a depth: where the resolution began. */
function push(id: u32, reported: u32): bool {
  if (depth == MAX_DEPTH) return refuse(V_DEPTH, reported, MAX_DEPTH, 0, E2BIG);
  if (!visit(id)) return refuse(V_LOOP, reported, id, 0, EEXIST);
  store<u32>(STACK + (depth << 3), id);
  store<u32>(STACK + (depth << 3), 0, 4);
  depth++;
  if (mode == MODE_ANY) {
    const kind = kindOf(typeAt(id));
    if (kind == KIND_PTR) mode = MODE_PTR;
    else if (kind == KIND_STRUCT || kind == KIND_UNION || kind == KIND_ARRAY) mode = MODE_STRUCT_OR_ARRAY;
  }
  return true;
}

function pop(target: u32, size: u32): bool {
  settle(load<u32>(STACK + (--depth << 3)), target, size);
  return true;
}

function step(id: u32, reported: u32): bool {
  const type = typeAt(id);
  switch (kindOf(type)) {
    case KIND_PTR:
    case KIND_TYPEDEF:
    case KIND_VOLATILE:
    case KIND_CONST:
    case KIND_RESTRICT:
    case KIND_TYPE_TAG:
      return stepReference(id, type, reported);
    case KIND_ARRAY:
      return stepArray(id, type, reported);
    case KIND_STRUCT:
    case KIND_UNION:
      return stepStruct(id, type, reported);
    case KIND_VAR:
      return stepVar(id, type, reported);
    case KIND_DATASEC:
      return stepSection(id, type, reported);
    case KIND_FUNC:
      return stepFunc(id, type);
    default:
      return stepTag(id, type, reported);
  }
}

function isSink(kind: u32): bool {
  if (mode == MODE_PTR) return !isModifier(kind) && kind != KIND_PTR;
  if (mode == MODE_STRUCT_OR_ARRAY) {
    return !isModifier(kind) && kind != KIND_ARRAY && kind != KIND_STRUCT && kind != KIND_UNION;
  }
  return !kindNeedsResolve(kind);
}

function mustPush(id: u32, kind: u32): bool {
  return !isSink(kind) && !isResolved(id);
}

// -- one step per kind -------------------------------------------------------------------------------------------------

/** PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG. */
function stepReference(id: u32, type: usize, reported: u32): bool {
  let next = sizeOrType(type);
  let kind = kindById(next);
  if (kind < 0 || isSourceOnly(u32(kind))) return refuse(V_TYPE_ID, id, next);
  if (mustPush(next, u32(kind))) return push(next, reported);
  if (kindOf(type) == KIND_PTR && isModifier(u32(kind))) {
    // Resolved as part of a struct or array, a modifier stops at a pointer; go on from there.
    const target = resolvedId(next);
    if (kindById(target) == i32(KIND_PTR) && mustPush(target, KIND_PTR)) return push(target, reported);
  }
  const sized = sizedType(next);
  if (sized != 0) return pop(sized, 0);
  if (isResolved(next) && kindNeedsResolve(u32(kind))) {
    next = resolvedId(next);
    kind = kindById(next);
  }
  const k = u32(kind);
  return kind == 0 || k == KIND_FWD || k == KIND_FUNC_PROTO ? pop(next, 0) : refuse(V_TYPE_ID, id, next);
}

function stepArray(id: u32, type: usize, reported: u32): bool {
  const indexId = load<u32>(type, 16);
  const indexKind = kindById(indexId);
  if (hasNoSize(indexKind) || isSourceOnly(u32(indexKind))) return refuse(V_INDEX, id, indexId);
  if (mustPush(indexId, u32(indexKind))) return push(indexId, reported);
  const index = sizedType(indexId);
  if (kindById(index) != i32(KIND_INT) || !isRegularInt(typeAt(index))) return refuse(V_INDEX, id, indexId);
  const elementId = load<u32>(type, 12);
  const elementKind = kindById(elementId);
  if (hasNoSize(elementKind) || isSourceOnly(u32(elementKind))) return refuse(V_ELEM, id, elementId);
  if (mustPush(elementId, u32(elementKind))) return push(elementId, reported);
  const element = sizedType(elementId);
  if (element == 0) return refuse(V_ELEM, id, elementId);
  if (kindById(element) == i32(KIND_INT) && !isRegularInt(typeAt(element)))
    return refuse(V_ARRAY_OF_INT, id, elementId);
  const count = load<u32>(type, 20);
  if (count != 0 && sizeFound() > u32.MAX_VALUE / count) return refuse(V_ARRAY_OVERFLOW, id, sizeFound(), count);
  return pop(element, sizeFound() * count);
}

function stepStruct(id: u32, type: usize, reported: u32): bool {
  const members = firstElement(type);
  const frame = STACK + ((depth - 1) << 3);
  let ix = load<u32>(frame, 4);
  if (ix > 0 && !checkMember(id, type, members + (ix - 1) * 12)) return false;
  for (; ix < vlenOf(type); ix++) {
    const member = members + ix * 12;
    const memberId = load<u32>(member, 4);
    const kind = kindById(memberId);
    if (hasNoSize(kind) || isSourceOnly(u32(kind))) return refuse(V_MEMBER, id, memberId);
    if (mustPush(memberId, u32(kind))) {
      store<u32>(frame, ix + 1, 4);
      return push(memberId, reported);
    }
    if (!checkMember(id, type, member)) return false;
  }
  return pop(0, 0);
}

function stepVar(id: u32, type: usize, reported: u32): bool {
  const next = sizeOrType(type);
  const kind = kindById(next);
  if (kind < 0 || isSourceOnly(u32(kind))) return refuse(V_TYPE_ID, id, next);
  if (mustPush(next, u32(kind))) return push(next, reported);
  if (isModifier(u32(kind))) {
    const target = resolvedId(next);
    if (kindById(target) == i32(KIND_PTR) && mustPush(target, KIND_PTR)) return push(target, reported);
  }
  const sized = sizedType(next);
  return sized != 0 ? pop(sized, 0) : refuse(V_TYPE_ID, id, next);
}

function stepSection(id: u32, type: usize, reported: u32): bool {
  mode = MODE_ANY;
  const frame = STACK + ((depth - 1) << 3);
  for (let ix = load<u32>(frame, 4); ix < vlenOf(type); ix++) {
    const entry = firstElement(type) + ix * 12;
    const varId = load<u32>(entry);
    if (kindById(varId) != i32(KIND_VAR)) return refuse(V_NOT_A_VAR, id, varId);
    if (mustPush(varId, KIND_VAR)) {
      store<u32>(frame, ix + 1, 4);
      return push(varId, reported);
    }
    if (sizedType(sizeOrType(typeAt(varId))) == 0) return refuse(V_ENTRY_TYPE, id, varId);
    if (load<u32>(entry, 8) < sizeFound()) return refuse(V_ENTRY_SIZE, id, load<u32>(entry, 8), sizeFound());
  }
  return pop(0, 0);
}

function stepFunc(id: u32, type: usize): bool {
  const protoId = sizeOrType(type);
  if (kindById(protoId) != i32(KIND_FUNC_PROTO)) return refuse(V_TYPE_ID, id, protoId);
  const proto = typeAt(protoId);
  for (let ix: u32 = 0; ix < vlenOf(proto); ix++) {
    const param = firstElement(proto) + (ix << 3);
    if (load<u32>(param) == 0 && load<u32>(param, 4) != 0) return refuse(V_ARG, id, ix + 1);
  }
  return pop(protoId, 0);
}

function stepTag(id: u32, type: usize, reported: u32): bool {
  const next = sizeOrType(type);
  const kind = u32(kindById(next));
  const isStruct = kind == KIND_STRUCT || kind == KIND_UNION;
  if (!isStruct && kind != KIND_FUNC && kind != KIND_VAR && kind != KIND_TYPEDEF) return refuse(V_TYPE_ID, id, next);
  if (mustPush(next, kind)) return push(next, reported);
  const component = load<i32>(type, 12);
  if (component != -1) {
    if (kind == KIND_VAR || kind == KIND_TYPEDEF) return refuse(V_COMPONENT, id, component);
    const owner = isStruct ? typeAt(next) : typeAt(sizeOrType(typeAt(next)));
    if (u32(component) >= vlenOf(owner)) return refuse(V_COMPONENT, id, component);
  }
  return pop(next, 0);
}

// -- functions and tags ------------------------------------------------------------------------------------------------

function checkProto(id: u32, type: usize): bool {
  const returned = sizeOrType(type);
  if (returned != 0) {
    const kind = kindById(returned);
    if (kind < 0 || isSourceOnly(u32(kind))) return refuse(V_RETURN, id, returned);
    if (kindNeedsResolve(u32(kind)) && !isResolved(returned) && !resolve(returned)) return false;
    if (sizedType(returned) == 0) return refuse(V_RETURN, id, returned);
  }
  let count = vlenOf(type);
  if (count == 0) return true;
  const last = firstElement(type) + ((count - 1) << 3);
  if (load<u32>(last, 4) == 0) {
    if (load<u32>(last) != 0) return refuse(V_ARG, id, count);
    count--;
  }
  for (let ix: u32 = 0; ix < count; ix++) if (!checkParam(id, firstElement(type) + (ix << 3), ix + 1)) return false;
  return true;
}

function checkParam(id: u32, param: usize, ordinal: u32): bool {
  const target = load<u32>(param, 4);
  const kind = kindById(target);
  if (kind < 0 || isSourceOnly(u32(kind))) return refuse(V_ARG, id, ordinal);
  const name = nameOff(param);
  if (name != 0 && (!isNameOff(name) || !isIdentifier(name))) return refuse(V_ARG, id, ordinal);
  if (kindNeedsResolve(u32(kind)) && !isResolved(target) && !resolve(target)) return false;
  return sizedType(target) != 0 || refuse(V_ARG, id, ordinal);
}

/** In a chain of modifiers the type tags come first. */
function checkTagOrder(id: u32): bool {
  let type = typeAt(id);
  let inTags = kindOf(type) == KIND_TYPE_TAG;
  let left = MAX_CHAIN;
  while (type != 0 && isModifier(kindOf(type))) {
    if (left-- == 0) return refuse(V_CHAIN, id, MAX_CHAIN, 0, ELOOP);
    if (kindOf(type) == KIND_TYPE_TAG) {
      if (!inTags) return refuse(V_TAG_ORDER, id);
    } else inTags = false;
    type = typeAt(sizeOrType(type));
  }
  return true;
}
