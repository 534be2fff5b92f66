/** One name, of whichever language. */
import { setResult } from "../arena";
import { demangleCxx } from "./cxx";
import { STYLE_LLVM, STYLE_SHORT } from "./cxx-style";
import { demangleRustLegacy } from "./rust-legacy";
import { demangleRustV0 } from "./rust-v0";
import { textLength, textStart } from "./text-out";

/** Result: 0 and 1 address and length of the UTF-8 text, at scratch. @returns false if the name is not mangled. */
export function demangle(ptr: u32, length: u32, style: u32): bool {
  const isLlvm = (style & STYLE_LLVM) != 0;
  const isVerbose = !isLlvm && (style & STYLE_SHORT) == 0;
  const isKnown =
    (!isLlvm && demangleRustLegacy(ptr, length, isVerbose)) ||
    demangleRustV0(ptr, length, isVerbose, isLlvm) ||
    demangleCxx(ptr, length, style);
  if (!isKnown) return false;
  setResult(0, textStart());
  setResult(1, textLength());
  return true;
}
