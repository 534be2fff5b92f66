/** Rust names of the second scheme (RFC 2603): `_R…`. Every rule writes as it reads; back references read again. */
import {
  accept,
  enter,
  isDigit,
  isLower,
  isText,
  isUpper,
  leave,
  left,
  openName,
  peek,
  position,
  seekName,
  take,
} from "./name-in";
import { decodePunycode } from "./punycode";
import { openText, overflow, put, putBytes, putHex, putNumber, putText } from "./text-out";

const MAX_STEPS: u32 = 100_000;
/** A further digit of base 62 still fits 64 bits. */
const MAX_BEFORE_DIGIT: u64 = (~u64(0) - 61) / 62;

let start: u32 = 0;
let isBad: bool = false;
let isSilent: bool = false;
let withHash: bool = false;
let boundLifetimes: u64 = 0;
let steps: u32 = 0;

/** Writes the demangled text. @returns false if this is no such name. */
export function demangleRustV0(ptr: u32, length: u32, isVerbose: bool, showsSuffix: bool): bool {
  if (length < 3 || !isText(ptr, 2, "_R") || !openText()) return false;
  openName(ptr + 2, length - 2);
  if (!isUpper(peek())) return false;
  start = ptr + 2;
  isBad = false;
  isSilent = false;
  withHash = isVerbose;
  boundLifetimes = 0;
  steps = 0;
  path(true);
  // The crate that instantiated a generic follows, unseen.
  if (!isBad && left() > 0 && isUpper(peek())) {
    isSilent = true;
    path(false);
    isSilent = false;
  }
  if (showsSuffix && peek() == 0x2e) {
    putText(" (");
    putBytes(position(), left());
    put(0x29);
  }
  const isEnd = left() == 0 || peek() == 0x2e || peek() == 0x40;
  return !isBad && isEnd && !overflow;
}

function bad(): void {
  isBad = true;
}

function isStopped(): bool {
  return isBad || overflow;
}

function say(text: string): void {
  if (!isSilent) putText(text);
}

function sayChar(char: u32): void {
  if (!isSilent) put(char);
}

/** Base 62 up to `_`; `_` is 0. */
function integer62(): u64 {
  if (accept(0x5f)) return 0;
  let value: u64 = 0;
  while (!accept(0x5f)) {
    const char = take();
    const digit = isDigit(char) ? char - 0x30 : isLower(char) ? char - 0x57 : isUpper(char) ? char - 0x1d : 255;
    if (digit == 255 || value > MAX_BEFORE_DIGIT) {
      bad();
      return 0;
    }
    value = value * 62 + u64(digit);
  }
  return value + 1;
}

function optionalInteger62(tag: u32): u64 {
  return accept(tag) ? integer62() + 1 : 0;
}

let wordPtr: u32 = 0;
let wordLength: u32 = 0;
let isPunycode: bool = false;

/** An identifier into `word…`. */
function identifier(): void {
  isPunycode = accept(0x75);
  let length: u64 = 0;
  if (!isDigit(peek())) bad();
  if (peek() == 0x30) take();
  else while (isDigit(peek()) && length < 0x1_0000) length = length * 10 + u64(take() - 0x30);
  accept(0x5f);
  if (length > u64(left())) {
    bad();
    wordLength = 0;
    return;
  }
  wordPtr = position();
  wordLength = u32(length);
  seekName(wordPtr + wordLength);
}

function sayIdentifier(): void {
  if (isSilent || isBad) return;
  if (!isPunycode) putBytes(wordPtr, wordLength);
  else if (!decodePunycode(wordPtr, wordLength)) bad();
}

/** @param inValue a path to a value: generic arguments take `::<>`. */
function path(inValue: bool): void {
  if (isStopped() || ++steps > MAX_STEPS || !enter()) {
    bad();
    return;
  }
  const tag = take();
  switch (tag) {
    case 0x43:
      crateRoot();
      break;
    case 0x4e:
      nested(inValue);
      break;
    case 0x4d:
    case 0x58:
      implPath();
      qualifiedSelf(tag);
      break;
    case 0x59:
      qualifiedSelf(tag);
      break;
    case 0x49:
      path(inValue);
      if (inValue) say("::");
      say("<");
      list();
      say(">");
      break;
    case 0x42:
      pathReference(inValue);
      break;
    default:
      bad();
  }
  leave();
}

function crateRoot(): void {
  const hash = optionalInteger62(0x73);
  identifier();
  sayIdentifier();
  if (!withHash) return;
  say("[");
  if (!isSilent) putHex(hash);
  say("]");
}

