import type { Btf } from "./btf.ts";
import { isComposite, isModifier, KIND } from "./kinds.ts";

const MAX_DEPTH = 2000;

/**
 * Alignment in bytes that a compiler would give the type: its size up to a pointer's for scalars, the largest of its
 * members for a struct, 1 for a struct whose layout shows that it is packed. 0 where the type has none.
 * Source: libbpf, btf__align_of.
 */
export function alignOf(btf: Btf, id: number): number {
  return align(btf, id, btf.alignments, 0);
}

function align(btf: Btf, id: number, known: Map<number, number>, depth: number): number {
  const found = known.get(id);
  if (found !== undefined) return found;
  if (depth > MAX_DEPTH) return 0;
  // A type that contains itself has no alignment.
  known.set(id, 0);
  const value = compute(btf, id, known, depth + 1);
  known.set(id, value);
  return value;
}

function compute(btf: Btf, id: number, known: Map<number, number>, depth: number): number {
  const kind = btf.kind(id);
  if (isComposite(kind)) return alignComposite(btf, id, known, depth);
  if (isModifier(kind)) return align(btf, btf.target(id), known, depth);
  switch (kind) {
    case KIND.INT:
    case KIND.ENUM:
    case KIND.ENUM64:
    case KIND.FLOAT:
      return Math.min(btf.pointerSize, btf.rawSize(id));
    case KIND.PTR:
      return btf.pointerSize;
    case KIND.ARRAY:
      return align(btf, btf.array(id).elementId, known, depth);
    default:
      return 0;
  }
}

function alignComposite(btf: Btf, id: number, known: Map<number, number>, depth: number): number {
  let largest = 1;
  for (const member of btf.members(id)) {
    const own = align(btf, member.typeId, known, depth);
    if (own <= 0) return own;
    largest = Math.max(largest, own);
    if (member.bitfieldSize === 0 && member.bitOffset % (8 * own) !== 0) return 1;
  }
  return btf.rawSize(id) % largest === 0 ? largest : 1;
}

/** A struct that has a misaligned member (bitfields aside), or a size that is no multiple of its alignment. */
export function isPacked(btf: Btf, id: number): boolean {
  let largest = 1;
  for (const member of btf.members(id)) {
    const own = alignOf(btf, member.typeId);
    if (own !== 0 && member.bitfieldSize === 0 && member.bitOffset % (8 * own) !== 0) return true;
    largest = Math.max(largest, own);
  }
  return btf.rawSize(id) % largest !== 0;
}
