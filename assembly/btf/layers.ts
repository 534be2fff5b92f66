import {
  HEAD_BYTES,
  KIND_ARRAY,
  KIND_DATASEC,
  KIND_DECL_TAG,
  KIND_ENUM,
  KIND_ENUM64,
  KIND_FUNC_PROTO,
  KIND_INT,
  KIND_MAX,
  KIND_STRUCT,
  KIND_UNION,
  KIND_VAR,
  LAYER_END_ID,
  LAYER_LAYOUT,
  LAYER_LAYOUT_LENGTH,
  LAYER_STRIDE,
  LAYER_STRINGS,
  LAYER_STRINGS_FIRST,
  LAYER_STRINGS_LENGTH,
  MAX_LAYERS,
} from "./layout";

/** The chain of blobs, base first, and the index over all their types. */
export const LAYERS: usize = memory.data(i32(MAX_LAYERS * LAYER_STRIDE));
export let layerCount: u32 = 0;
/** Address of u32[typeCount]: id → address of its record; entry 0 is void and 0. */
export let index: usize = 0;
/** Void included. */
export let typeCount: u32 = 1;
/** Length of all string sections of the chain together. */
export let stringsEnd: u32 = 0;

export function layerAt(ix: u32): usize {
  return LAYERS + ix * LAYER_STRIDE;
}

export function pushLayer(newIndex: usize, count: u32): void {
  const layer = layerAt(layerCount++);
  index = newIndex;
  typeCount = count;
  stringsEnd = load<u32>(layer + LAYER_STRINGS_FIRST) + load<u32>(layer + LAYER_STRINGS_LENGTH);
}

/** Address of the record of type `id`, or 0 for void and for ids that no type has. */
export function typeAt(id: u32): usize {
  return id < typeCount && id != 0 ? usize(load<u32>(index + (usize(id) << 2))) : 0;
}

export function layerOfType(id: u32): usize {
  let ix: u32 = 0;
  while (ix + 1 < layerCount && id >= load<u32>(layerAt(ix) + LAYER_END_ID)) ix++;
  return layerAt(ix);
}

export function nameOff(type: usize): u32 {
  return load<u32>(type);
}

export function kindOf(type: usize): u32 {
  return (load<u32>(type, 4) >>> 24) & 0x7f;
}

/** Elements; for FUNC the linkage. */
export function vlenOf(type: usize): u32 {
  return load<u32>(type, 4) & 0xffffff;
}

export function kflagOf(type: usize): bool {
  return load<u32>(type, 4) >>> 31 != 0;
}

/** Size in bytes or referenced id, as the kind has it. */
export function sizeOrType(type: usize): u32 {
  return load<u32>(type, 8);
}

/** Bytes of a record's fixed part after the head. Kinds above `KIND_MAX` are the caller's business. */
export function fixedBytes(kind: u32): u32 {
  if (kind == KIND_INT || kind == KIND_VAR || kind == KIND_DECL_TAG) return 4;
  return kind == KIND_ARRAY ? 12 : 0;
}

export function elementBytes(kind: u32): u32 {
  if (kind == KIND_STRUCT || kind == KIND_UNION || kind == KIND_DATASEC || kind == KIND_ENUM64) return 12;
  return kind == KIND_ENUM || kind == KIND_FUNC_PROTO ? 8 : 0;
}

/**
 * Bytes of a record after its head, or -1 for a kind that neither we nor a layout section know. In 64 bits: a 24-bit
 * vlen of 255-byte elements does not fit in 32.
 */
export function extraBytes(type: usize, layer: usize): i64 {
  const kind = kindOf(type);
  const vlen = u64(vlenOf(type));
  if (kind != 0 && kind <= KIND_MAX) return i64(u64(fixedBytes(kind)) + vlen * u64(elementBytes(kind)));
  const at = describedKind(kind, layer);
  if (at == 0) return -1;
  return i64(u64(load<u8>(at)) + vlen * u64(load<u8>(at, 1)));
}

/** Address of the layout record of `kind` in the layer's own or an earlier layout section; 0 if there is none. */
export function describedKind(kind: u32, layer: usize): usize {
  if (kind == 0) return 0;
  for (let at = layer; at >= LAYERS; at -= LAYER_STRIDE) {
    const bytes = load<u32>(at + LAYER_LAYOUT_LENGTH);
    if (bytes == 0) continue;
    return kind < bytes >>> 2 ? usize(load<u32>(at + LAYER_LAYOUT)) + (kind << 2) : 0;
  }
  return 0;
}

/** Address of the string at `off`, or 0 if no layer has it. It ends at the first NUL or at `stringLimit`. */
export function stringAt(off: u32): usize {
  for (let ix = i32(layerCount) - 1; ix >= 0; ix--) {
    const layer = layerAt(ix);
    const first = load<u32>(layer + LAYER_STRINGS_FIRST);
    if (off < first) continue;
    if (off - first >= load<u32>(layer + LAYER_STRINGS_LENGTH)) return 0;
    return usize(load<u32>(layer + LAYER_STRINGS)) + (off - first);
  }
  return 0;
}

/** Bytes of the string at `off` without its NUL; never beyond its section. */
export function stringLength(off: u32): u32 {
  for (let ix = i32(layerCount) - 1; ix >= 0; ix--) {
    const layer = layerAt(ix);
    const first = load<u32>(layer + LAYER_STRINGS_FIRST);
    if (off < first) continue;
    const length = load<u32>(layer + LAYER_STRINGS_LENGTH);
    if (off - first >= length) return 0;
    const start = usize(load<u32>(layer + LAYER_STRINGS)) + (off - first);
    const end = usize(load<u32>(layer + LAYER_STRINGS)) + length;
    let at = start;
    while (at < end && load<u8>(at) != 0) at++;
    return u32(at - start);
  }
  return 0;
}

export function firstElement(type: usize): usize {
  return type + HEAD_BYTES + fixedBytes(kindOf(type));
}
