/** Units of `.debug_info`: header, root entry, and the code ranges of every subprogram and inlined call inside. */
import { hasChildren, tag } from "./abbrev";
import { scratch, setResult, setResult64 } from "./arena";
import {
  addressBase,
  addressSize,
  callColumn,
  callFile,
  callLine,
  DW_TAG_INLINED_SUBROUTINE,
  DW_TAG_SUBPROGRAM,
  directory,
  directoryKind,
  GIVEN_INDEX,
  GIVEN_LENGTH,
  GIVEN_NOT,
  high,
  highGiven,
  linkage,
  linkageKind,
  low,
  lowGiven,
  name,
  nameKind,
  offsetSize,
  origin,
  rangeListsBase,
  ranges,
  rangesGiven,
  readEntry,
  setUnit,
  statementList,
  stringOffsetsBase,
  version,
} from "./entry";
import {
  FRAME_STRIDE,
  NONE,
  STATUS_LIMIT,
  STATUS_MALFORMED,
  STATUS_MORE,
  STATUS_OK,
  STATUS_UNSUPPORTED,
} from "./layout";
import { addressAt, nextRange, rangeBytes, rangeHigh, rangeLow, rangeSteps, setUnitBases, startRanges } from "./ranges";
import {
  failed,
  left,
  openWindow,
  position,
  readU8,
  readU16,
  readU32,
  readU64,
  readUleb,
  readUnsigned,
  seek,
  setEnd,
  skip,
} from "./reader";

const DW_UT_COMPILE: u32 = 1;
const DW_UT_TYPE: u32 = 2;
const DW_UT_PARTIAL: u32 = 3;
const DW_UT_SKELETON: u32 = 4;
const DW_UT_SPLIT_COMPILE: u32 = 5;
const DW_UT_SPLIT_TYPE: u32 = 6;

/** Subprograms and inlined calls nested in each other; deeper ones are left out. */
const MAX_NESTING: u32 = 512;
/** Attribute steps per byte of a unit: ordinary units take less than one. */
const STEPS_PER_BYTE: u64 = 16;
/** Bytes of rows per byte of a unit and of the range lists, above FREE_BYTES. */
const ROW_BYTES_PER_BYTE: u64 = 4;
const FREE_BYTES: u64 = 65536;

let windowStart: u32 = 0;
/** Bytes of the whole unit, header included. */
let unitLength: u64 = 0;
let abbreviations: u32 = 0;
let firstEntry: u32 = 0;

/** @returns STATUS_OK with the cursor at the root entry. */
function readUnitHeader(ptr: u32, length: u32, offset: u32): u32 {
  windowStart = ptr;
  openWindow(ptr, length);
  let size = u64(readU32());
  let offsets: u32 = 4;
  if (size == 0xffff_ffff) {
    size = readU64();
    offsets = 8;
  }
  if (failed) return STATUS_MORE;
  unitLength = size + u64(position() - ptr);
  if (unitLength > 0xffff_ff00) return STATUS_MALFORMED;
  const found = readU16();
  if (failed) return STATUS_MORE;
  if (found < 2 || found > 5) return STATUS_UNSUPPORTED;
  let kind = DW_UT_COMPILE;
  let address: u32 = 0;
  if (found >= 5) {
    kind = readU8();
    address = readU8();
  }
  abbreviations = u32(readUnsigned(offsets));
  if (found < 5) address = readU8();
  if (kind == DW_UT_SKELETON || kind == DW_UT_SPLIT_COMPILE) skip(8);
  else if (kind == DW_UT_TYPE || kind == DW_UT_SPLIT_TYPE) skip(8 + u64(offsets));
  else if (kind != DW_UT_COMPILE && kind != DW_UT_PARTIAL) return STATUS_UNSUPPORTED;
  if (failed) return STATUS_MORE;
  if (address > 8) return STATUS_MALFORMED;
  firstEntry = position();
  setUnit(ptr, offset, found, offsets, address);
  return STATUS_OK;
}

/**
 * Header of the unit at `ptr`. Result: 0 and 1 length of the unit (u64), 2 offset of its abbreviations, 3 version, 4
 * offset size, 5 address size.
 */
export function readHeader(ptr: u32, length: u32, offset: u32): u32 {
  unitLength = 0;
  const status = readUnitHeader(ptr, length, offset);
  setResult64(0, unitLength);
  setResult(2, abbreviations);
  setResult(3, version);
  setResult(4, offsetSize);
  setResult(5, addressSize);
  return status;
}

/**
 * Root entry of the unit at `ptr`, whose abbreviations are in use. Result: 0 tag, 1 statement list, 2 and 3 name, 4 and
 * 5 compilation directory (kind, value; inline values count from `ptr`), 6 string offsets base.
 */
export function readRoot(ptr: u32, length: u32, offset: u32): u32 {
  const status = readUnitHeader(ptr, length, offset);
  if (status != STATUS_OK) return status;
  const code = readUleb();
  if (readEntry(code, true) == 0) return failed ? STATUS_MORE : STATUS_MALFORMED;
  setResult(0, tag);
  setResult(1, statementList);
  setResult(2, nameKind);
  setResult(3, name);
  setResult(4, directoryKind);
  setResult(5, directory);
  setResult(6, stringOffsetsBase);
  return STATUS_OK;
}

/**
 * Names of the entry at `ptr`, which belongs to a unit of that offset and those sizes and whose abbreviations are in
 * use. Result: 0 and 1 linkage name, 2 and 3 name (kind, value; inline values count from `ptr`), 4 the entry that it
 * refers to for what it leaves out, or NONE.
 */
