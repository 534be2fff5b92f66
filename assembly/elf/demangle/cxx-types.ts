/** Types and template arguments (Itanium C++ ABI, sections 5.1.5 and 5.1.6). */
import { parseExpression, parseName } from "./cxx-grammar";
import { parseLiteral } from "./cxx-literals";
import { parseParameters, parseQualifiers, parseSubstitution, parseTemplateParameter } from "./cxx-names";
import { addSubstitution, inConversion } from "./cxx-scope";
import {
  ARRAY,
  BIT_INTEGER,
  DECLTYPE,
  EXPANSION,
  FUNCTION,
  LIST,
  LVALUE,
  MEMBER_POINTER,
  make,
  makeText,
  NAME,
  NOEXCEPT,
  NONE,
  PACK,
  POINTER,
  QUALIFIED,
  REF,
  RREF,
  RVALUE,
  SUFFIXED,
  setSecond,
  TEMPLATE,
  VECTOR,
  VENDOR,
} from "./cxx-tree";
import {
  accept,
  accept2,
  enter,
  isDigit,
  isLower,
  leave,
  left,
  peek,
  position,
  seekName,
  take,
  takeNumber,
} from "./name-in";

const UPPER_E: u32 = 0x45;

/** What literals of a builtin type look like. */
export const LITERAL_CAST: u32 = 0;
export const LITERAL_INT: u32 = 1;
export const LITERAL_UNSIGNED: u32 = 2;
export const LITERAL_LONG: u32 = 3;
export const LITERAL_UNSIGNED_LONG: u32 = 4;
export const LITERAL_LONG_LONG: u32 = 5;
export const LITERAL_UNSIGNED_LONG_LONG: u32 = 6;
export const LITERAL_BOOL: u32 = 7;
export const LITERAL_FLOAT: u32 = 8;
export const LITERAL_NULL: u32 = 9;

export function parseType(): u32 {
  if (!enter()) return NONE;
  const node = parseAnyType();
  leave();
  return node;
}

function parseAnyType(): u32 {
  const char = peek();
  if (char == 0x72 || char == 0x56 || char == 0x4b) return parseQualified();
  if (isLower(char) && char != 0x75) return builtin(take());
  switch (char) {
    case 0x75:
      take();
      return remember(parseVendorType());
    case 0x46:
      return remember(parseFunctionType(0));
    case 0x41:
      return remember(parseArray());
    case 0x4d:
      return remember(parseMemberPointer());
    case 0x54:
      return parseParameterType();
    case 0x53:
      return parseSubstitutedType();
    case 0x50:
      return wrapped(POINTER);
    case 0x52:
      return wrapped(LVALUE);
    case 0x4f:
      return wrapped(RVALUE);
    case 0x43:
      return suffixed(" _Complex");
    case 0x47:
      return suffixed(" _Imaginary");
    case 0x55:
      return remember(parseVendorQualified());
    case 0x44:
      return parseExtended();
    case 0x4e:
    case 0x5a:
      return remember(parseName());
    default:
      return isDigit(char) ? remember(parseName()) : NONE;
  }
}

function remember(node: u32): u32 {
  addSubstitution(node);
  return node;
}

function wrapped(kind: u32): u32 {
  take();
  const type = parseType();
  return type == NONE ? NONE : remember(make(kind, type));
}

function suffixed(text: string): u32 {
  take();
  const type = parseType();
  return type == NONE ? NONE : remember(make(SUFFIXED, type, u32(changetype<usize>(text))));
}

/** Qualifiers before a function type belong to the function, not to a type of their own. */
function parseQualified(): u32 {
  const bits = parseQualifiers();
  if (isFunctionAhead()) return remember(parseFunctionType(bits));
  const type = parseType();
  return type == NONE ? NONE : remember(make(QUALIFIED, type, bits));
}

function isFunctionAhead(): bool {
  if (peek() == 0x46) return true;
  if (peek() != 0x44) return false;
  const next = peek(1);
  return next == 0x6f || next == 0x4f || next == 0x77 || next == 0x78;
}

function parseFunctionType(bits: u32): u32 {
  let condition: u32 = NONE;
  let isNoexcept = false;
  if (accept2(0x44, 0x6f)) isNoexcept = true;
  else if (accept2(0x44, 0x4f)) {
    condition = parseExpression();
    if (condition == NONE || !accept(UPPER_E)) return NONE;
    isNoexcept = true;
  }
  accept2(0x44, 0x78);
  if (!accept(0x46)) return NONE;
  accept(0x59);
  const result = parseType();
  if (result == NONE) return NONE;
  const parameters = parseParameters();
  if (parameters == 0) return NONE;
  const reference = accept(0x52) ? REF : accept(0x4f) ? RREF : 0;
  if (!accept(UPPER_E)) return NONE;
  const node = make(FUNCTION, result, parameters - 1, bits | reference);
  return isNoexcept ? make(NOEXCEPT, node, condition) : node;
}

