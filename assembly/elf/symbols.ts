/**
 * The symbol index: which name covers an address.
 * Rule (llvm-symbolizer, see docs/symbols.md): defined NOTYPE, OBJECT, FUNC and GNU_IFUNC symbols of allocated
 * sections, no mapping symbols; by address, then size, then place in the table; of equal addresses the last.
 */
import { scratch, setResult } from "./arena";
import { NONE, STATUS_LIMIT, STATUS_OK, SYMBOL_STRIDE } from "./layout";
import { isLittleEndian, openWindow, readU8, readU16, readU32, readU64 } from "./reader";
import { sortHandles } from "./sort";

const EM_MIPS: u32 = 8;
const EM_ARM: u32 = 40;
const EM_AARCH64: u32 = 183;
const EM_RISCV: u32 = 243;
const EM_CSKY: u32 = 252;

const STT_NOTYPE: u32 = 0;
const STT_OBJECT: u32 = 1;
const STT_FUNC: u32 = 2;
const STT_FILE: u32 = 4;
const STT_GNU_IFUNC: u32 = 10;
const SHN_UNDEF: u32 = 0;
const SHN_LORESERVE: u32 = 0xff00;
const SHN_XINDEX: u32 = 0xffff;
const STB_LOCAL: u32 = 0;

let strings: u32 = 0;
let stringsLength: u32 = 0;
let machine: u32 = 0;
let symbolName: u32 = 0;
let symbolValue: u64 = 0;
let symbolSize: u64 = 0;
let symbolKind: u32 = 0;
let symbolSection: u32 = 0;

/**
 * Builds the rows of `symbols` at scratch and reports them: result 0 = pointer, 1 = count, 2 = symbols left out
 * because their name lies outside the string table.
 * `allocated` holds one byte per section: 1 if the section occupies memory. `extended` is SHT_SYMTAB_SHNDX or 0.
 */
export function buildSymbols(
  symbols: u32,
  symbolsLength: u32,
  names: u32,
  namesLength: u32,
  allocated: u32,
  sectionCount: u32,
  extended: u32,
  extendedLength: u32,
  is64: bool,
  machineId: u32,
): u32 {
  strings = names;
  stringsLength = namesLength;
  machine = machineId;
  const stride: u32 = is64 ? 24 : 16;
  const total = symbolsLength / stride;
  if (u64(total) * u64(SYMBOL_STRIDE) > 0xf000_0000) return STATUS_LIMIT;
  const rows = scratch(total * SYMBOL_STRIDE);
  if (rows == 0) return STATUS_LIMIT;
  let count: u32 = 0;
  let skipped: u32 = 0;
  let fileName: u32 = NONE;
  for (let i: u32 = 1; i < total; i++) {
    readSymbol(symbols + i * stride, is64);
    if (symbolSection == SHN_XINDEX && extendedLength / 4 > i) symbolSection = wordAt(extended + i * 4);
    else if (symbolSection >= SHN_LORESERVE) symbolSection = SHN_UNDEF;
    if (symbolName >= namesLength && symbolName != 0) skipped++;
    else if (symbolSection == SHN_UNDEF || symbolSection >= sectionCount) {
      if ((symbolKind & 15) == STT_FILE) fileName = symbolName;
    } else if (load<u8>(allocated + symbolSection) != 0 && namesAPlace()) {
      writeRow(rows + count++ * SYMBOL_STRIDE, fileName);
    }
  }
  return sortRows(rows, count, skipped);
}

function readSymbol(ptr: u32, is64: bool): void {
  openWindow(ptr, is64 ? 24 : 16);
  symbolName = readU32();
  if (!is64) {
    symbolValue = u64(readU32());
    symbolSize = u64(readU32());
  }
  symbolKind = readU8();
  readU8();
  symbolSection = readU16();
  if (is64) {
    symbolValue = readU64();
    symbolSize = readU64();
  }
}

function namesAPlace(): bool {
  const type = symbolKind & 15;
  if (type != STT_NOTYPE && type != STT_FUNC && type != STT_OBJECT && type != STT_GNU_IFUNC) return false;
  return !isMappingSymbol(symbolName);
}

function writeRow(row: u32, fileName: u32): void {
  // The lowest bit of a function's value says Thumb or microMIPS, not where the function is.
  const hasFlagBit = (symbolKind & 15) == STT_FUNC && (machine == EM_ARM || machine == EM_MIPS);
  store<u64>(row, hasFlagBit ? symbolValue & ~u64(1) : symbolValue);
  store<u64>(row, symbolSize, 8);
  store<u32>(row, symbolName, 16);
  store<u32>(row, symbolKind >> 4 == STB_LOCAL ? fileName : NONE, 20);
}

function sortRows(rows: u32, count: u32, skipped: u32): u32 {
  const handles = scratch(count * 4);
  if (handles == 0) return STATUS_LIMIT;
  for (let i: u32 = 0; i < count; i++) store<u32>(handles + i * 4, rows + i * SYMBOL_STRIDE);
  if (
    !sortHandles(handles, count, (a: u32, b: u32): bool => {
      const x = load<u64>(a);
      const y = load<u64>(b);
      return x != y ? x < y : load<u64>(a, 8) < load<u64>(b, 8);
    })
  )
    return STATUS_LIMIT;
  const sorted = scratch(count * SYMBOL_STRIDE);
  if (sorted == 0) return STATUS_LIMIT;
  let out: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(handles + i * 4);
    const isLast = i + 1 == count || load<u64>(load<u32>(handles + i * 4 + 4)) != load<u64>(row);
    if (isLast) memory.copy(sorted + out++ * SYMBOL_STRIDE, row, SYMBOL_STRIDE);
  }
  setResult(0, sorted);
  setResult(1, out);
  setResult(2, skipped);
  return STATUS_OK;
}

/** Symbols that mark code and data inside a section, not places with a name of their own. */
function isMappingSymbol(name: u32): bool {
  const first = charAt(name);
  if (machine == EM_ARM && first == 0) return true;
  if (machine == EM_RISCV && first == 0x2e) {
    return charAt(name + 1) == 0x4c && charAt(name + 2) == 0x30 && charAt(name + 3) == 0x20 && charAt(name + 4) == 0;
  }
  if (first != 0x24) return false;
  const second = charAt(name + 1);
  if (machine == EM_ARM) return second == 0x64 || second == 0x74 || second == 0x61;
  if (machine == EM_AARCH64 || machine == EM_RISCV) return second == 0x64 || second == 0x78;
  return machine == EM_CSKY && (second == 0x64 || second == 0x74);
}

function charAt(offset: u32): u32 {
  return offset < stringsLength ? u32(load<u8>(strings + offset)) : 0;
}

function wordAt(ptr: u32): u32 {
  const value = load<u32>(ptr);
  return isLittleEndian() ? value : bswap<u32>(value);
}

// -- the resident half ------------------------------------------------------------------------------------------------

let index: u32 = 0;
let indexCount: u32 = 0;

export function useSymbols(ptr: u32, count: u32): void {
  index = ptr;
  indexCount = count;
}

/** The row that covers `address`, or 0. A symbol of size 0 has no end. */
export function findSymbol(address: u64): u32 {
  let low: u32 = 0;
  let high = indexCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u64>(index + middle * SYMBOL_STRIDE) <= address) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return 0;
  const row = index + (low - 1) * SYMBOL_STRIDE;
  const size = load<u64>(row, 8);
  return size == 0 || address - load<u64>(row) < size ? row : 0;
}
