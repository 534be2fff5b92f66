/**
 * One debugging information entry: the attributes that symbolization needs, the rest passed over.
 * Source: DWARF 5 sections 2, 7.5; attribute numbers from section 7.5.4.
 */
import {
  attribute,
  attributes,
  findAbbreviation,
  form,
  implicitValue,
  nextAttribute,
  startAttributes,
  tag,
} from "./abbrev";
import {
  DW_FORM_ADDR,
  DW_FORM_ADDRX,
  DW_FORM_ADDRX1,
  DW_FORM_ADDRX2,
  DW_FORM_ADDRX3,
  DW_FORM_ADDRX4,
  DW_FORM_DATA1,
  DW_FORM_DATA2,
  DW_FORM_DATA4,
  DW_FORM_DATA8,
  DW_FORM_GNU_ADDR_INDEX,
  DW_FORM_IMPLICIT_CONST,
  DW_FORM_INDIRECT,
  DW_FORM_REF_ADDR,
  DW_FORM_REF_UDATA,
  DW_FORM_REF1,
  DW_FORM_REF2,
  DW_FORM_REF4,
  DW_FORM_REF8,
  DW_FORM_RNGLISTX,
  DW_FORM_SDATA,
  DW_FORM_SEC_OFFSET,
  DW_FORM_UDATA,
  readStringForm,
  skipForm,
  stringKind,
  stringValue,
} from "./forms";
import { NONE, STRING_NONE } from "./layout";
import { failed, readSleb, readU8, readU16, readU32, readU64, readUleb, readUnsigned } from "./reader";

export const DW_TAG_COMPILE_UNIT: u32 = 0x11;
export const DW_TAG_INLINED_SUBROUTINE: u32 = 0x1d;
export const DW_TAG_SUBPROGRAM: u32 = 0x2e;

const DW_AT_NAME: u32 = 0x03;
const DW_AT_STMT_LIST: u32 = 0x10;
const DW_AT_LOW_PC: u32 = 0x11;
const DW_AT_HIGH_PC: u32 = 0x12;
const DW_AT_COMP_DIR: u32 = 0x1b;
const DW_AT_ABSTRACT_ORIGIN: u32 = 0x31;
const DW_AT_SPECIFICATION: u32 = 0x47;
const DW_AT_RANGES: u32 = 0x55;
const DW_AT_CALL_COLUMN: u32 = 0x57;
const DW_AT_CALL_FILE: u32 = 0x58;
const DW_AT_CALL_LINE: u32 = 0x59;
const DW_AT_LINKAGE_NAME: u32 = 0x6e;
const DW_AT_STR_OFFSETS_BASE: u32 = 0x72;
const DW_AT_ADDR_BASE: u32 = 0x73;
const DW_AT_RNGLISTS_BASE: u32 = 0x74;
const DW_AT_MIPS_LINKAGE_NAME: u32 = 0x2007;
const DW_AT_GNU_ADDR_BASE: u32 = 0x2133;

/** How an address or a range list is given. */
export const GIVEN_NOT: u32 = 0;
export const GIVEN_PLAIN: u32 = 1;
/** Index into .debug_addr, or into the offset table of .debug_rnglists. */
export const GIVEN_INDEX: u32 = 2;
/** high_pc as a length from low_pc. */
export const GIVEN_LENGTH: u32 = 3;

/** Header of the unit that entries belong to. */
export let unitStart: u32 = 0;
/** Offset of the unit in .debug_info. */
export let unitOffset: u32 = 0;
export let version: u32 = 0;
export let offsetSize: u32 = 4;
export let addressSize: u32 = 0;

export function setUnit(start: u32, offset: u32, atVersion: u32, atOffsetSize: u32, atAddressSize: u32): void {
  unitStart = start;
  unitOffset = offset;
  version = atVersion;
  offsetSize = atOffsetSize;
  addressSize = atAddressSize;
}