function parseArray(): u32 {
  take();
  let dimension: u32 = NONE;
  if (isDigit(peek())) {
    const from = position();
    takeNumber();
    dimension = make(NAME, from, position() - from);
  } else if (peek() != 0x5f) {
    dimension = parseExpression();
    if (dimension == NONE) return NONE;
  }
  if (!accept(0x5f)) return NONE;
  const element = parseType();
  return element == NONE ? NONE : make(ARRAY, element, dimension);
}

function parseMemberPointer(): u32 {
  take();
  const owner = parseType();
  if (owner == NONE) return NONE;
  const type = parseType();
  return type == NONE ? NONE : make(MEMBER_POINTER, owner, type);
}

/** A template parameter, or one that is a template with arguments of its own. */
function parseParameterType(): u32 {
  const next = peek(1);
  if (next == 0x73 || next == 0x75 || next == 0x65) {
    // An elaborated class, union or enum: the keyword is not shown.
    take();
    take();
    return remember(parseName());
  }
  const parameter = remember(parseTemplateParameter());
  if (parameter == NONE || peek() != 0x49) return parameter;
  const from = position();
  const list = parseArguments();
  if (inConversion && peek() != 0x49) {
    seekName(from);
    return parameter;
  }
  return list == 0 ? NONE : remember(make(TEMPLATE, parameter, list - 1));
}

function parseSubstitutedType(): u32 {
  const next = peek(1);
  // `St` starts an ordinary name.
  if (next == 0x74) return remember(parseName());
  const node = parseSubstitution();
  if (node == NONE || peek() != 0x49) return node;
  const list = parseArguments();
  return list == 0 ? NONE : remember(make(TEMPLATE, node, list - 1));
}

function parseVendorType(): u32 {
  const length = takeNumber();
  if (length == 0 || length > left()) return NONE;
  const from = position();
  for (let i: u32 = 0; i < length; i++) take();
  const name = make(NAME, from, length);
  if (peek() != 0x49) return name;
  const list = parseArguments();
  return list == 0 ? NONE : make(TEMPLATE, name, list - 1);
}

function parseVendorQualified(): u32 {
  take();
  const length = takeNumber();
  if (length == 0 || length > left()) return NONE;
  const from = position();
  for (let i: u32 = 0; i < length; i++) take();
  let name = make(NAME, from, length);
  if (peek() == 0x49) {
    const list = parseArguments();
    if (list == 0) return NONE;
    name = make(TEMPLATE, name, list - 1);
  }
  const type = parseType();
  return type == NONE ? NONE : make(VENDOR, type, name);
}

function parseExtended(): u32 {
  const next = peek(1);
  if (isFunctionAhead()) return remember(parseFunctionType(0));
  take();
  take();
  switch (next) {
    case 0x70: {
      const pattern = parseType();
      return pattern == NONE ? NONE : remember(make(EXPANSION, pattern));
    }
    case 0x74:
    case 0x54: {
      const expression = parseExpression();
      return expression == NONE || !accept(UPPER_E) ? NONE : remember(make(DECLTYPE, expression));
    }
    case 0x76:
      return remember(parseVector());
    case 0x46:
      return parseFloatType();
    case 0x42:
      return remember(parseBitInteger("signed _BitInt"));
    case 0x55:
      return remember(parseBitInteger("unsigned _BitInt"));
    default:
      return extendedBuiltin(next);
  }
}

function parseVector(): u32 {
  let dimension: u32;
  if (accept(0x5f)) dimension = parseExpression();
  else {
    const from = position();
    takeNumber();
    dimension = make(NAME, from, position() - from);
  }
  if (dimension == NONE || !accept(0x5f)) return NONE;
  const element = parseType();
  return element == NONE ? NONE : make(VECTOR, element, dimension);
}

function parseBitInteger(text: string): u32 {
  const from = position();
  if (isDigit(peek())) takeNumber();
  const dimension = position() > from ? make(NAME, from, position() - from) : parseExpression();
  return dimension == NONE || !accept(0x5f) ? NONE : make(BIT_INTEGER, u32(changetype<usize>(text)), dimension);
}

