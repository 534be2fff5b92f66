/** `L…E`: literals of a type, and functions and variables by their encoding. */
import { parseInnerEncoding, parseType } from "./cxx-grammar";
import { kindOf, LITERAL, make, NONE, TEXT, third } from "./cxx-tree";
import { accept, left, peek, position, take } from "./name-in";

const UPPER_E: u32 = 0x45;

export function parseLiteral(): u32 {
  if (!accept(0x4c)) return NONE;
  if (peek() == 0x5f && peek(1) == 0x5a) {
    take();
    take();
    return closed(parseInnerEncoding());
  }
  // Old compilers left the underscore out.
  if (peek() == 0x5a) {
    take();
    return closed(parseInnerEncoding());
  }
  const type = parseType();
  if (type == NONE) return NONE;
  const from = position();
  while (left() > 0 && peek() != UPPER_E) take();
  const node = make(LITERAL, type, from, position() - from);
  return accept(UPPER_E) ? node : NONE;
}

function closed(node: u32): u32 {
  return node != NONE && accept(UPPER_E) ? node : NONE;
}

/** Which form literals of a type take: the mark of a builtin. */
export function literalForm(type: u32): u32 {
  return kindOf(type) == TEXT ? third(type) : 0;
}
