/** C++ names of the Itanium ABI: `_Z…`, and the names of global constructors. */
import { parseExpression } from "./cxx-expressions";
import { setRules } from "./cxx-grammar";
import { parseEncoding, parseInnerEncoding, parseName, parseUnqualified, withClones } from "./cxx-names";
import { print } from "./cxx-print";
import { printExpressionNode } from "./cxx-print-expression";
import { openScope } from "./cxx-scope";
import { isLlvm, setExpressionRule, setStyle } from "./cxx-style";
import { CLONE, isFull, make, NONE, openTree } from "./cxx-tree";
import { parseArgument, parseArguments, parseType } from "./cxx-types";
import { isText, left, openName, peek, position, take } from "./name-in";
import { openText, overflow, putBytes, putText } from "./text-out";

/** Writes the demangled text. @returns false if the name is no C++ name or cannot be demangled. */
export function demangleCxx(ptr: u32, length: u32, style: u32): bool {
  setRules(parseType, parseName, parseInnerEncoding, parseUnqualified, parseExpression, parseArguments, parseArgument);
  setExpressionRule(printExpressionNode);
  setStyle(style);
  if (!openText() || !openTree() || !openScope()) return false;
  if (length > 2 && isText(ptr, 2, "_Z")) return demangleEncoding(ptr + 2, length - 2);
  return !isLlvm && demangleKeyed(ptr, length);
}

function demangleEncoding(ptr: u32, length: u32): bool {
  openName(ptr, length);
  // LLVM does not know transactional memory.
  if (isLlvm && peek() == 0x47 && peek(1) == 0x54) return false;
  let node = parseEncoding();
  if (node == NONE) return false;
  if (isLlvm && peek() == 0x2e) {
    node = make(CLONE, node, position(), left());
    while (left() > 0) take();
  } else node = withClones(node);
  if (isFull || (left() > 0 && peek() != 0x40)) return false;
  print(node);
  // A symbol version is no part of the name.
  putBytes(position(), left());
  return !overflow;
}

/** `_GLOBAL__I_x`: static initialization for x. */
function demangleKeyed(ptr: u32, length: u32): bool {
  if (length < 12 || !isText(ptr, 8, "_GLOBAL_") || load<u8>(ptr + 10) != 0x5f) return false;
  const separator = load<u8>(ptr + 8);
  const kind = load<u8>(ptr + 9);
  if (separator != 0x5f && separator != 0x2e && separator != 0x24) return false;
  if (kind != 0x49 && kind != 0x44) return false;
  putText(kind == 0x49 ? "global constructors keyed to " : "global destructors keyed to ");
  const rest = ptr + 11;
  if (length > 13 && isText(rest, 2, "_Z")) return demangleEncoding(rest + 2, length - 13);
  putBytes(rest, length - 11);
  return !overflow;
}