/** `_Float16`, `_Float32x`, `std::bfloat16_t`. */
function parseFloatType(): u32 {
  const from = position();
  const bits = takeNumber();
  if (accept(0x62)) return makeText("std::bfloat16_t", LITERAL_FLOAT);
  const isWide = accept(0x78);
  if (!isWide && !accept(0x5f)) return NONE;
  if (bits == 16) return makeText("_Float16", LITERAL_FLOAT);
  if (bits == 32) return makeText(isWide ? "_Float32x" : "_Float32", LITERAL_FLOAT);
  if (bits == 64) return makeText(isWide ? "_Float64x" : "_Float64", LITERAL_FLOAT);
  if (bits == 128) return makeText(isWide ? "_Float128x" : "_Float128", LITERAL_FLOAT);
  return position() == from ? NONE : NONE;
}

function extendedBuiltin(char: u32): u32 {
  switch (char) {
    case 0x61:
      return makeText("auto");
    case 0x63:
      return makeText("decltype(auto)");
    case 0x64:
      return makeText("decimal64");
    case 0x65:
      return makeText("decimal128");
    case 0x66:
      return makeText("decimal32");
    case 0x68:
      return makeText("half", LITERAL_FLOAT);
    case 0x69:
      return makeText("char32_t");
    case 0x6e:
      return makeText("decltype(nullptr)", LITERAL_NULL);
    case 0x73:
      return makeText("char16_t");
    case 0x75:
      return makeText("char8_t");
    default:
      return NONE;
  }
}

function builtin(char: u32): u32 {
  switch (char) {
    case 0x61:
      return makeText("signed char");
    case 0x62:
      return makeText("bool", LITERAL_BOOL);
    case 0x63:
      return makeText("char");
    case 0x64:
      return makeText("double", LITERAL_FLOAT);
    case 0x65:
      return makeText("long double", LITERAL_FLOAT);
    case 0x66:
      return makeText("float", LITERAL_FLOAT);
    case 0x67:
      return makeText("__float128", LITERAL_FLOAT);
    case 0x68:
      return makeText("unsigned char");
    case 0x69:
      return makeText("int", LITERAL_INT);
    case 0x6a:
      return makeText("unsigned int", LITERAL_UNSIGNED);
    case 0x6c:
      return makeText("long", LITERAL_LONG);
    case 0x6d:
      return makeText("unsigned long", LITERAL_UNSIGNED_LONG);
    case 0x6e:
      return makeText("__int128");
    case 0x6f:
      return makeText("unsigned __int128");
    case 0x73:
      return makeText("short");
    case 0x74:
      return makeText("unsigned short");
    case 0x76:
      return makeText("void");
    case 0x77:
      return makeText("wchar_t");
    case 0x78:
      return makeText("long long", LITERAL_LONG_LONG);
    case 0x79:
      return makeText("unsigned long long", LITERAL_UNSIGNED_LONG_LONG);
    case 0x7a:
      return makeText("...");
    default:
      return NONE;
  }
}

/** Template arguments, the `I` included. @returns the list plus one; 0 on failure. */
export function parseArguments(): u32 {
  if (!accept(0x49) && !accept(0x4a)) return 0;
  let head: u32 = NONE;
  let tail: u32 = NONE;
  while (!accept(UPPER_E)) {
    const argument = parseArgument();
    if (argument == NONE) return 0;
    const item = make(LIST, argument);
    if (head == NONE) head = item;
    else setSecond(tail, item);
    tail = item;
  }
  return head + 1;
}

export function parseArgument(): u32 {
  const char = peek();
  if (char == 0x54 && isDeclarationAhead()) {
    // Which kind of parameter the argument is for does not show.
    return skipDeclaration() ? parseArgument() : NONE;
  }
  if (char == 0x58) {
    take();
    const expression = parseExpression();
    return expression != NONE && accept(UPPER_E) ? expression : NONE;
  }
  if (char == 0x4c) return parseLiteral();
  if (char == 0x49 || char == 0x4a) {
    if (!enter()) return NONE;
    const list = parseArguments();
    leave();
    return list == 0 ? NONE : make(PACK, list - 1);
  }
  return parseType();
}

/** `Ty` a type, `Tn` a value of a type, `Tp` a pack, `Tt` a template with parameters of its own. */
function isDeclarationAhead(): bool {
  const kind = peek(1);
  return kind == 0x79 || kind == 0x6e || kind == 0x70 || kind == 0x74;
}

function skipDeclaration(): bool {
  if (!enter()) return false;
  take();
  const kind = take();
  let isGood: bool = true;
  if (kind == 0x6e) isGood = parseType() != NONE;
  else if (kind == 0x70) isGood = isDeclarationAhead() && skipDeclaration();
  else if (kind == 0x74) while (isGood && !accept(UPPER_E)) isGood = isDeclarationAhead() && skipDeclaration();
  leave();
  return isGood;
}