/** Fields of the entry read last. */
export let lowGiven: u32 = 0;
export let low: u64 = 0;
export let highGiven: u32 = 0;
export let high: u64 = 0;
export let rangesGiven: u32 = 0;
export let ranges: u64 = 0;
export let callFile: u32 = 0;
export let callLine: u32 = 0;
export let callColumn: u32 = 0;
export let nameKind: u32 = 0;
export let name: u32 = 0;
export let linkageKind: u32 = 0;
export let linkage: u32 = 0;
export let directoryKind: u32 = 0;
export let directory: u32 = 0;
/** Offset in .debug_info of the entry that holds what this one leaves out, or NONE. */
export let origin: u32 = 0;
export let statementList: u32 = 0;
export let stringOffsetsBase: u32 = 0;
export let addressBase: u32 = 0;
export let rangeListsBase: u32 = 0;

function clear(): void {
  lowGiven = GIVEN_NOT;
  highGiven = GIVEN_NOT;
  rangesGiven = GIVEN_NOT;
  low = 0;
  high = 0;
  ranges = 0;
  callFile = 0;
  callLine = 0;
  callColumn = 0;
  nameKind = STRING_NONE;
  linkageKind = STRING_NONE;
  directoryKind = STRING_NONE;
  origin = NONE;
  statementList = NONE;
  stringOffsetsBase = NONE;
  addressBase = NONE;
  rangeListsBase = NONE;
}

/**
 * Reads the entry of abbreviation `code` at the cursor; `tag` and `hasChildren` are those of the abbreviation. Entries
 * other than subprograms and inlined calls are passed over unless `every` is set.
 * @returns the number of attributes plus one, or 0 if the entry cannot be read.
 */
export function readEntry(code: u64, every: bool): u32 {
  clear();
  if (!findAbbreviation(code)) return 0;
  startAttributes(attributes);
  let count: u32 = 1;
  const wanted = every || tag == DW_TAG_SUBPROGRAM || tag == DW_TAG_INLINED_SUBROUTINE;
  while (nextAttribute()) {
    count++;
    let kind = form;
    for (let hops = 0; kind == DW_FORM_INDIRECT && hops < 4; hops++) kind = u32(readUleb());
    const isRead = wanted && readAttribute(kind);
    if (!isRead && !skipForm(kind, offsetSize, addressSize, version)) return 0;
    if (failed) return 0;
  }
  return count;
}

/** @returns false if the attribute was not read and is still at the cursor. */
function readAttribute(kind: u32): bool {
  switch (attribute) {
    case DW_AT_NAME:
      if (!readStringForm(kind, offsetSize, unitStart)) return false;
      nameKind = stringKind;
      name = stringValue;
      return true;
    case DW_AT_LINKAGE_NAME:
    case DW_AT_MIPS_LINKAGE_NAME:
      if (!readStringForm(kind, offsetSize, unitStart)) return false;
      linkageKind = stringKind;
      linkage = stringValue;
      return true;
    case DW_AT_COMP_DIR:
      if (!readStringForm(kind, offsetSize, unitStart)) return false;
      directoryKind = stringKind;
      directory = stringValue;
      return true;
    case DW_AT_ABSTRACT_ORIGIN:
    case DW_AT_SPECIFICATION:
      return readReference(kind);
    case DW_AT_LOW_PC:
      return readLow(kind);
    case DW_AT_HIGH_PC:
      return readHigh(kind);
    case DW_AT_RANGES:
      return readRanges(kind);
    default:
      return readNumber(kind);
  }
}

let number: u64 = 0;

