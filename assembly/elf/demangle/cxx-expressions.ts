/** Expressions (Itanium C++ ABI, section 5.1.6.2 on). */
import { parseArguments, parseName, parseType, parseUnqualified } from "./cxx-grammar";
import { parseLiteral } from "./cxx-literals";
import { parseCompactNumber, parseTemplateParameter } from "./cxx-names";
import { findOperator, isOperator, operatorOperands } from "./cxx-operators";
import {
  BARE_TEXT,
  BINARY,
  BRACED,
  CALL,
  CAST,
  CONDITIONAL,
  EXPANSION,
  FOLD,
  FUNCTION_PARAMETER,
  GLOBAL,
  INDEXED,
  LIST,
  make,
  NAMED_CAST,
  NEW,
  NONE,
  PACK,
  PACK_SIZE,
  POSTFIX,
  SCOPED,
  setSecond,
  TEMPLATE,
  UNARY,
} from "./cxx-tree";
import { accept, accept2, enter, isDigit, leave, peek, position, seekName, take, takeNumber } from "./name-in";

const UPPER_E: u32 = 0x45;

export function parseExpression(): u32 {
  if (!enter()) return NONE;
  const node = parseAny();
  leave();
  return node;
}

function parseAny(): u32 {
  const char = peek();
  const next = peek(1);
  if (char == 0x4c) return parseLiteral();
  if (char == 0x54) return parseTemplateParameter();
  if (char == 0x66 && next == 0x70) return parseFunctionParameter();
  if (char == 0x66 && next == 0x4c && isDigit(peek(2))) return parseOuterParameter();
  if (char == 0x73 && next == 0x72) return parseResolved();
  if (char == 0x73 && next == 0x70) {
    accept2(0x73, 0x70);
    const pattern = parseExpression();
    return pattern == NONE ? NONE : make(EXPANSION, pattern);
  }
  if (isDigit(char) || (char == 0x6f && next == 0x6e)) return parseUnresolved();
  if (char == 0x74 && next == 0x6c) {
    accept2(0x74, 0x6c);
    const type = parseType();
    const list = type == NONE ? 0 : parseList();
    return list == 0 ? NONE : make(BRACED, type, list - 1);
  }
  if (accept2(0x69, 0x6c)) {
    const list = parseList();
    return list == 0 ? NONE : make(BRACED, NONE, list - 1);
  }
  if (accept2(0x74, 0x72)) return make(BARE_TEXT, u32(changetype<usize>("throw")));
  return parseOperation();
}

/** `fp_`, `fp0_`, and `fpT` for this; qualifiers between do not show. */
function parseFunctionParameter(): u32 {
  accept2(0x66, 0x70);
  if (accept(0x54)) return make(BARE_TEXT, u32(changetype<usize>("this")));
  return parameterNumber();
}

function parseOuterParameter(): u32 {
  accept2(0x66, 0x4c);
  takeNumber();
  if (!accept(0x70)) return NONE;
  return parameterNumber();
}

function parameterNumber(): u32 {
  while (peek() == 0x72 || peek() == 0x56 || peek() == 0x4b) take();
  const number = parseCompactNumber();
  return number < 0 ? NONE : make(FUNCTION_PARAMETER, u32(number) + 1);
}

/**
 * `sr` type name: a member of a dependent type. `sr` levels `E` name: the same by names only; old compilers wrote that
 * as type and name too, so whether an `E` and a name follow the first level decides.
 */
function parseResolved(): u32 {
  accept2(0x73, 0x72);
  const isNested = accept(0x4e);
  const isNames = !isNested && isDigit(peek());
  let scope = isNames ? parseSimpleName() : parseType();
  if (isNames) scope = parseLevels(scope);
  while (isNested && scope != NONE && !accept(UPPER_E)) scope = withLevel(scope);
  if (scope == NONE) return NONE;
  accept2(0x6f, 0x6e);
  const name = parseUnqualified();
  if (name == NONE) return NONE;
  const member = make(SCOPED, scope, name);
  if (peek() != 0x49) return member;
  const list = parseArguments();
  return list == 0 ? NONE : make(TEMPLATE, member, list - 1);
}

function withLevel(scope: u32): u32 {
  const level = parseSimpleName();
  return level == NONE ? NONE : make(SCOPED, scope, level);
}

/** Further levels up to `E`, if there is one before the expression ends. */
function parseLevels(first: u32): u32 {
  const from = position();
  let scope = first;
  while (scope != NONE && isDigit(peek())) scope = withLevel(scope);
  if (scope != NONE && peek() == UPPER_E && isDigit(peek(1))) {
    accept(UPPER_E);
    return scope;
  }
  seekName(from);
  return first;
}

function parseSimpleName(): u32 {
  const name = parseUnqualified();
  if (name == NONE || peek() != 0x49) return name;
  const list = parseArguments();
  return list == 0 ? NONE : make(TEMPLATE, name, list - 1);
}

function parseUnresolved(): u32 {
  accept2(0x6f, 0x6e);
  return parseSimpleName();
}

/** Expressions up to `E`. @returns the list plus one; 0 on failure. */
function parseList(end: u32 = UPPER_E): u32 {
  let head: u32 = NONE;
  let tail: u32 = NONE;
  while (!accept(end)) {
    const expression = parseExpression();
    if (expression == NONE) return 0;
    const item = make(LIST, expression);
    if (head == NONE) head = item;
    else setSecond(tail, item);
    tail = item;
  }
  return head + 1;
}

