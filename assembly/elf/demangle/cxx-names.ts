/** Names and encodings (Itanium C++ ABI, sections 5.1.2 to 5.1.4). A rule returns its node, or NONE on failure. */
import { parseArgument, parseArguments, parseType } from "./cxx-grammar";
import { findOperator } from "./cxx-operators";
import { addSubstitution, inConversion, lastName, setInConversion, setLastName, substitution } from "./cxx-scope";
import {
  BINDING,
  CLONE,
  CONST,
  CONSTRUCTION,
  CONSTRUCTOR,
  CONVERSION,
  DEFAULT_ARGUMENT,
  DESTRUCTOR,
  ENCODING,
  FUNCTION,
  first,
  kindOf,
  LAMBDA,
  LIST,
  LITERAL_OPERATOR,
  LOCAL,
  make,
  makeText,
  NAME,
  NONE,
  OPERATOR,
  PARAMETER,
  REF,
  RESTRICT,
  RREF,
  SCOPED,
  SPECIAL,
  STANDARD,
  second,
  setSecond,
  TAGGED,
  TEMPLATE,
  UNNAMED,
  VOLATILE,
} from "./cxx-tree";
import {
  accept,
  accept2,
  enter,
  isDigit,
  isLower,
  isText,
  isUpper,
  leave,
  left,
  peek,
  position,
  take,
  takeNumber,
} from "./name-in";

const UPPER_E: u32 = 0x45;
const UPPER_S: u32 = 0x53;
const UNDERSCORE: u32 = 0x5f;

/** Qualifiers of the member function whose name was read last. */
let memberQualifiers: u32 = 0;

/** `_` is 0, `0_` is 1 and so on; -1 on failure. */
export function parseCompactNumber(): i32 {
  if (accept(UNDERSCORE)) return 0;
  if (!isDigit(peek())) return -1;
  const value = takeNumber();
  return accept(UNDERSCORE) && value < 0x7fff_ffff ? i32(value) + 1 : -1;
}

function parseSourceName(): u32 {
  const length = takeNumber();
  if (length == 0 || length > left()) return NONE;
  const from = position();
  for (let i: u32 = 0; i < length; i++) take();
  const isAnonymous =
    length >= 10 && isText(from, 8, "_GLOBAL_") && load<u8>(from + 9) == 0x4e && isSeparator(u32(load<u8>(from + 8)));
  const node = isAnonymous ? makeText("(anonymous namespace)") : make(NAME, from, length);
  setLastName(node);
  return node;
}

function isSeparator(char: u32): bool {
  return char == UNDERSCORE || char == 0x2e || char == 0x24;
}

/** `B` source-name, any number of times. */
function withTags(name: u32): u32 {
  let node = name;
  while (node != NONE && accept(0x42)) {
    const before = lastName;
    const tag = parseSourceName();
    setLastName(before);
    node = tag == NONE ? NONE : make(TAGGED, node, tag);
  }
  return node;
}

/** Operator, source, constructor, lambda and unnamed names, with tags. */
export function parseUnqualified(): u32 {
  accept(0x4c);
  const char = peek();
  if (isDigit(char)) return withTags(parseSourceName());
  if (isLower(char)) return withTags(parseOperatorName());
  if (char == 0x43 || (char == 0x44 && peek(1) != 0x43)) return withTags(parseStructor());
  if (accept2(0x44, 0x43)) return withTags(parseBinding());
  if (accept2(0x55, 0x6c)) return withTags(parseLambda());
  if (accept2(0x55, 0x74)) {
    const number = parseCompactNumber();
    return number < 0 ? NONE : withTags(make(UNNAMED, 0, u32(number)));
  }
  return NONE;
}

function parseOperatorName(): u32 {
  if (accept2(0x63, 0x76)) {
    const before = inConversion;
    setInConversion(true);
    const type = parseType();
    setInConversion(before);
    return type == NONE ? NONE : make(CONVERSION, type);
  }
  if (accept2(0x6c, 0x69)) {
    const name = parseSourceName();
    return name == NONE ? NONE : make(LITERAL_OPERATOR, name);
  }
  if (peek() == 0x76 && isDigit(peek(1))) {
    take();
    take();
    const name = parseSourceName();
    return name == NONE ? NONE : make(CONVERSION, name);
  }
  const index = findOperator(peek(), peek(1));
  if (index < 0) return NONE;
  take();
  take();
  return make(OPERATOR, u32(index));
}

