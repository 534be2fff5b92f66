/** What types are behind template parameters and qualifiers: questions that the printing of types asks. */
import { argumentOf, frame, outerFrame, packIndex, setFrame } from "./cxx-style";
import {
  ARRAY,
  FUNCTION,
  first,
  kindOf,
  LVALUE,
  listItem,
  MEMBER_POINTER,
  NOEXCEPT,
  NONE,
  PACK,
  PARAMETER,
  POINTER,
  QUALIFIED,
  RVALUE,
  second,
} from "./cxx-tree";

export function needsParentheses(type: u32): bool {
  const kind = kindUnder(type);
  return kind == ARRAY || kind == FUNCTION || kind == NOEXCEPT;
}

export function hasArray(type: u32): bool {
  return kindUnder(type) == ARRAY;
}

/** Kind of a type under its qualifiers and the parameters it stands behind. */
function kindUnder(type: u32): u32 {
  const before = frame;
  const kind = kindOf(bare(type));
  setFrame(before);
  return kind;
}

/** A type without qualifiers and parameters; moves to the frame that it was written in. */
function bare(type: u32): u32 {
  let node = type;
  for (let hops = 0; hops < 64; hops++) {
    const next = kindOf(node) == QUALIFIED ? first(node) : argument(node);
    if (next == node) return node;
    node = next;
  }
  return node;
}

/**
 * What a template parameter stands for, one element of a pack while an expansion is printed; other nodes are
 * themselves. Moves to the frame in which the argument was written.
 */
export function argument(node: u32): u32 {
  if (kindOf(node) != PARAMETER) return node;
  let target = argumentOf(first(node));
  if (kindOf(target) == PACK && packIndex >= 0) target = listItem(first(target), u32(packIndex));
  if (target == NONE) return node;
  setFrame(outerFrame());
  return target;
}

export function hasRight(type: u32): bool {
  const before = frame;
  const found = hasRightHere(type);
  setFrame(before);
  return found;
}

function hasRightHere(type: u32): bool {
  let node = bare(type);
  for (let hops = 0; hops < 256; hops++) {
    const kind = kindOf(node);
    if (kind == ARRAY || kind == FUNCTION || kind == NOEXCEPT) return true;
    if (kind == POINTER || kind == LVALUE || kind == RVALUE) node = bare(first(node));
    else if (kind == MEMBER_POINTER) node = bare(second(node));
    else return false;
  }
  return false;
}

/** References to references are one reference: && only if all are. */
export function isRvalueReference(node: u32): bool {
  const before = frame;
  let one = node;
  let hops = 0;
  while (kindOf(one) == RVALUE && hops++ < 64) one = argument(first(one));
  setFrame(before);
  return kindOf(one) != LVALUE;
}

/** What a reference, or a reference to references, refers to; moves to the frame that it was written in. */
export function referent(node: u32): u32 {
  let one = first(node);
  for (let hops = 0; hops < 64; hops++) {
    const before = frame;
    const target = argument(one);
    if (kindOf(target) != LVALUE && kindOf(target) != RVALUE) {
      setFrame(before);
      return one;
    }
    one = first(target);
  }
  return one;
}

/** Qualifiers that the argument behind a parameter brings along. */
export function ownQualifiers(type: u32): u32 {
  const before = frame;
  let bits: u32 = 0;
  let node = argument(type);
  for (let hops = 0; kindOf(node) == QUALIFIED && hops < 64; hops++) {
    bits |= second(node);
    node = argument(first(node));
  }
  setFrame(before);
  return bits;
}