function nested(inValue: bool): void {
  const space = take();
  if (!isLower(space) && !isUpper(space)) {
    bad();
    return;
  }
  path(inValue);
  const number = optionalInteger62(0x73);
  identifier();
  if (!isUpper(space)) {
    // Of the compiler's own spaces only the name shows.
    if (wordLength > 0) {
      say("::");
      sayIdentifier();
    }
    return;
  }
  say("::{");
  if (space == 0x43) say("closure");
  else if (space == 0x53) say("shim");
  else sayChar(space);
  if (wordLength > 0) {
    say(":");
    sayIdentifier();
  }
  say("#");
  if (!isSilent) putNumber(number);
  say("}");
}

/** Where an impl block stands does not show. */
function implPath(): void {
  optionalInteger62(0x73);
  const before = isSilent;
  isSilent = true;
  path(false);
  isSilent = before;
}

/** `<T>` and `<T as Trait>`. */
function qualifiedSelf(tag: u32): void {
  say("<");
  type();
  if (tag != 0x4d) {
    say(" as ");
    path(false);
  }
  say(">");
}

function pathReference(inValue: bool): void {
  const target = reference();
  if (isSilent || isBad) return;
  const back = position();
  seekName(target);
  path(inValue);
  seekName(back);
}

/** Where a back reference points: before itself. */
function reference(): u32 {
  const self = position() - 1;
  const offset = integer62();
  if (offset >= u64(self - start)) bad();
  return isBad ? start : start + u32(offset);
}

function list(): void {
  for (let i = 0; !isStopped() && !accept(0x45); i++) {
    if (i > 0) say(", ");
    argument();
  }
}

function argument(): void {
  if (accept(0x4c)) lifetime(integer62());
  else if (accept(0x4b)) constant();
  else type();
}

function lifetime(index: u64): void {
  say("'");
  if (index == 0) {
    say("_");
    return;
  }
  if (index > boundLifetimes) {
    bad();
    return;
  }
  const depth = boundLifetimes - index;
  if (depth < 26) sayChar(0x61 + u32(depth));
  else {
    sayChar(0x5f);
    if (!isSilent) putNumber(depth);
  }
}

/** `for<'a, 'b> `. @returns how many lifetimes it binds. */
function binder(): u64 {
  const count = optionalInteger62(0x47);
  if (count == 0) return 0;
  if (count > 1000) {
    bad();
    return 0;
  }
  say("for<");
  for (let i: u64 = 0; i < count; i++) {
    if (i > 0) say(", ");
    boundLifetimes++;
    lifetime(1);
  }
  say("> ");
  return count;
}

function type(): void {
  if (isStopped() || ++steps > MAX_STEPS || !enter()) {
    bad();
    return;
  }
  const tag = take();
  const basic = basicType(tag);
  if (basic.length > 0) say(basic);
  else compoundType(tag);
  leave();
}

function compoundType(tag: u32): void {
  switch (tag) {
    case 0x52:
    case 0x51:
      say("&");
      if (accept(0x4c)) {
        const index = integer62();
        if (index != 0) {
          lifetime(index);
          say(" ");
        }
      }
      if (tag == 0x51) say("mut ");
      type();
      break;
    case 0x50:
    case 0x4f:
      say(tag == 0x50 ? "*const " : "*mut ");
      type();
      break;
    case 0x41:
    case 0x53:
      say("[");
      type();
      if (tag == 0x41) {
        say("; ");
        constant();
      }
      say("]");
      break;
    case 0x54:
      tuple();
      break;
    case 0x46:
      functionType();
      break;
    case 0x44:
      traitObject();
      break;
    case 0x42:
      typeReference();
      break;
    default:
      seekName(position() - 1);
      path(false);
  }
}

function typeReference(): void {
  const target = reference();
  if (isSilent || isBad) return;
  const back = position();
  seekName(target);
  type();
  seekName(back);
}

function tuple(): void {
  say("(");
  let count: u32 = 0;
  for (; !isStopped() && !accept(0x45); count++) {
    if (count > 0) say(", ");
    type();
  }
  say(count == 1 ? ",)" : ")");
}

function functionType(): void {
  const bound = binder();
  if (accept(0x55)) say("unsafe ");
  if (accept(0x4b)) abiName();
  say("fn(");
  for (let i = 0; !isStopped() && !accept(0x45); i++) {
    if (i > 0) say(", ");
    type();
  }
  say(")");
  // A function that returns () says nothing.
  if (!accept(0x75)) {
    say(" -> ");
    type();
  }
  boundLifetimes -= bound;
}

function abiName(): void {
  say('extern "');
  if (accept(0x43)) say("C");
  else {
    identifier();
    if (isPunycode) bad();
    for (let i: u32 = 0; i < wordLength; i++) {
      const char = u32(load<u8>(wordPtr + i));
      sayChar(char == 0x5f ? 0x2d : char);
    }
  }
  say('" ');
}