function parseStructor(): u32 {
  const isDestructor = take() == 0x44;
  const inherits = !isDestructor && accept(0x49);
  const variant = take();
  if (variant < 0x30 || variant > 0x35) return NONE;
  const name = lastName;
  if (name == NONE || (inherits && parseType() == NONE)) return NONE;
  setLastName(name);
  return make(isDestructor ? DESTRUCTOR : CONSTRUCTOR, name);
}

function parseBinding(): u32 {
  let head: u32 = NONE;
  let tail: u32 = NONE;
  while (!accept(UPPER_E)) {
    const name = parseSourceName();
    if (name == NONE) return NONE;
    const item = make(LIST, name);
    if (head == NONE) head = item;
    else setSecond(tail, item);
    tail = item;
  }
  return make(BINDING, head);
}

function parseLambda(): u32 {
  const parameters = parseParameters();
  if (parameters == 0 || !accept(UPPER_E)) return NONE;
  const number = parseCompactNumber();
  return number < 0 ? NONE : make(LAMBDA, parameters - 1, u32(number));
}

/** Types up to an `E`, a `.` or the end; a lone `void` is an empty list. Returns the list plus one; 0 on failure. */
export function parseParameters(): u32 {
  let head: u32 = NONE;
  let tail: u32 = NONE;
  let count: u32 = 0;
  const isVoid = peek() == 0x76 && endsParameters(peek(1));
  if (isVoid) {
    take();
    return 1;
  }
  while (!endsParameters(peek())) {
    // A ref-qualifier ends the parameters of a member function type.
    if ((peek() == 0x52 || peek() == 0x4f) && peek(1) == UPPER_E) break;
    const type = parseType();
    if (type == NONE) return 0;
    const item = make(LIST, type);
    if (head == NONE) head = item;
    else setSecond(tail, item);
    tail = item;
    count++;
  }
  return count == 0 ? 0 : head + 1;
}

function endsParameters(char: u32): bool {
  return char == 0 || char == UPPER_E || char == 0x2e || char == 0x40;
}

/** `S_`, `S0_` and the abbreviations of `std`; `isPrefix` allows bare `St`. */
export function parseSubstitution(): u32 {
  if (!accept(UPPER_S)) return NONE;
  const char = peek();
  if (char == UNDERSCORE || isDigit(char) || isUpper(char)) {
    const index = parseSequence();
    return index < 0 ? NONE : substitution(u32(index));
  }
  const kind = standardIndex(char);
  if (kind < 0) return NONE;
  take();
  const node = make(STANDARD, u32(kind));
  if (kind == 0) return node;
  setLastName(node);
  if (peek() != 0x42) return node;
  // Only the tagged form is new and gets a number of its own.
  const tagged = withTags(node);
  addSubstitution(tagged);
  return tagged;
}

/** Base 36, digits before capitals; `_` is 0. */
function parseSequence(): i32 {
  if (accept(UNDERSCORE)) return 0;
  let value: u64 = 0;
  while (!accept(UNDERSCORE)) {
    const char = take();
    if (isDigit(char)) value = value * 36 + u64(char - 0x30);
    else if (isUpper(char)) value = value * 36 + u64(char - 0x37);
    else return -1;
    if (value > 0xffff) return -1;
  }
  return i32(value) + 1;
}

function standardIndex(char: u32): i32 {
  switch (char) {
    case 0x74:
      return 0;
    case 0x61:
      return 1;
    case 0x62:
      return 2;
    case 0x73:
      return 3;
    case 0x69:
      return 4;
    case 0x6f:
      return 5;
    case 0x64:
      return 6;
    default:
      return -1;
  }
}

export function parseName(): u32 {
  if (!enter()) return NONE;
  const char = peek();
  const node = parseAnyName();
  if (char != 0x4e && char != 0x5a) memberQualifiers = 0;
  leave();
  return node;
}

function parseAnyName(): u32 {
  const char = peek();
  if (char == 0x4e) return parseNested();
  if (char == 0x5a) return parseLocal();
  let name: u32;
  if (char == UPPER_S && peek(1) != 0x74) {
    name = parseSubstitution();
    if (name == NONE || peek() != 0x49) return name;
  } else {
    const isStandard = accept2(UPPER_S, 0x74);
    name = parseUnqualified();
    if (name == NONE) return NONE;
    if (isStandard) name = make(SCOPED, make(STANDARD, 0), name);
    if (peek() != 0x49) return name;
    addSubstitution(name);
  }
  return withArguments(name);
}

