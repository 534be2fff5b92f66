/**
 * Headers of `.debug_line` units, versions 2 to 5, 32- and 64-bit DWARF, and their directory and file tables.
 * Source: DWARF 5 section 6.2.4; DWARF 4 section 6.2.4 for versions below.
 */
import { setResult } from "./arena";
import { readStringForm, skipForm, stringKind, stringValue } from "./forms";
import { NONE, STATUS_MALFORMED, STATUS_OK, STRING_INLINE, STRING_NONE } from "./layout";
import {
  failed,
  left,
  openWindow,
  position,
  readSleb,
  readU8,
  readU16,
  readU32,
  readU64,
  readUleb,
  readUnsigned,
  seek,
  setEnd,
  skip,
  skipString,
} from "./reader";

const DW_LNCT_PATH: u64 = 1;
const DW_LNCT_DIRECTORY_INDEX: u64 = 2;

/** Header of the unit read last. Pointers are Wasm addresses. */
export let unitVersion: u32 = 0;
/** First byte after the unit. */
export let unitEnd: u32 = 0;
export let unitAddressSize: u32 = 0;
export let unitOffsetSize: u32 = 4;
export let minInstruction: u64 = 1;
export let maxOperations: u32 = 1;
export let lineBase: i32 = 0;
export let lineRange: u32 = 1;
export let opcodeBase: u32 = 13;
/** Operand counts of the standard opcodes, from opcode 1 on. */
export let opcodeLengths: u32 = 0;
export let tablesPtr: u32 = 0;
export let programPtr: u32 = 0;

/**
 * Reads the header at the cursor. Sets `unitEnd` whenever the length could be read, so that a damaged unit can be
 * passed over.
 * @param sectionEnd end of .debug_line
 * @returns false if the unit cannot be used.
 */
export function readLineHeader(sectionEnd: u32): bool {
  unitEnd = sectionEnd;
  let length = u64(readU32());
  unitOffsetSize = 4;
  if (length == 0xffff_ffff) {
    length = readU64();
    unitOffsetSize = 8;
  }
  if (failed) return false;
  const isWhole = length <= u64(sectionEnd - position());
  if (isWhole) unitEnd = position() + u32(length);
  setEnd(unitEnd);
  unitVersion = readU16();
  if (unitVersion < 2 || unitVersion > 5) return false;
  unitAddressSize = 0;
  if (unitVersion == 5) {
    unitAddressSize = readU8();
    readU8();
  }
  const headerLength = readUnsigned(unitOffsetSize);
  if (headerLength > u64(left())) return false;
  programPtr = position() + u32(headerLength);
  minInstruction = u64(readU8());
  maxOperations = unitVersion >= 4 ? readU8() : 1;
  readU8();
  lineBase = i32(i8(readU8()));
  lineRange = readU8();
  opcodeBase = readU8();
  opcodeLengths = position();
  skip(opcodeBase == 0 ? 0 : u64(opcodeBase - 1));
  tablesPtr = position();
  return !failed && tablesPtr <= programPtr;
}

let entryKind: u32 = STRING_NONE;
let entryValue: u32 = 0;
let entryDirectory: u64 = 0;

/**
 * Finds the name of file `file` of the unit at `unit`. Result: 0 kind and 1 value of the name, 2 and 3 of its
 * directory, 4 directory index (NONE if the table has no such directory), 5 version. Inline values are offsets in
 * `.debug_line`, which begins at `section`.
 */
export function findLineFile(section: u32, sectionLength: u32, unit: u32, file: u32): u32 {
  openWindow(section, sectionLength);
  seek(section + unit);
  if (!readLineHeader(section + sectionLength)) return STATUS_MALFORMED;
  setEnd(programPtr);
  seek(tablesPtr);
  const found = unitVersion >= 5 ? findInTables5(section, file) : findInTables(section, file);
  setResult(5, unitVersion);
  return found ? STATUS_OK : STATUS_MALFORMED;
}