function parseOperation(): u32 {
  const first = peek();
  const second = peek(1);
  if (first == 0x66 && (second == 0x6c || second == 0x72 || second == 0x4c || second == 0x52)) return parseFold();
  if (accept2(0x67, 0x73)) {
    const name = parseExpression();
    return name == NONE ? NONE : make(GLOBAL, name);
  }
  if (accept2(0x73, 0x5a)) {
    const pack = peek() == 0x66 ? parseExpression() : parseTemplateParameter();
    return pack == NONE ? NONE : make(PACK_SIZE, pack);
  }
  if (accept2(0x73, 0x50)) {
    const list = parseArgumentsTo(UPPER_E);
    return list == 0 ? NONE : make(PACK_SIZE, make(PACK, list - 1));
  }
  if (accept2(0x63, 0x6c)) return parseCall();
  if (accept2(0x63, 0x76)) return parseConversion();
  const index = findOperator(first, second);
  if (index < 0) return NONE;
  take();
  take();
  return parseOperands(u32(index), first, second);
}

function parseArgumentsTo(end: u32): u32 {
  let head: u32 = NONE;
  let tail: u32 = NONE;
  while (!accept(end)) {
    const type = parseType();
    if (type == NONE) return 0;
    const item = make(LIST, type);
    if (head == NONE) head = item;
    else setSecond(tail, item);
    tail = item;
  }
  return head + 1;
}

function parseCall(): u32 {
  const callee = parseExpression();
  if (callee == NONE) return NONE;
  const list = parseList();
  return list == 0 ? NONE : make(CALL, callee, list - 1);
}

function parseConversion(): u32 {
  const type = parseType();
  if (type == NONE) return NONE;
  if (!accept(0x5f)) {
    const operand = parseExpression();
    return operand == NONE ? NONE : make(CAST, type, operand);
  }
  const list = parseList();
  return list == 0 ? NONE : make(CAST, type, make(PACK, list - 1));
}

function parseOperands(index: u32, first: u32, second: u32): u32 {
  if (isNamedCast(first, second)) {
    const type = parseType();
    const operand = type == NONE ? NONE : parseExpression();
    return operand == NONE ? NONE : make(NAMED_CAST, index, type, operand);
  }
  // sizeof, alignof and typeid of a type.
  const takesType =
    (first == 0x73 && second == 0x74) || (second == 0x74 && first == 0x61) || (first == 0x74 && second == 0x69);
  if (takesType) {
    const type = parseType();
    return type == NONE ? NONE : make(UNARY, index, type);
  }
  if (isOperator(index, 0x6e, 0x77) || isOperator(index, 0x6e, 0x61)) return parseNew();
  if (isOperator(index, 0x64, 0x6c) || isOperator(index, 0x64, 0x61)) return unary(index);
  if (isOperator(index, 0x64, 0x74) || isOperator(index, 0x70, 0x74)) return parseMember(index);
  if (isOperator(index, 0x69, 0x78)) return parseIndexed();
  const operands = operatorOperands(index);
  if (operands == 1) return unary(index);
  if (operands == 2) return binary(index);
  return operands == 3 ? parseConditional() : NONE;
}

function isNamedCast(first: u32, second: u32): bool {
  return second == 0x63 && (first == 0x73 || first == 0x64 || first == 0x63 || first == 0x72);
}

/** `pp_` and `mm_` are the prefix forms. */
function unary(index: u32): u32 {
  const steps = isOperator(index, 0x70, 0x70) || isOperator(index, 0x6d, 0x6d);
  const isPostfix = steps && !accept(0x5f);
  const operand = parseExpression();
  return operand == NONE ? NONE : make(isPostfix ? POSTFIX : UNARY, index, operand);
}

function binary(index: u32): u32 {
  const left = parseExpression();
  const right = left == NONE ? NONE : parseExpression();
  return right == NONE ? NONE : make(BINARY, index, left, right);
}

function parseIndexed(): u32 {
  const left = parseExpression();
  const right = left == NONE ? NONE : parseExpression();
  return right == NONE ? NONE : make(INDEXED, left, right);
}

function parseMember(index: u32): u32 {
  const object = parseExpression();
  if (object == NONE) return NONE;
  const isName = isDigit(peek()) || (peek() == 0x6f && peek(1) == 0x6e);
  const member = isName ? parseUnresolved() : peek() == 0x4e || peek() == 0x53 ? parseName() : parseExpression();
  return member == NONE ? NONE : make(BINARY, index, object, member);
}

function parseConditional(): u32 {
  const condition = parseExpression();
  const yes = condition == NONE ? NONE : parseExpression();
  const no = yes == NONE ? NONE : parseExpression();
  return no == NONE ? NONE : make(CONDITIONAL, condition, make(LIST, yes, make(LIST, no)));
}

/** `new` placement `_` type then `E`, `pi` arguments or a braced list. */
function parseNew(): u32 {
  const placement = parseList(0x5f);
  if (placement == 0) return NONE;
  const type = parseType();
  if (type == NONE) return NONE;
  if (accept(UPPER_E)) return make(NEW, placement - 1, type, NONE);
  if (accept2(0x70, 0x69)) {
    const list = parseList();
    return list == 0 ? NONE : make(NEW, placement - 1, type, make(PACK, list - 1));
  }
  const braced = parseExpression();
  return braced == NONE ? NONE : make(NEW, placement - 1, type, braced);
}

/** `fl` and `fr` have one operand, `fL` and `fR` two. */
function parseFold(): u32 {
  take();
  const form = take();
  const index = findOperator(peek(), peek(1));
  if (index < 0) return NONE;
  take();
  take();
  const one = parseExpression();
  if (one == NONE) return NONE;
  if (form == 0x6c) return make(FOLD, u32(index), NONE, one);
  if (form == 0x72) return make(FOLD, u32(index), one, NONE);
  const two = parseExpression();
  return two == NONE ? NONE : make(FOLD, u32(index), one, make(LIST, two));
}