/** `name` with the template arguments at the cursor. */
function withArguments(name: u32): u32 {
  const before = lastName;
  const list = parseArguments();
  setLastName(before);
  return list == 0 ? NONE : make(TEMPLATE, name, list - 1);
}

function parseNested(): u32 {
  take();
  const qualifiers = parseQualifiers() | parseRefQualifier();
  let node: u32 = NONE;
  while (!accept(UPPER_E)) {
    node = parsePrefixPart(node);
    if (node == NONE) return NONE;
    if (peek() != UPPER_E && !isKnown) addSubstitution(node);
  }
  memberQualifiers = qualifiers;
  return node;
}

/** The part read last is a substitution itself, or `std`. */
let isKnown: bool = false;

function parsePrefixPart(scope: u32): u32 {
  const char = peek();
  isKnown = false;
  if (char == 0x49) return scope == NONE ? NONE : withArguments(scope);
  if (char == UPPER_S && peek(1) != 0x74) {
    if (scope != NONE) return NONE;
    const known = parseSubstitution();
    isKnown = true;
    // Before a constructor the abbreviation stands for its whole template.
    if (known != NONE && kindOf(known) == STANDARD && (peek() == 0x43 || peek() == 0x44)) {
      return make(STANDARD, first(known), 1);
    }
    return known;
  }
  if (accept2(UPPER_S, 0x74)) {
    isKnown = true;
    return scope == NONE ? make(STANDARD, 0) : NONE;
  }
  if (char == 0x54) return scope == NONE ? parseTemplateParameter() : NONE;
  if (char == 0x44 && (peek(1) == 0x74 || peek(1) == 0x54)) {
    isKnown = true;
    return scope == NONE ? parseType() : NONE;
  }
  // A lambda in a member's initializer names the member first.
  if (char == 0x4d) {
    take();
    isKnown = true;
    return scope;
  }
  const name = parseUnqualified();
  if (name == NONE) return NONE;
  return scope == NONE ? name : make(SCOPED, scope, name);
}

/** `T_`, `T0_` and the nested levels `TL0__` of generic lambdas, which have no arguments to show. */
export function parseTemplateParameter(): u32 {
  if (!accept(0x54)) return NONE;
  const number = parseCompactNumber();
  return number < 0 ? NONE : make(PARAMETER, u32(number));
}

export function parseQualifiers(): u32 {
  let bits: u32 = 0;
  if (accept(0x72)) bits |= RESTRICT;
  if (accept(0x56)) bits |= VOLATILE;
  if (accept(0x4b)) bits |= CONST;
  return bits;
}

function parseRefQualifier(): u32 {
  return accept(0x52) ? REF : accept(0x4f) ? RREF : 0;
}

function parseLocal(): u32 {
  take();
  const encoding = parseInnerEncoding();
  if (encoding == NONE || !accept(UPPER_E)) return NONE;
  memberQualifiers = 0;
  if (accept(0x73)) {
    parseDiscriminator();
    return make(LOCAL, encoding, makeText("string literal"));
  }
  let argument: i32 = -1;
  if (accept(0x64)) {
    argument = parseCompactNumber();
    if (argument < 0) return NONE;
  }
  let name = parseName();
  if (name == NONE) return NONE;
  parseDiscriminator();
  if (argument >= 0) name = make(SCOPED, make(DEFAULT_ARGUMENT, 0, u32(argument)), name);
  return make(LOCAL, encoding, name);
}

/** `_3` or `__12_`; has no place in the text. */
function parseDiscriminator(): void {
  if (peek() != UNDERSCORE) return;
  if (isDigit(peek(1))) {
    take();
    take();
  } else if (peek(1) == UNDERSCORE && isDigit(peek(2))) {
    take();
    take();
    takeNumber();
    accept(UNDERSCORE);
  }
}

/** An encoding inside a name. */
export function parseInnerEncoding(): u32 {
  const qualifiers = memberQualifiers;
  const node = parseEncoding();
  memberQualifiers = qualifiers;
  return node;
}