function traitObject(): void {
  say("dyn ");
  const bound = binder();
  for (let i = 0; !isStopped() && !accept(0x45); i++) {
    if (i > 0) say(" + ");
    dynTrait();
  }
  boundLifetimes -= bound;
  if (!accept(0x4c)) {
    bad();
    return;
  }
  const index = integer62();
  if (index == 0) return;
  say(" + ");
  lifetime(index);
}

/** A trait with its bindings among the generic arguments: `Iterator<Item = T>`. */
function dynTrait(): void {
  let isOpen = openTrait();
  while (!isStopped() && accept(0x70)) {
    say(isOpen ? ", " : "<");
    isOpen = true;
    identifier();
    sayIdentifier();
    say(" = ");
    type();
  }
  if (isOpen) say(">");
}

/** A path whose generic arguments are left open. @returns whether there are any. */
function openTrait(): bool {
  if (isStopped() || ++steps > MAX_STEPS || !enter()) {
    bad();
    return false;
  }
  let isOpen: bool = false;
  if (accept(0x42)) {
    const target = reference();
    if (!isSilent && !isBad) {
      const back = position();
      seekName(target);
      isOpen = openTrait();
      seekName(back);
    }
  } else if (accept(0x49)) {
    path(false);
    say("<");
    list();
    isOpen = true;
  } else path(false);
  leave();
  return isOpen;
}

function constant(): void {
  if (isStopped() || ++steps > MAX_STEPS) {
    bad();
    return;
  }
  if (accept(0x42)) {
    const target = reference();
    if (isSilent || isBad) return;
    const back = position();
    seekName(target);
    constant();
    seekName(back);
    return;
  }
  const tag = take();
  if (tag == 0x70) {
    say("_");
    return;
  }
  if (tag == 0x62) boolConstant();
  else if (tag == 0x63) charConstant();
  else if (isSigned(tag) || isUnsigned(tag)) {
    if (isSigned(tag) && accept(0x6e)) say("-");
    integerConstant();
  } else {
    bad();
    return;
  }
  if (withHash) {
    say(": ");
    say(basicType(tag));
  }
}

function isSigned(tag: u32): bool {
  return tag == 0x61 || tag == 0x73 || tag == 0x6c || tag == 0x78 || tag == 0x6e || tag == 0x69;
}

function isUnsigned(tag: u32): bool {
  return tag == 0x68 || tag == 0x74 || tag == 0x6d || tag == 0x79 || tag == 0x6f || tag == 0x6a;
}

/** Hexadecimal digits up to `_`, into `hexFrom` and `hexLength`. @returns the low 64 bits. */
function hexDigits(): u64 {
  hexFrom = position();
  hexLength = 0;
  let value: u64 = 0;
  while (!accept(0x5f)) {
    const char = take();
    const digit = isDigit(char) ? char - 0x30 : char >= 0x61 && char <= 0x66 ? char - 0x57 : 255;
    if (digit == 255) {
      bad();
      return 0;
    }
    value = (value << 4) | u64(digit);
    hexLength++;
  }
  if (hexLength == 0) bad();
  return value;
}

let hexFrom: u32 = 0;
let hexLength: u32 = 0;

function integerConstant(): void {
  const value = hexDigits();
  if (isSilent || isBad) return;
  if (hexLength <= 16) putNumber(value);
  else {
    putText("0x");
    putBytes(hexFrom, hexLength);
  }
}

function boolConstant(): void {
  const value = hexDigits();
  if (hexLength != 1 || value > 1) bad();
  else say(value == 1 ? "true" : "false");
}

function charConstant(): void {
  const value = hexDigits();
  if (hexLength > 8 || value > 0x10ffff || isSilent || isBad) return;
  put(0x27);
  if (value == 0x27 || value == 0x5c) {
    put(0x5c);
    put(u32(value));
  } else if (value == 9) putText("\\t");
  else if (value == 10) putText("\\n");
  else if (value == 13) putText("\\r");
  else if (value > 0x1f && value < 0x7f) put(u32(value));
  else {
    putText("\\u{");
    putHex(value);
    put(0x7d);
  }
  put(0x27);
}

function basicType(tag: u32): string {
  switch (tag) {
    case 0x62:
      return "bool";
    case 0x63:
      return "char";
    case 0x65:
      return "str";
    case 0x75:
      return "()";
    case 0x61:
      return "i8";
    case 0x73:
      return "i16";
    case 0x6c:
      return "i32";
    case 0x78:
      return "i64";
    case 0x6e:
      return "i128";
    case 0x69:
      return "isize";
    case 0x68:
      return "u8";
    case 0x74:
      return "u16";
    case 0x6d:
      return "u32";
    case 0x79:
      return "u64";
    case 0x6f:
      return "u128";
    case 0x6a:
      return "usize";
    case 0x66:
      return "f32";
    case 0x64:
      return "f64";
    case 0x7a:
      return "!";
    case 0x70:
      return "_";
    case 0x76:
      return "...";
    default:
      return "";
  }
}
