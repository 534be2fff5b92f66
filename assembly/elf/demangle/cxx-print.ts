/**
 * Text of a demangled C++ name, in the wording of GNU c++filt or of LLVM. A type prints in two halves, around what it
 * is the type of: `void (` name `)(int)`.
 */

import {
  argument,
  hasArray,
  hasRight,
  isRvalueReference,
  needsParentheses,
  ownQualifiers,
  referent,
} from "./cxx-arguments";
import { operatorSpelling } from "./cxx-operators";
import {
  findPack,
  frame,
  inLambda,
  isLlvm,
  isShort,
  leaveVisit,
  packIndex,
  popFrame,
  printExpression,
  pushFrame,
  setFrame,
  setInLambda,
  setPackIndex,
  visit,
} from "./cxx-style";
import {
  ARRAY,
  BINDING,
  BIT_INTEGER,
  CLONE,
  CONST,
  CONSTRUCTION,
  CONSTRUCTOR,
  CONVERSION,
  DECLTYPE,
  DEFAULT_ARGUMENT,
  DESTRUCTOR,
  ENCODING,
  EXPANSION,
  FUNCTION,
  first,
  kindOf,
  LAMBDA,
  LITERAL_OPERATOR,
  LOCAL,
  LVALUE,
  listLength,
  MEMBER_POINTER,
  NAME,
  NOEXCEPT,
  NONE,
  OPERATOR,
  PACK,
  PARAMETER,
  POINTER,
  QUALIFIED,
  REF,
  RESTRICT,
  RREF,
  RVALUE,
  SCOPED,
  SPECIAL,
  STANDARD,
  SUFFIXED,
  second,
  TAGGED,
  TEMPLATE,
  TEXT,
  textAt,
  third,
  UNNAMED,
  VECTOR,
  VENDOR,
  VOLATILE,
} from "./cxx-tree";
import { isLower } from "./name-in";
import { lastChar, overflow, put, putBytes, putNumber, putText, stopText, textLength, truncateText } from "./text-out";

const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;

export function print(node: u32): void {
  printLeft(node);
  printRight(node);
}

function printLeft(node: u32): void {
  if (node == NONE || overflow || !visit()) return;
  const kind = kindOf(node);
  if (kind >= 50) printExpression(node);
  else if (kind >= 30) printTypeLeft(node, kind);
  else printName(node, kind);
  leaveVisit();
}

// -- names ------------------------------------------------------------------------------------------------------------

function printName(node: u32, kind: u32): void {
  switch (kind) {
    case NAME:
      putBytes(first(node), second(node));
      break;
    case TEXT:
      printText(node);
      break;
    case SCOPED:
      if (isLlvm && kindOf(first(node)) == DEFAULT_ARGUMENT) print(second(node));
      else printPair(first(node), second(node));
      break;
    case LOCAL:
      if (kindOf(first(node)) == ENCODING) printEncoding(first(node), isLlvm);
      else print(first(node));
      putText("::");
      print(second(node));
      break;
    case TEMPLATE:
      print(first(node));
      printArguments(second(node));
      break;
    case PACK:
      printList(first(node));
      break;
    case CONSTRUCTOR:
      printClassName(first(node));
      break;
    case DESTRUCTOR:
      put(0x7e);
      printClassName(first(node));
      break;
    case OPERATOR:
      printOperator(operatorSpelling(first(node)));
      break;
    case ENCODING:
      printEncoding(node, true);
      break;
    default:
      printRareName(node, kind);
  }
}

function printRareName(node: u32, kind: u32): void {
  switch (kind) {
    case CONVERSION:
      putText("operator ");
      print(first(node));
      break;
    case LITERAL_OPERATOR:
      putText('operator"" ');
      print(first(node));
      break;
    case LAMBDA:
      printLambda(node);
      break;
    case UNNAMED:
      printNumbered("{unnamed type#", "'unnamed", second(node));
      break;
    case DEFAULT_ARGUMENT:
      putText("{default arg#");
      putNumber(u64(second(node)) + 1);
      put(0x7d);
      break;
    case TAGGED:
      print(first(node));
      putText("[abi:");
      print(second(node));
      put(0x5d);
      break;
    case STANDARD:
      putText(standardName(first(node), !(isLlvm || isShort) || second(node) != 0));
      break;
    case SPECIAL:
      printSpecial(node);
      break;
    case CONSTRUCTION:
      putText("construction vtable for ");
      print(first(node));
      putText("-in-");
      print(second(node));
      break;
    case BINDING:
      put(0x5b);
      printList(first(node));
      put(0x5d);
      break;
    case CLONE:
      print(first(node));
      putText(isLlvm ? " (" : " [clone ");
      putBytes(second(node), third(node));
      put(isLlvm ? CLOSE : 0x5d);
  }
}

function printText(node: u32): void {
  const text = textAt(first(node));
  if (isLlvm && text == "decltype(nullptr)") putText("std::nullptr_t");
  else putText(text);
}

function printPair(scope: u32, name: u32): void {
  print(scope);
  putText("::");
  print(name);
}