export function parseEncoding(): u32 {
  if (!enter()) return NONE;
  const char = peek();
  const node = char == 0x54 || char == 0x47 ? parseSpecial() : parseFunction();
  leave();
  return node;
}

function parseFunction(): u32 {
  const name = parseName();
  const qualifiers = memberQualifiers;
  if (name == NONE || endsParameters(peek())) return name;
  let result: u32 = NONE;
  if (hasReturnType(name)) {
    result = parseType();
    if (result == NONE) return NONE;
  }
  const parameters = parseParameters();
  if (parameters == 0) return NONE;
  return make(ENCODING, name, make(FUNCTION, result, parameters - 1), qualifiers);
}

/** Templates state their return type, save constructors, destructors and conversions. */
function hasReturnType(name: u32): bool {
  let node = name;
  while (kindOf(node) == LOCAL) node = second(node);
  if (kindOf(node) != TEMPLATE) return false;
  node = first(node);
  while (kindOf(node) == SCOPED || kindOf(node) == TAGGED || kindOf(node) == LOCAL) {
    node = kindOf(node) == TAGGED ? first(node) : second(node);
  }
  const kind = kindOf(node);
  return kind != CONSTRUCTOR && kind != DESTRUCTOR && kind != CONVERSION;
}

/** Tables, thunks and guards. */
function parseSpecial(): u32 {
  const group = take();
  const kind = take();
  if (group == 0x47) return parseGuard(kind);
  switch (kind) {
    case 0x56:
      return special("vtable for ", parseType());
    case 0x54:
      return special("VTT for ", parseType());
    case 0x49:
      return special("typeinfo for ", parseType());
    case 0x53:
      return special("typeinfo name for ", parseType());
    case 0x43:
      return parseConstructionTable();
    case 0x68:
      return parseCallOffset(0x68) ? special("non-virtual thunk to ", parseInnerEncoding()) : NONE;
    case 0x76:
      return parseCallOffset(0x76) ? special("virtual thunk to ", parseInnerEncoding()) : NONE;
    case 0x63:
      return parseCallOffset(take()) && parseCallOffset(take())
        ? special("covariant return thunk to ", parseInnerEncoding())
        : NONE;
    case 0x41: {
      const argument = parseArgument();
      return special("template parameter object for ", argument);
    }
    case 0x48:
      return special("TLS init function for ", parseName());
    case 0x57:
      return special("TLS wrapper function for ", parseName());
    default:
      return NONE;
  }
}

function parseGuard(kind: u32): u32 {
  if (kind == 0x56) return special("guard variable for ", parseName());
  if (kind == 0x41) return special("hidden alias for ", parseInnerEncoding());
  if (kind == 0x54)
    return special(take() == 0x6e ? "non-transaction clone for " : "transaction clone for ", parseInnerEncoding());
  if (kind != 0x52) return NONE;
  const name = parseName();
  if (name == NONE) return NONE;
  const number = parseSequence();
  return number < 0 ? NONE : make(SPECIAL, u32(changetype<usize>("reference temporary #")), name, u32(number) + 1);
}

function special(text: string, node: u32): u32 {
  return node == NONE ? NONE : make(SPECIAL, u32(changetype<usize>(text)), node);
}

function parseConstructionTable(): u32 {
  const derived = parseType();
  takeNumber();
  if (derived == NONE || !accept(UNDERSCORE)) return NONE;
  const base = parseType();
  return base == NONE ? NONE : make(CONSTRUCTION, base, derived);
}

function parseCallOffset(kind: u32): bool {
  accept(0x6e);
  takeNumber();
  if (kind == 0x68) return accept(UNDERSCORE);
  if (kind != 0x76 || !accept(UNDERSCORE)) return false;
  accept(0x6e);
  takeNumber();
  return accept(UNDERSCORE);
}

/** `.constprop.0` and the like behind the name. */
export function withClones(encoding: u32): u32 {
  let node = encoding;
  while (peek() == 0x2e && (isLower(peek(1)) || peek(1) == UNDERSCORE || isDigit(peek(1)))) {
    const from = position();
    take();
    while (isLower(peek()) || peek() == UNDERSCORE) take();
    if (isDigit(peek()) && position() == from + 1) takeNumber();
    while (peek() == 0x2e && isDigit(peek(1))) {
      take();
      takeNumber();
    }
    node = make(CLONE, node, from, position() - from);
  }
  return node;
}
