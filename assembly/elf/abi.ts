/** The seam of elf.wasm: every export. Layouts and codes are in layout.ts; the twin is src/js/abi/elf-layout.ts. */
import "../rt";
import { tableBytes, useAbbreviations } from "./abbrev";
import { clearResult, keep, resetArena, resultPtr, rewind, scratch, scratchTop, setResult, setResult64 } from "./arena";
import { demangle } from "./demangle/demangle";
import { ABI_VERSION, STATUS_MALFORMED, STATUS_OK, STATUS_UNSUPPORTED } from "./layout";
import { findLineFile } from "./line-header";
import { beginLines, findLine, finishLines, isReplayCut, stepLines } from "./line-index";
import { useRangeSections } from "./ranges";
import { setByteOrder } from "./reader";
import { buildSymbols, findSymbol, useSymbols } from "./symbols";
import { readEntryName, readFrames, readHeader, readRoot } from "./unit";

export function elf_abi_version(): u32 {
  return ABI_VERSION;
}

/** Forgets everything. @returns the address of the result words. */
export function elf_begin(littleEndian: u32): u32 {
  resetArena();
  clearResult();
  setByteOrder(littleEndian != 0);
  return resultPtr;
}

/** @returns address of `n` bytes that stay, or 0. Gives up all scratch. */
export function elf_keep(n: u32): u32 {
  return keep(n);
}

/** @returns address of `n` bytes until `elf_rewind`, or 0. */
export function elf_scratch(n: u32): u32 {
  return scratch(n);
}

export function elf_mark(): u32 {
  return scratchTop();
}

export function elf_rewind(mark: u32): void {
  rewind(mark);
}

/** See `buildSymbols`. Result: 0 pointer and 1 count of SYMBOL rows, 2 symbols without a name in the string table. */
export function elf_symbols(
  symbols: u32,
  symbolsLength: u32,
  names: u32,
  namesLength: u32,
  allocated: u32,
  sectionCount: u32,
  extended: u32,
  extendedLength: u32,
  is64: u32,
  machine: u32,
): u32 {
  return buildSymbols(
    symbols,
    symbolsLength,
    names,
    namesLength,
    allocated,
    sectionCount,
    extended,
    extendedLength,
    is64 != 0,
    machine,
  );
}

/** SYMBOL rows at a kept address: lookups search them from now on. */
export function elf_use_symbols(ptr: u32, count: u32): void {
  useSymbols(ptr, count);
}

let lineSection: u32 = 0;
let lineLength: u32 = 0;

/** `.debug_line` at the address that was kept last. */
export function elf_lines_begin(ptr: u32, length: u32): void {
  lineSection = ptr;
  lineLength = length;
  beginLines(ptr, length);
}

/** See `stepLines`. */
export function elf_lines_step(byteBudget: u32): u32 {
  return stepLines(byteBudget);
}

/** See `finishLines`. */
export function elf_lines_finish(): u32 {
  return finishLines();
}

const FOUND_SYMBOL: u32 = 1;
const FOUND_LINE: u32 = 2;
const FOUND_LIMIT: u32 = 4;

/**
 * Everything about one address. Result: 0 bits (1 symbol, 2 line, 4 line not looked for to the end); symbol: 1 name, 2 file name, 4 address (u64),
 * 6 size (u64); line: 8 unit, 9 file, 10 line, 11 column, 12 address of the row (u64).
 */
export function elf_find(low: u32, high: u32): void {
  const target = (u64(high) << 32) | u64(low);
  let found: u32 = 0;
  const row = findSymbol(target);
  if (row != 0) {
    found = FOUND_SYMBOL;
    setResult(1, load<u32>(row, 16));
    setResult(2, load<u32>(row, 20));
    setResult64(4, load<u64>(row));
    setResult64(6, load<u64>(row, 8));
  }
  if (findLine(target, 8)) found |= FOUND_LINE;
  else if (isReplayCut) found |= FOUND_LIMIT;
  setResult(0, found);
}

/** See `findLineFile`. */
export function elf_line_file(unit: u32, file: u32): u32 {
  return findLineFile(lineSection, lineLength, unit, file);
}

/**
 * Indexes one abbreviation table of `.debug_abbrev`; the index is put at scratch. Units read from now on use it.
 * Result: 0 bytes of the table.
 */
export function elf_abbreviations(ptr: u32, length: u32, offset: u32): u32 {
  const isUsable = useAbbreviations(ptr, length, offset);
  setResult(0, tableBytes);
  return isUsable ? STATUS_OK : STATUS_MALFORMED;
}

/** See `readHeader`. */
export function elf_unit_header(ptr: u32, length: u32, offset: u32): u32 {
  return readHeader(ptr, length, offset);
}

/** See `readRoot`. */
export function elf_unit_root(ptr: u32, length: u32, offset: u32): u32 {
  return readRoot(ptr, length, offset);
}

/** `.debug_ranges` or `.debug_rnglists`, and `.debug_addr`, for `elf_frames`. */
export function elf_range_sections(lists: u32, listsLength: u32, addresses: u32, addressesLength: u32): void {
  useRangeSections(lists, listsLength, addresses, addressesLength);
}

/** See `readFrames`. */
export function elf_frames(ptr: u32, length: u32, offset: u32): u32 {
  return readFrames(ptr, length, offset);
}

/** See `readEntryName`. */
export function elf_entry_name(ptr: u32, length: u32, unit: u32, version: u32, offsetSize: u32, addressSize: u32): u32 {
  return readEntryName(ptr, length, unit, version, offsetSize, addressSize);
}

/** See `demangle`. Style bits: 1 LLVM's wording, 2 short forms. */
export function elf_demangle(ptr: u32, length: u32, style: u32): u32 {
  return demangle(ptr, length, style) ? STATUS_OK : STATUS_UNSUPPORTED;
}