/** The last part of the class's name, without arguments and tags. */
function printClassName(node: u32): void {
  if (kindOf(node) == TAGGED) printClassName(first(node));
  else if (kindOf(node) == STANDARD) putText(standardClass(first(node)));
  else print(node);
}

function printOperator(spelling: string): void {
  putText("operator");
  const ptr = changetype<usize>(spelling);
  if (isLower(u32(load<u16>(ptr)))) put(0x20);
  let length = spelling.length;
  if (load<u16>(ptr + ((length - 1) << 1)) == 0x20) length--;
  for (let i = 0; i < length; i++) put(u32(load<u16>(ptr + (i << 1))));
}

function printLambda(node: u32): void {
  if (!isLlvm) {
    putText("{lambda(");
    printLambdaParameters(first(node));
    putText(")#");
    putNumber(u64(second(node)) + 1);
    put(0x7d);
    return;
  }
  printNumbered("", "'lambda", second(node));
  put(OPEN);
  printLambdaParameters(first(node));
  put(CLOSE);
}

function printLambdaParameters(list: u32): void {
  const before = inLambda;
  setInLambda(true);
  printList(list);
  setInLambda(before);
}

function printNumbered(gnu: string, llvm: string, number: u32): void {
  putText(isLlvm ? llvm : gnu);
  if (!isLlvm) putNumber(u64(number) + 1);
  else if (number > 0) putNumber(u64(number) - 1);
  put(isLlvm ? 0x27 : 0x7d);
}

function printSpecial(node: u32): void {
  const text = textAt(first(node));
  const number = third(node);
  if (isLlvm && text == "TLS init function for ") putText("thread-local initialization routine for ");
  else if (isLlvm && text == "TLS wrapper function for ") putText("thread-local wrapper routine for ");
  else if (isLlvm && number > 0) putText("reference temporary for ");
  else putText(text);
  if (!isLlvm && number > 0) {
    putNumber(u64(number) - 1);
    putText(" for ");
  }
  print(second(node));
}

function standardName(index: u32, isWhole: bool): string {
  switch (index) {
    case 0:
      return "std";
    case 1:
      return "std::allocator";
    case 2:
      return "std::basic_string";
    case 3:
      if (!isWhole) return "std::string";
      return isLlvm
        ? "std::basic_string<char, std::char_traits<char>, std::allocator<char>>"
        : "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";
    case 4:
      if (!isWhole) return "std::istream";
      return isLlvm
        ? "std::basic_istream<char, std::char_traits<char>>"
        : "std::basic_istream<char, std::char_traits<char> >";
    case 5:
      if (!isWhole) return "std::ostream";
      return isLlvm
        ? "std::basic_ostream<char, std::char_traits<char>>"
        : "std::basic_ostream<char, std::char_traits<char> >";
    default:
      if (!isWhole) return "std::iostream";
      return isLlvm
        ? "std::basic_iostream<char, std::char_traits<char>>"
        : "std::basic_iostream<char, std::char_traits<char> >";
  }
}

function standardClass(index: u32): string {
  switch (index) {
    case 1:
      return "allocator";
    case 2:
    case 3:
      return "basic_string";
    case 4:
      return "basic_istream";
    case 5:
      return "basic_ostream";
    default:
      return "basic_iostream";
  }
}

function printArguments(list: u32): void {
  if (!isLlvm && lastChar() == 0x3c) put(0x20);
  put(0x3c);
  // c++filt looks at the character it wrote last, even if it took it back.
  const isCut = printList(list);
  if (!isLlvm && !isCut && lastChar() == 0x3e) put(0x20);
  put(0x3e);
}

/**
 * Items with commas between. An empty pack prints nothing; the commas of a run of them at the end are dropped, and in
 * LLVM's wording all of them.
 * @returns whether any were dropped at the end.
 */
export function printList(list: u32): bool {
  let cut: u32 = 0xffff_ffff;
  const start = textLength();
  for (let one = list; one != NONE && !overflow; one = second(one)) {
    const before = textLength();
    const isFirst = one == list || (isLlvm && before == start);
    if (!isFirst) putText(", ");
    const from = textLength();
    print(first(one));
    const isEmpty = textLength() == from;
    if (isEmpty && isLlvm) truncateText(before);
    else if (isEmpty && cut == 0xffff_ffff && !isFirst) cut = before;
    else if (!isEmpty) cut = 0xffff_ffff;
  }
  if (cut == 0xffff_ffff || overflow) return false;
  truncateText(cut);
  return true;
}

export function printEncoding(node: u32, withReturn: bool): void {
  const list = templateArguments(first(node));
  if (list != NONE && !pushFrame(list)) return;
  printFunction(node, withReturn);
  if (list != NONE) popFrame();
}

/** Arguments of the template that a function is an instance of. */
function templateArguments(name: u32): u32 {
  let node = name;
  while (kindOf(node) == LOCAL || (kindOf(node) == SCOPED && kindOf(first(node)) == DEFAULT_ARGUMENT))
    node = second(node);
  return kindOf(node) == TEMPLATE ? second(node) : NONE;
}

