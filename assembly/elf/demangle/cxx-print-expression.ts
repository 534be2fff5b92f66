/** Text of expressions in template arguments and decltype, as GNU c++filt spells them. */
import { literalForm } from "./cxx-literals";
import { isOperator, operatorSpelling } from "./cxx-operators";
import { print, printList } from "./cxx-print";
import { findPack, isLlvm, packIndex, setPackIndex } from "./cxx-style";
import {
  BARE_TEXT,
  BINARY,
  BRACED,
  CALL,
  CAST,
  CONDITIONAL,
  ENCODING,
  FOLD,
  FUNCTION_PARAMETER,
  first,
  GLOBAL,
  INDEXED,
  kindOf,
  LIST,
  LITERAL,
  listLength,
  NAME,
  NAMED_CAST,
  NEW,
  NONE,
  PACK,
  PACK_SIZE,
  POSTFIX,
  SCOPED,
  second,
  textAt,
  third,
  UNARY,
} from "./cxx-tree";
import { put, putBytes, putNumber, putText } from "./text-out";

const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;

export function printExpressionNode(node: u32): void {
  switch (kindOf(node)) {
    case LITERAL:
      printLiteral(node);
      break;
    case UNARY:
      printUnary(node);
      break;
    case POSTFIX:
      printOperand(second(node));
      putText(operatorSpelling(first(node)));
      break;
    case BINARY:
      printBinary(node);
      break;
    case CONDITIONAL:
      printOperand(first(node));
      put(0x3f);
      printOperand(first(second(node)));
      putText(" : ");
      printOperand(first(second(second(node))));
      break;
    case CALL:
      printCall(node);
      break;
    case CAST:
      printParenthesized(first(node));
      printOperand(second(node));
      break;
    case NAMED_CAST:
      putText(operatorSpelling(first(node)));
      put(0x3c);
      print(second(node));
      put(0x3e);
      printParenthesized(third(node));
      break;
    case INDEXED:
      printOperand(first(node));
      put(0x5b);
      print(second(node));
      put(0x5d);
      break;
    default:
      printRare(node);
  }
}

function printRare(node: u32): void {
  switch (kindOf(node)) {
    case FUNCTION_PARAMETER:
      printFunctionParameter(first(node));
      break;
    case BRACED:
      print(first(node));
      put(0x7b);
      printList(second(node));
      put(0x7d);
      break;
    case PACK_SIZE:
      printPackSize(first(node));
      break;
    case GLOBAL:
      putText("::");
      print(first(node));
      break;
    case FOLD:
      printFold(node);
      break;
    case NEW:
      printNew(node);
      break;
    case BARE_TEXT:
      putText(textAt(first(node)));
  }
}

/** In parentheses, unless it is a plain name; in LLVM's wording, only if it is an operation itself. */
function printOperand(node: u32): void {
  const kind = kindOf(node);
  const isPlain = kind == NAME || kind == SCOPED || kind == BRACED || kind == FUNCTION_PARAMETER;
  const isCompound = kind == BINARY || kind == CONDITIONAL || kind == NAMED_CAST || kind == PACK;
  if (isPlain || (isLlvm && !isCompound)) print(node);
  else printParenthesized(node);
}

function printParenthesized(node: u32): void {
  put(OPEN);
  print(node);
  put(CLOSE);
}

function printFunctionParameter(number: u32): void {
  if (!isLlvm) {
    putText("{parm#");
    putNumber(u64(number));
    put(0x7d);
    return;
  }
  putText("fp");
  if (number > 1) putNumber(u64(number) - 2);
}

function printUnary(node: u32): void {
  const index = first(node);
  let operand = second(node);
  // Of an unqualified member function whose address is taken only the name shows.
  const isAddress = !isLlvm && isOperator(index, 0x61, 0x64);
  const isPlain = kindOf(operand) == ENCODING && kindOf(first(operand)) == SCOPED && third(operand) == 0;
  if (isAddress && isPlain) operand = first(operand);
  putText(operatorSpelling(index));
  if (isOperator(index, 0x73, 0x74)) printParenthesized(operand);
  else printOperand(operand);
}

function printBinary(node: u32): void {
  const index = first(node);
  // A greater-than must not look like the end of the template arguments.
  const isGreater = isOperator(index, 0x67, 0x74);
  if (isGreater) put(OPEN);
  const isSpaced = isLlvm && !isOperator(index, 0x64, 0x74) && !isOperator(index, 0x70, 0x74);
  printOperand(second(node));
  if (isSpaced) put(0x20);
  putText(operatorSpelling(index));
  if (isSpaced) put(0x20);
  printOperand(third(node));
  if (isGreater) put(CLOSE);
}

function printCall(node: u32): void {
  const callee = first(node);
  printOperand(kindOf(callee) == ENCODING ? first(callee) : callee);
  put(OPEN);
  printList(second(node));
  put(CLOSE);
}

function printPackSize(pattern: u32): void {
  const pack = kindOf(pattern) == PACK ? pattern : findPack(pattern, 0);
  if (pack == NONE) {
    putText("sizeof...");
    printParenthesized(pattern);
  } else putNumber(u64(listLength(first(pack))));
}

function printFold(node: u32): void {
  const spelling = operatorSpelling(first(node));
  const before = packIndex;
  setPackIndex(-1);
  put(OPEN);
  if (second(node) != NONE) {
    printOperand(second(node));
    putText(spelling);
  }
  putText("...");
  if (third(node) != NONE) {
    putText(spelling);
    printOperand(kindOf(third(node)) == LIST ? first(third(node)) : third(node));
  }
  put(CLOSE);
  setPackIndex(before);
}

function printNew(node: u32): void {
  putText("new ");
  if (first(node) != NONE) {
    put(OPEN);
    printList(first(node));
    putText(") ");
  }
  print(second(node));
  if (third(node) != NONE) printOperand(third(node));
}

function printLiteral(node: u32): void {
  const type = first(node);
  const form = literalForm(type);
  let from = second(node);
  let length = third(node);
  const isNegative = length > 0 && load<u8>(from) == 0x6e;
  if (isNegative) {
    from++;
    length--;
  }
  if (form == 7 && length == 1 && !isNegative && load<u8>(from) <= 0x31) {
    putText(load<u8>(from) == 0x31 ? "true" : "false");
    return;
  }
  if (isLlvm && form == 9) {
    putText("nullptr");
    return;
  }
  const isPlain = form >= 1 && form <= 6;
  if (!isPlain) printParenthesized(type);
  if (isNegative) put(0x2d);
  if (form == 8) put(0x5b);
  putBytes(from, length);
  if (form == 8) put(0x5d);
  if (isPlain) putText(literalSuffix(form));
}

function literalSuffix(form: u32): string {
  switch (form) {
    case 2:
      return "u";
    case 3:
      return "l";
    case 4:
      return "ul";
    case 5:
      return "ll";
    case 6:
      return "ull";
    default:
      return "";
  }
}