export function readEntryName(
  ptr: u32,
  length: u32,
  unit: u32,
  unitVersion: u32,
  unitOffsetSize: u32,
  unitAddressSize: u32,
): u32 {
  openWindow(ptr, length);
  setUnit(ptr, unit, unitVersion, unitOffsetSize, unitAddressSize);
  const code = readUleb();
  if (readEntry(code, true) == 0) return failed ? STATUS_MORE : STATUS_MALFORMED;
  setResult(0, linkageKind);
  setResult(1, linkage);
  setResult(2, nameKind);
  setResult(3, name);
  setResult(4, origin);
  return STATUS_OK;
}

let rows: u32 = 0;
let rowCount: u32 = 0;
let maxRows: u32 = 0;

/**
 * Code ranges of every subprogram and inlined call of the unit at `ptr`, which must be whole; FRAME rows at scratch,
 * in the order of the entries. Range sections and abbreviations are in use already. Result: 0 pointer and 1 count of rows, 2 the
 * number of entries left out. The status tells of a cut: the rows up to it are there.
 */
export function readFrames(ptr: u32, length: u32, offset: u32): u32 {
  rowCount = 0;
  rows = 0;
  setResult(1, 0);
  setResult(2, 0);
  let status = readUnitHeader(ptr, length, offset);
  if (status != STATUS_OK) return status;
  const stack = scratch(MAX_NESTING * 8);
  rows = scratch(0);
  if (stack == 0 || rows == 0) return STATUS_LIMIT;
  openWindow(ptr, length);
  if (unitLength < u64(length)) setEnd(ptr + u32(unitLength));
  seek(firstEntry);
  const work = u64(length) + u64(rangeBytes());
  maxRows = u32(min((work * ROW_BYTES_PER_BYTE + FREE_BYTES) / u64(FRAME_STRIDE), 0x400_0000));
  status = walkEntries(offset, stack, work * STEPS_PER_BYTE + FREE_BYTES);
  setResult(0, rows);
  setResult(1, rowCount);
  return status;
}

/** Walks the tree with a depth counter; `stack` holds (depth, first row) of the enclosing function-like entries. */
function walkEntries(offset: u32, stack: u32, budget: u64): u32 {
  let depth: u32 = 0;
  let nesting: u32 = 0;
  let skipped: u32 = 0;
  let steps: u64 = 0;
  const rangesBefore = rangeSteps;
  while (left() > 0) {
    const entry = offset + (position() - windowStart);
    const code = readUleb();
    steps++;
    if (code == 0) {
      if (depth <= 1) break;
      depth--;
      continue;
    }
    const isRoot = depth == 0;
    const cost = readEntry(code, isRoot);
    if (cost == 0) return STATUS_MALFORMED;
    steps += u64(cost);
    if (steps + rangeSteps - rangesBefore > budget) return STATUS_LIMIT;
    if (isRoot) setBases();
    while (nesting > 0 && load<u32>(stack + (nesting - 1) * 8) >= depth) nesting--;
    if (tag == DW_TAG_SUBPROGRAM || tag == DW_TAG_INLINED_SUBROUTINE) {
      const parent = nesting > 0 ? load<u32>(stack + (nesting - 1) * 8 + 4) : NONE;
      const first = rowCount;
      const next = position();
      const endOfWindow = next + left();
      if (!addRows(entry, parent, nesting)) return STATUS_LIMIT;
      openWindow(windowStart, endOfWindow - windowStart);
      seek(next);
      if (rowCount > first && nesting < MAX_NESTING) {
        store<u32>(stack + nesting * 8, depth);
        store<u32>(stack + nesting * 8 + 4, first);
        nesting++;
      } else if (rowCount > first) skipped++;
    }
    if (hasChildren) depth++;
    else if (isRoot) break;
  }
  setResult(2, skipped);
  return STATUS_OK;
}

function setBases(): void {
  const addresses = addressBase == NONE ? 0 : addressBase;
  setUnitBases(0, rangeListsBase, addresses);
  const next = position();
  const endOfWindow = next + left();
  const base = lowGiven == GIVEN_INDEX ? addressAt(low) : low;
  setUnitBases(base, rangeListsBase, addresses);
  openWindow(windowStart, endOfWindow - windowStart);
  seek(next);
}

/** One row per range of the entry read last. @returns false when there is no memory. */
function addRows(entry: u32, parent: u32, depth: u32): bool {
  if (rangesGiven != GIVEN_NOT) {
    if (!startRanges(ranges, rangesGiven)) return true;
    while (nextRange()) if (!addRow(rangeLow, rangeHigh, entry, parent, depth)) return false;
    return true;
  }
  if (lowGiven == GIVEN_NOT || highGiven == GIVEN_NOT) return true;
  const from = lowGiven == GIVEN_INDEX ? addressAt(low) : low;
  const to = highGiven == GIVEN_LENGTH ? from + high : highGiven == GIVEN_INDEX ? addressAt(high) : high;
  return from >= to || addRow(from, to, entry, parent, depth);
}

function addRow(from: u64, to: u64, entry: u32, parent: u32, depth: u32): bool {
  const row = rowCount < maxRows ? scratch(FRAME_STRIDE) : 0;
  if (row == 0) return false;
  store<u64>(row, from);
  store<u64>(row, to, 8);
  store<u32>(row, entry, 16);
  store<u32>(row, parent, 20);
  store<u32>(row, depth, 24);
  store<u32>(row, callFile, 28);
  store<u32>(row, callLine, 32);
  store<u32>(row, callColumn, 36);
  rowCount++;
  return true;
}