function readNumber(kind: u32): bool {
  const isWanted =
    attribute == DW_AT_CALL_FILE ||
    attribute == DW_AT_CALL_LINE ||
    attribute == DW_AT_CALL_COLUMN ||
    attribute == DW_AT_STMT_LIST ||
    (attribute >= DW_AT_STR_OFFSETS_BASE && attribute <= DW_AT_RNGLISTS_BASE) ||
    attribute == DW_AT_GNU_ADDR_BASE;
  if (!isWanted || !readConstant(kind)) return false;
  const value = number < u64(NONE) ? u32(number) : NONE;
  if (attribute == DW_AT_CALL_FILE) callFile = value;
  else if (attribute == DW_AT_CALL_LINE) callLine = value;
  else if (attribute == DW_AT_CALL_COLUMN) callColumn = value;
  else if (attribute == DW_AT_STMT_LIST) statementList = value;
  else if (attribute == DW_AT_STR_OFFSETS_BASE) stringOffsetsBase = value;
  else if (attribute == DW_AT_ADDR_BASE || attribute == DW_AT_GNU_ADDR_BASE) addressBase = value;
  else rangeListsBase = value;
  return true;
}

/** Constants and section offsets, into `number`. */
function readConstant(kind: u32): bool {
  if (kind == DW_FORM_DATA1) number = u64(readU8());
  else if (kind == DW_FORM_DATA2) number = u64(readU16());
  else if (kind == DW_FORM_DATA4) number = u64(readU32());
  else if (kind == DW_FORM_DATA8) number = readU64();
  else if (kind == DW_FORM_UDATA) number = readUleb();
  else if (kind == DW_FORM_SDATA) number = u64(readSleb());
  else if (kind == DW_FORM_SEC_OFFSET) number = readUnsigned(offsetSize);
  else if (kind == DW_FORM_IMPLICIT_CONST) number = implicitValue;
  else return false;
  return true;
}

function readIndex(kind: u32): bool {
  if (kind == DW_FORM_ADDRX || kind == DW_FORM_GNU_ADDR_INDEX) number = readUleb();
  else if (kind == DW_FORM_ADDRX1) number = u64(readU8());
  else if (kind == DW_FORM_ADDRX2) number = u64(readU16());
  else if (kind == DW_FORM_ADDRX3) number = readUnsigned(3);
  else if (kind == DW_FORM_ADDRX4) number = u64(readU32());
  else return false;
  return true;
}

function readLow(kind: u32): bool {
  if (kind == DW_FORM_ADDR) {
    low = readUnsigned(addressSize);
    lowGiven = GIVEN_PLAIN;
    return true;
  }
  if (!readIndex(kind)) return false;
  low = number;
  lowGiven = GIVEN_INDEX;
  return true;
}

function readHigh(kind: u32): bool {
  if (kind == DW_FORM_ADDR) {
    high = readUnsigned(addressSize);
    highGiven = GIVEN_PLAIN;
    return true;
  }
  const isIndex = readIndex(kind);
  if (!isIndex && !readConstant(kind)) return false;
  high = number;
  highGiven = isIndex ? GIVEN_INDEX : GIVEN_LENGTH;
  return true;
}

function readRanges(kind: u32): bool {
  if (kind == DW_FORM_RNGLISTX) {
    ranges = readUleb();
    rangesGiven = GIVEN_INDEX;
    return true;
  }
  if (!readConstant(kind)) return false;
  ranges = number;
  rangesGiven = GIVEN_PLAIN;
  return true;
}

function readReference(kind: u32): bool {
  let base = u64(unitOffset);
  let target: u64;
  if (kind == DW_FORM_REF4) target = u64(readU32());
  else if (kind == DW_FORM_REF1) target = u64(readU8());
  else if (kind == DW_FORM_REF2) target = u64(readU16());
  else if (kind == DW_FORM_REF8) target = readU64();
  else if (kind == DW_FORM_REF_UDATA) target = readUleb();
  else if (kind == DW_FORM_REF_ADDR) {
    base = 0;
    target = readUnsigned(version <= 2 ? addressSize : offsetSize);
  } else return false;
  if (target < u64(NONE) - base) origin = u32(base + target);
  return true;
}
