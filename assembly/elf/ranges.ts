/** Range lists: `.debug_ranges` (DWARF 2 to 4) and `.debug_rnglists` (DWARF 5 section 7.25), and `.debug_addr`. */
import { addressSize, GIVEN_INDEX, offsetSize, version } from "./entry";
import { failed, openWindow, position, readU8, readUleb, readUnsigned, seek } from "./reader";

const DW_RLE_END_OF_LIST: u32 = 0;
const DW_RLE_BASE_ADDRESSX: u32 = 1;
const DW_RLE_STARTX_ENDX: u32 = 2;
const DW_RLE_STARTX_LENGTH: u32 = 3;
const DW_RLE_OFFSET_PAIR: u32 = 4;
const DW_RLE_BASE_ADDRESS: u32 = 5;
const DW_RLE_START_END: u32 = 6;
const DW_RLE_START_LENGTH: u32 = 7;

let lists: u32 = 0;
let listsLength: u32 = 0;
let addresses: u32 = 0;
let addressesLength: u32 = 0;
let base: u64 = 0;
let listsBase: u32 = 0;
let addressesBase: u32 = 0;

/** Bytes of the range lists: how much work they can be. */
export function rangeBytes(): u32 {
  return listsLength;
}

export function useRangeSections(listsPtr: u32, listsSize: u32, addressesPtr: u32, addressesSize: u32): void {
  lists = listsPtr;
  listsLength = listsSize;
  addresses = addressesPtr;
  addressesLength = addressesSize;
}

/** Bases of the unit: its low_pc, and DW_AT_rnglists_base, DW_AT_addr_base. */
export function setUnitBases(lowPc: u64, rangeLists: u32, addressTable: u32): void {
  base = lowPc;
  listsBase = rangeLists;
  addressesBase = addressTable;
}

/** Entry `index` of .debug_addr; 0 if there is none. Leaves the cursor's window. */
export function addressAt(index: u64): u64 {
  if (addressSize == 0) return 0;
  const offset = u64(addressesBase) + index * u64(addressSize);
  if (index > 0xffff_ffff || offset > u64(addressesLength)) return 0;
  openWindow(addresses, addressesLength);
  seek(addresses + u32(offset));
  return readUnsigned(addressSize);
}

/** Entries of range lists read so far. */
export let rangeSteps: u64 = 0;
/** The range read last. */
export let rangeLow: u64 = 0;
export let rangeHigh: u64 = 0;
let cursor: u32 = 0;
let listBase: u64 = 0;

/** Places the list's cursor. @returns false if the list is not there. */
export function startRanges(value: u64, given: u32): bool {
  listBase = base;
  let offset = value;
  if (given == GIVEN_INDEX) {
    const slot = u64(listsBase) + value * u64(offsetSize);
    if (value > 0xffff_ffff || slot > u64(listsLength)) return false;
    openWindow(lists, listsLength);
    seek(lists + u32(slot));
    offset = u64(listsBase) + readUnsigned(offsetSize);
    if (failed) return false;
  }
  if (offset >= u64(listsLength)) return false;
  cursor = u32(offset);
  return true;
}

/** Steps to the next non-empty range. @returns false at the end of the list or at damage. */
export function nextRange(): bool {
  let isMore: bool = true;
  do {
    rangeSteps++;
    openWindow(lists, listsLength);
    seek(lists + cursor);
    isMore = version >= 5 ? nextEntry5() : nextEntry();
  } while (isMore && rangeLow >= rangeHigh);
  return isMore;
}

function nextEntry(): bool {
  const first = readUnsigned(addressSize);
  const second = readUnsigned(addressSize);
  if (failed || (first == 0 && second == 0)) return false;
  cursor += addressSize * 2;
  const isBase = first == (addressSize == 8 ? ~u64(0) : (u64(1) << u64((addressSize & 7) * 8)) - 1);
  if (isBase) listBase = second;
  rangeLow = isBase ? 0 : listBase + first;
  rangeHigh = isBase ? 0 : listBase + second;
  return addressSize > 0;
}

function nextEntry5(): bool {
  const kind = readU8();
  if (failed || kind == DW_RLE_END_OF_LIST || kind > DW_RLE_START_LENGTH) return false;
  const isAddress = kind == DW_RLE_BASE_ADDRESS || kind == DW_RLE_START_END || kind == DW_RLE_START_LENGTH;
  let first = isAddress ? readUnsigned(addressSize) : readUleb();
  let second: u64 = 0;
  let consumed = cursorAfter();
  if (kind != DW_RLE_BASE_ADDRESS && kind != DW_RLE_BASE_ADDRESSX) {
    second = kind == DW_RLE_START_END ? readUnsigned(addressSize) : readUleb();
    consumed = cursorAfter();
  }
  if (failed) return false;
  cursor = consumed;
  if (kind == DW_RLE_BASE_ADDRESSX || kind == DW_RLE_STARTX_ENDX || kind == DW_RLE_STARTX_LENGTH)
    first = addressAt(first);
  if (kind == DW_RLE_STARTX_ENDX) second = addressAt(second);
  rangeLow = 0;
  rangeHigh = 0;
  if (kind == DW_RLE_BASE_ADDRESS || kind == DW_RLE_BASE_ADDRESSX) {
    listBase = first;
    return true;
  }
  rangeLow = kind == DW_RLE_OFFSET_PAIR ? listBase + first : first;
  rangeHigh =
    kind == DW_RLE_OFFSET_PAIR
      ? listBase + second
      : kind == DW_RLE_STARTX_LENGTH || kind == DW_RLE_START_LENGTH
        ? first + second
        : second;
  return true;
}

function cursorAfter(): u32 {
  return position() - lists;
}