function findInTables(section: u32, file: u32): bool {
  const directories = position();
  while (left() > 0 && load<u8>(position()) != 0) skipString();
  skip(1);
  if (file == 0) return false;
  for (let i: u32 = 1; left() > 0 && load<u8>(position()) != 0; i++) {
    const name = skipString();
    const directory = readUleb();
    readUleb();
    readUleb();
    if (failed) return false;
    if (i < file) continue;
    reportFile(STRING_INLINE, name - section, directory);
    seek(directories);
    for (let d: u64 = 1; left() > 0 && load<u8>(position()) != 0; d++) {
      const path = skipString();
      if (d == directory) reportDirectory(STRING_INLINE, path - section);
    }
    return true;
  }
  return false;
}

function findInTables5(section: u32, file: u32): bool {
  const directories = position();
  if (!walkEntries(section, NONE)) return false;
  if (!walkEntries(section, file) || entryKind == STRING_NONE) return false;
  reportFile(entryKind, entryValue, entryDirectory);
  const directory = entryDirectory;
  if (directory >= u64(NONE)) return true;
  seek(directories);
  if (walkEntries(section, u32(directory)) && entryKind != STRING_NONE) reportDirectory(entryKind, entryValue);
  return true;
}

/** Passes one version 5 table, or stops behind entry `wanted` with its fields in `entry…`. */
function walkEntries(section: u32, wanted: u32): bool {
  const formatCount = readU8();
  const formats = position();
  for (let i: u32 = 0; i < formatCount; i++) {
    readUleb();
    readUleb();
  }
  const count = readUleb();
  entryKind = STRING_NONE;
  // Without formats an entry has no bytes: a count alone must not make work.
  if (formatCount == 0) return !failed && count == 0;
  for (let i: u64 = 0; i < count && !failed; i++) {
    const before = position();
    if (!readEntry(section, formats, formatCount)) return false;
    if (position() == before) return false;
    if (i == u64(wanted)) return true;
  }
  entryKind = STRING_NONE;
  return !failed && wanted == NONE;
}

function readEntry(section: u32, formats: u32, formatCount: u32): bool {
  let format = formats;
  entryKind = STRING_NONE;
  entryDirectory = 0;
  for (let i: u32 = 0; i < formatCount; i++) {
    const value = position();
    seek(format);
    const content = readUleb();
    const form = u32(readUleb());
    format = position();
    seek(value);
    if (content == DW_LNCT_PATH) {
      if (!readStringForm(form, unitOffsetSize, section)) return false;
      entryKind = stringKind;
      entryValue = stringValue;
    } else if (content == DW_LNCT_DIRECTORY_INDEX) {
      if (!readIndexForm(form)) return false;
    } else if (!skipForm(form, unitOffsetSize, unitAddressSize, unitVersion)) return false;
  }
  return !failed;
}

const DW_FORM_DATA2: u32 = 0x05;
const DW_FORM_DATA4: u32 = 0x06;
const DW_FORM_DATA1: u32 = 0x0b;
const DW_FORM_SDATA: u32 = 0x0d;
const DW_FORM_UDATA: u32 = 0x0f;

function readIndexForm(form: u32): bool {
  if (form == DW_FORM_UDATA) entryDirectory = readUleb();
  else if (form == DW_FORM_SDATA) entryDirectory = u64(readSleb());
  else if (form == DW_FORM_DATA1) entryDirectory = u64(readU8());
  else if (form == DW_FORM_DATA2) entryDirectory = u64(readU16());
  else if (form == DW_FORM_DATA4) entryDirectory = u64(readU32());
  else return false;
  return true;
}

function reportFile(kind: u32, value: u32, directory: u64): void {
  setResult(0, kind);
  setResult(1, value);
  setResult(2, STRING_NONE);
  setResult(3, 0);
  setResult(4, directory < u64(NONE) ? u32(directory) : NONE);
}

function reportDirectory(kind: u32, value: u32): void {
  setResult(2, kind);
  setResult(3, value);
}