function printFunction(node: u32, withReturn: bool): void {
  const type = second(node);
  const result = withReturn ? first(type) : NONE;
  if (result != NONE) {
    printLeft(result);
    if (!hasRight(result)) put(0x20);
  }
  print(first(node));
  put(OPEN);
  printList(second(type));
  put(CLOSE);
  if (result != NONE) printRight(result);
  printQualifiers(third(node));
}

function printQualifiers(bits: u32): void {
  if ((bits & CONST) != 0) putText(" const");
  if ((bits & VOLATILE) != 0) putText(" volatile");
  if ((bits & RESTRICT) != 0) putText(isLlvm ? " restrict" : " __restrict");
  if ((bits & REF) != 0) putText(" &");
  if ((bits & RREF) != 0) putText(" &&");
}

// -- types ------------------------------------------------------------------------------------------------------------

function printTypeLeft(node: u32, kind: u32): void {
  switch (kind) {
    case QUALIFIED:
      printLeft(first(node));
      printQualifiers(second(node) & ~ownQualifiers(first(node)));
      break;
    case POINTER:
      printIndirect(first(node), "*");
      break;
    case LVALUE:
    case RVALUE: {
      const before = frame;
      const mark = isRvalueReference(node) ? "&&" : "&";
      printIndirect(referent(node), mark);
      setFrame(before);
      break;
    }
    case SUFFIXED:
      printLeft(first(node));
      if (isLlvm && textAt(second(node)) == " _Complex") putText(" complex");
      else if (isLlvm) putText(" imaginary");
      else putText(textAt(second(node)));
      break;
    case VENDOR:
      printLeft(first(node));
      put(0x20);
      print(second(node));
      break;
    case FUNCTION:
      printLeft(first(node));
      if (!hasRight(first(node))) put(0x20);
      break;
    case NOEXCEPT:
    case ARRAY:
      printLeft(first(node));
      break;
    case MEMBER_POINTER:
      printLeft(second(node));
      put(needsParentheses(second(node)) ? OPEN : 0x20);
      print(first(node));
      putText("::*");
      break;
    case VECTOR:
      printLeft(first(node));
      putText(isLlvm ? " vector[" : " __vector(");
      print(second(node));
      put(isLlvm ? 0x5d : CLOSE);
      break;
    case PARAMETER:
      printParameter(node);
      break;
    case EXPANSION:
      printExpansion(node);
      break;
    case DECLTYPE:
      putText(isLlvm ? "decltype(" : "decltype (");
      print(first(node));
      put(CLOSE);
      break;
    case BIT_INTEGER:
      putText(textAt(first(node)));
      put(OPEN);
      print(second(node));
      put(CLOSE);
  }
}

function printRight(node: u32): void {
  if (node == NONE || overflow || !visit()) return;
  switch (kindOf(node)) {
    case QUALIFIED:
    case SUFFIXED:
    case VENDOR:
      printRight(first(node));
      break;
    case POINTER:
      closeIndirect(first(node));
      break;
    case LVALUE:
    case RVALUE: {
      const before = frame;
      closeIndirect(referent(node));
      setFrame(before);
      break;
    }
    case MEMBER_POINTER:
      closeIndirect(second(node));
      break;
    case FUNCTION:
      put(OPEN);
      printList(second(node));
      put(CLOSE);
      printRight(first(node));
      printQualifiers(third(node));
      break;
    case NOEXCEPT:
      printRight(first(node));
      putText(" noexcept");
      if (second(node) != NONE) {
        put(OPEN);
        print(second(node));
        put(CLOSE);
      }
      break;
    case ARRAY:
      if (lastChar() != 0x5d) put(0x20);
      put(0x5b);
      print(second(node));
      put(0x5d);
      printRight(first(node));
      break;
    case PARAMETER:
      printParameterRight(node);
  }
  leaveVisit();
}

function printIndirect(target: u32, mark: string): void {
  printLeft(target);
  if (hasArray(target)) put(0x20);
  if (needsParentheses(target)) put(OPEN);
  putText(mark);
}

function closeIndirect(target: u32): void {
  if (needsParentheses(target)) put(CLOSE);
  printRight(target);
}

function printParameter(node: u32): void {
  if (inLambda) {
    putText("auto");
    if (isLlvm) return;
    put(0x3a);
    putNumber(u64(first(node)) + 1);
    return;
  }
  const before = frame;
  const target = argument(node);
  if (target == node) stopText();
  else printLeft(target);
  setFrame(before);
}

function printParameterRight(node: u32): void {
  const before = frame;
  const target = argument(node);
  if (target != node) printRight(target);
  setFrame(before);
}

function printExpansion(node: u32): void {
  const pattern = first(node);
  const pack = findPack(pattern, 0);
  if (pack == NONE) {
    print(pattern);
    putText("...");
    return;
  }
  const before = packIndex;
  const count = listLength(first(pack));
  for (let i: u32 = 0; i < count && !overflow; i++) {
    if (i > 0) putText(", ");
    setPackIndex(i32(i));
    print(pattern);
  }
  setPackIndex(before);
}
