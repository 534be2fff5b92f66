/** Nodes of a demangled C++ name: {kind, a, b, c}, four words each. Node 0 is "none". */
import { scratch } from "../arena";

const NODE_BYTES: u32 = 16;
const MAX_NODES: u32 = 8192;

export const NONE: u32 = 0;
// Names.
export const NAME: u32 = 1; // a pointer, b length
export const TEXT: u32 = 2; // a string of ours; c: kind of literal it makes
export const SCOPED: u32 = 3; // a scope, b name
export const LOCAL: u32 = 4; // a encoding, b entity
export const TEMPLATE: u32 = 5; // a name, b list of arguments
export const LIST: u32 = 6; // a item, b rest
export const PACK: u32 = 7; // a list
export const CONSTRUCTOR: u32 = 8; // a name
export const DESTRUCTOR: u32 = 9; // a name
export const OPERATOR: u32 = 10; // a index in the operator table
export const CONVERSION: u32 = 11; // a type
export const LITERAL_OPERATOR: u32 = 12; // a name
export const LAMBDA: u32 = 13; // a parameters, b number
export const UNNAMED: u32 = 14; // b number
export const TAGGED: u32 = 15; // a name, b tag
export const STANDARD: u32 = 16; // a index of the abbreviation, b whether it stands for its whole template
export const ENCODING: u32 = 17; // a name, b function type, c qualifiers
export const SPECIAL: u32 = 18; // a text, b node
export const CONSTRUCTION: u32 = 19; // a, b classes
export const BINDING: u32 = 20; // a list
export const CLONE: u32 = 21; // a node, b pointer, c length
export const DEFAULT_ARGUMENT: u32 = 22; // b number
// Types.
export const QUALIFIED: u32 = 30; // a type, b qualifiers
export const POINTER: u32 = 31; // a type
export const LVALUE: u32 = 32;
export const RVALUE: u32 = 33;
export const SUFFIXED: u32 = 34; // a type, b text behind it
export const VENDOR: u32 = 35; // a type, b name
export const FUNCTION: u32 = 36; // a return type, b parameters, c qualifiers
export const NOEXCEPT: u32 = 37; // a function, b expression
export const ARRAY: u32 = 38; // a element, b dimension
export const MEMBER_POINTER: u32 = 39; // a class, b type
export const VECTOR: u32 = 40; // a element, b dimension
export const PARAMETER: u32 = 41; // a index
export const EXPANSION: u32 = 42; // a pattern
export const DECLTYPE: u32 = 43; // a expression
export const BIT_INTEGER: u32 = 44; // a text, b dimension
// Expressions.
export const LITERAL: u32 = 50; // a type, b pointer, c length
export const UNARY: u32 = 51; // a operator, b operand
export const BINARY: u32 = 52; // a operator, b and c operands
export const CONDITIONAL: u32 = 53; // a condition, b list of two
export const CALL: u32 = 54; // a function, b arguments
export const CAST: u32 = 55; // a type, b operand
export const NAMED_CAST: u32 = 56; // a text, b type, c operand
export const FUNCTION_PARAMETER: u32 = 57; // a number
export const BRACED: u32 = 58; // a type or none, b list
export const PACK_SIZE: u32 = 59; // a pack
export const INDEXED: u32 = 60; // a, b
export const GLOBAL: u32 = 61; // a name
export const FOLD: u32 = 62; // a operator, b left, c right; kinds by what is none
export const NEW: u32 = 63; // a arguments, b type, c initializer
export const POSTFIX: u32 = 64; // a operator, b operand
export const BARE_TEXT: u32 = 65; // a text: `this`, `throw`

// Qualifier bits.
export const CONST: u32 = 1;
export const VOLATILE: u32 = 2;
export const RESTRICT: u32 = 4;
export const REF: u32 = 8;
export const RREF: u32 = 16;

let nodes: u32 = 0;
let count: u32 = 0;
/** Set when the name has more parts than fit. */
export let isFull: bool = false;

export function openTree(): bool {
  nodes = scratch(MAX_NODES * NODE_BYTES);
  count = 1;
  isFull = false;
  if (nodes != 0) memory.fill(nodes, 0, NODE_BYTES);
  return nodes != 0;
}

/** @returns NONE when the tree is full. */
export function make(kind: u32, a: u32 = 0, b: u32 = 0, c: u32 = 0): u32 {
  if (count >= MAX_NODES) {
    isFull = true;
    return NONE;
  }
  const at = nodes + count * NODE_BYTES;
  store<u32>(at, kind);
  store<u32>(at, a, 4);
  store<u32>(at, b, 8);
  store<u32>(at, c, 12);
  return count++;
}

export function makeText(text: string, literal: u32 = 0): u32 {
  return make(TEXT, u32(changetype<usize>(text)), 0, literal);
}

export function textAt(address: u32): string {
  return changetype<string>(usize(address));
}

export function kindOf(node: u32): u32 {
  return load<u32>(nodes + node * NODE_BYTES);
}

export function first(node: u32): u32 {
  return load<u32>(nodes + node * NODE_BYTES, 4);
}

export function second(node: u32): u32 {
  return load<u32>(nodes + node * NODE_BYTES, 8);
}

export function third(node: u32): u32 {
  return load<u32>(nodes + node * NODE_BYTES, 12);
}

export function setSecond(node: u32, value: u32): void {
  store<u32>(nodes + node * NODE_BYTES, value, 8);
}

/** Number of items of a list. */
export function listLength(list: u32): u32 {
  let n: u32 = 0;
  for (let one = list; one != NONE; one = second(one)) n++;
  return n;
}

/** Item `index` of a list, or NONE. */
export function listItem(list: u32, index: u32): u32 {
  let one = list;
  for (let i: u32 = 0; one != NONE && i < index; i++) one = second(one);
  return one == NONE ? NONE : first(one);
}
