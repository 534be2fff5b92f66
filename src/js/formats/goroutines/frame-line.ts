import { NO_CODE_OFFSET } from "../../model/calls.ts";
import {
  BRACKET_OPEN,
  COLON,
  Decimal,
  hasPrefix,
  hasSuffix,
  isDigit,
  PAREN_CLOSE,
  PAREN_OPEN,
  readHex,
  SPACE,
} from "./ascii.ts";

/** Which bytes an argument list may hold: hex words, braces, `...`, `_`, `?`, commas and spaces (specification 4.6). */
const ARGUMENT_BYTE = new Uint8Array(256);
for (const c of "0123456789abcdefx{}.,_? ") ARGUMENT_BYTE[c.charCodeAt(0)] = 1;

/**
 * `<function>(<args>)`: name and arguments are split at the last `(`, because names contain parentheses and arguments
 * never do.
 */
export class FunctionLine {
  nameEnd = 0;
  argumentFrom = 0;
  argumentEnd = 0;
  inlined = false;

  /** @returns false when the line does not have the form. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    if (bytes[end - 1] !== PAREN_CLOSE) return false;
    let at = end - 2;
    while (at >= from && ARGUMENT_BYTE[bytes[at]!] === 1) at--;
    if (at <= from || bytes[at] !== PAREN_OPEN || !isName(bytes, from, at)) return false;
    this.nameEnd = at;
    this.argumentFrom = at + 1;
    this.argumentEnd = end - 1;
    this.inlined = hasPrefix(bytes, at, end, "(...)") && end - at === 5;
    return true;
  }
}

/** A name has no spaces outside type arguments and does not start with a blank. */
function isName(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const c = bytes[at]!;
    if (c === BRACKET_OPEN) return at > from;
    if (c <= SPACE) return false;
  }
  return true;
}

/**
 * `<TAB><file>:<line>[ +0x<off>][ fp=0x… sp=0x… pc=0x…]`: the file ends at the last `:` that a line number follows, so
 * that `C:\x.go:12` and names with spaces work.
 */
export class FileLine {
  fileFrom = 0;
  fileEnd = 0;
  line = 0;
  codeOffset: number = NO_CODE_OFFSET;
  /** fp, sp, pc as (lo, hi) pairs. */
  readonly registers: Uint32Array = new Uint32Array(6);
  hasRegisters = false;
  private readonly decimal = new Decimal();
  private readonly word = { lo: 0, hi: 0 };

  /** @param from the place after the leading blanks @returns false when there is no `file:line`. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    this.codeOffset = NO_CODE_OFFSET;
    this.hasRegisters = false;
    const tail = this.readTail(bytes, from, end);
    let colon = tail - 1;
    while (colon > from && isDigit(bytes[colon]!)) colon--;
    if (colon <= from || colon === tail - 1 || bytes[colon] !== COLON) return false;
    this.decimal.read(bytes, colon + 1, tail);
    this.line = this.decimal.value;
    this.fileFrom = from;
    this.fileEnd = colon;
    return true;
  }

  /** Takes ` +0x…` and the registers off the end. @returns where the line number ends. */
  private readTail(bytes: Uint8Array, from: number, end: number): number {
    let tail = end;
    for (;;) {
      let at = tail;
      while (at > from && bytes[at - 1] !== SPACE) at--;
      if (at <= from || !this.readPart(bytes, at, tail)) return tail;
      tail = at - 1;
    }
  }

  private readPart(bytes: Uint8Array, from: number, to: number): boolean {
    if (hasPrefix(bytes, from, to, "+0x")) {
      if (readHex(bytes, from + 1, to, this.word) !== to) return false;
      this.codeOffset = this.word.hi === 0 ? this.word.lo : NO_CODE_OFFSET;
      return true;
    }
    const slot = registerSlot(bytes, from, to);
    if (slot < 0 || readHex(bytes, from + 3, to, this.word) !== to) return false;
    if (!this.hasRegisters) this.registers.fill(0);
    this.hasRegisters = true;
    this.registers[slot * 2] = this.word.lo;
    this.registers[slot * 2 + 1] = this.word.hi;
    return true;
  }
}

function registerSlot(bytes: Uint8Array, from: number, to: number): number {
  if (hasPrefix(bytes, from, to, "fp=")) return 0;
  if (hasPrefix(bytes, from, to, "sp=")) return 1;
  return hasPrefix(bytes, from, to, "pc=") ? 2 : -1;
}

/** The number of `...N frames elided...`; -1 when the line is `...additional frames elided...`, undefined for neither. */
export function readElision(bytes: Uint8Array, from: number, end: number, decimal: Decimal): number | undefined {
  if (!hasPrefix(bytes, from, end, "...") || !hasSuffix(bytes, from, end, " frames elided...")) return undefined;
  if (hasPrefix(bytes, from + 3, end, "additional frames elided...")) return -1;
  const stop = decimal.read(bytes, from + 3, end);
  return stop > from + 3 && hasPrefix(bytes, stop, end, " frames elided...") ? decimal.value : undefined;
}
