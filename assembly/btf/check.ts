import { FUNC_WITHOUT_PROTO, ID_BEYOND_TYPES, NAME_BEYOND_STRINGS } from "./codes";
import { issueHere } from "./issues";
import { firstElement, kindOf, nameOff, sizeOrType, stringsEnd, typeAt, typeCount, vlenOf } from "./layers";
import {
  HEAD_BYTES,
  KIND_ARRAY,
  KIND_CONST,
  KIND_DATASEC,
  KIND_DECL_TAG,
  KIND_ENUM,
  KIND_ENUM64,
  KIND_FUNC,
  KIND_FUNC_PROTO,
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

// Every name and every reference of a layer: the rules of "Parse" in docs/formats/btf.md that need the whole index.

let layer: usize = 0;
let id: u32 = 0;

export function checkReferences(ofLayer: usize): void {
  layer = ofLayer;
  const end = load<u32>(layer + LAYER_END_ID);
  for (id = load<u32>(layer + LAYER_FIRST_ID); id < end; id++) checkType(typeAt(id));
}

function checkType(type: usize): void {
  checkName(type);
  const kind = kindOf(type);
  switch (kind) {
    case KIND_PTR:
    case KIND_TYPEDEF:
    case KIND_VOLATILE:
    case KIND_CONST:
    case KIND_RESTRICT:
    case KIND_VAR:
    case KIND_DECL_TAG:
    case KIND_TYPE_TAG:
      checkId(type + 8);
      break;
    case KIND_ARRAY:
      checkId(type + HEAD_BYTES);
      checkId(type + HEAD_BYTES + 4);
      break;
    case KIND_STRUCT:
    case KIND_UNION:
      checkElements(type, 12, true, 4);
      break;
    case KIND_ENUM:
      checkElements(type, 8, true, 0);
      break;
    case KIND_ENUM64:
      checkElements(type, 12, true, 0);
      break;
    case KIND_FUNC_PROTO:
      checkId(type + 8);
      checkElements(type, 8, true, 4);
      break;
    case KIND_DATASEC:
      checkElements(type, 12, false, 0);
      break;
    case KIND_FUNC:
      checkFunc(type);
      break;
    default:
      break;
  }
}

/** @param named the first word of an element is a name, else an id. @param idAt offset of a further id, 0 = none. */
function checkElements(type: usize, bytes: u32, named: bool, idAt: u32): void {
  let at = firstElement(type);
  for (let left = vlenOf(type); left > 0; left--) {
    if (named) checkName(at);
    else checkId(at);
    if (idAt != 0) checkId(at + idAt);
    at += bytes;
  }
}

function checkFunc(type: usize): void {
  const proto = typeAt(sizeOrType(type));
  if (sizeOrType(type) >= typeCount) checkId(type + 8);
  else if (proto == 0 || kindOf(proto) != KIND_FUNC_PROTO) {
    issueHere(FUNC_WITHOUT_PROTO, layer, id, type + 8, sizeOrType(type), 0);
  }
}

function checkName(at: usize): void {
  const off = nameOff(at);
  if (off >= stringsEnd && off != 0) issueHere(NAME_BEYOND_STRINGS, layer, id, at, off, stringsEnd);
}

function checkId(at: usize): void {
  const target = load<u32>(at);
  if (target >= typeCount) issueHere(ID_BEYOND_TYPES, layer, id, at, target, typeCount);
}
