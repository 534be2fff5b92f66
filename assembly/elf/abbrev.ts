/** Abbreviation tables (DWARF 5 section 7.5.3): code → tag, has-children, attribute list; found by hash. */
import { scratch } from "./arena";
import { failed, left, openWindow, position, readUleb, seek, skip } from "./reader";

const DW_FORM_IMPLICIT_CONST: u32 = 0x21;
/** Codes of one table; compilers emit some hundred. */
const MAX_ABBREVIATIONS: u32 = 1 << 20;

/** What `findAbbreviation` found. */
export let tag: u32 = 0;
export let hasChildren: bool = false;
/** Wasm address of the attribute list: pairs (attribute, form) of ULEB128, ended by (0, 0). */
export let attributes: u32 = 0;

/** Bytes of the table in use. */
export let tableBytes: u32 = 0;
let section: u32 = 0;
let sectionLength: u32 = 0;
/** Buckets {code u32, address of the tag u32}; code 0 is free. */
let buckets: u32 = 0;
let mask: u32 = 0;

/** Indexes the table at `offset` of `.debug_abbrev`. @returns false if it is damaged or there is no memory. */
export function useAbbreviations(ptr: u32, length: u32, offset: u32): bool {
  section = ptr;
  sectionLength = length;
  buckets = 0;
  tableBytes = 0;
  if (offset >= length) return false;
  const count = walkTable(offset, false);
  tableBytes = position() - (section + offset);
  if (failed || count > MAX_ABBREVIATIONS) return false;
  let size: u32 = 16;
  while (size < count * 2) size *= 2;
  buckets = scratch(size * 8);
  if (buckets == 0) return false;
  memory.fill(buckets, 0, size * 8);
  mask = size - 1;
  walkTable(offset, true);
  return true;
}

/** Passes the table; with `fill`, enters it into the buckets. @returns the number of declarations. */
function walkTable(offset: u32, fill: bool): u32 {
  openWindow(section, sectionLength);
  seek(section + offset);
  let count: u32 = 0;
  while (!failed && left() > 0) {
    const code = readUleb();
    if (code == 0) break;
    const at = position();
    readUleb();
    skip(1);
    passAttributes();
    if (failed) break;
    count++;
    if (fill && code < 0xffff_ffff) enter(u32(code), at);
  }
  return count;
}

function passAttributes(): void {
  while (!failed) {
    const name = readUleb();
    const form = readUleb();
    if (form == u64(DW_FORM_IMPLICIT_CONST)) readUleb();
    if (name == 0 && form == 0) return;
  }
}

/** The first declaration of a code wins. */
function enter(code: u32, at: u32): void {
  let slot = hash(code);
  while (load<u32>(buckets + slot * 8) != 0) {
    if (load<u32>(buckets + slot * 8) == code) return;
    slot = (slot + 1) & mask;
  }
  store<u32>(buckets + slot * 8, code);
  store<u32>(buckets + slot * 8 + 4, at);
}

function hash(code: u32): u32 {
  // Codes are dense from 1, so the identity spreads them best.
  return code & mask;
}

/** Looks a code up and sets `tag`, `hasChildren`, `attributes`. The cursor is left alone. */
export function findAbbreviation(code: u64): bool {
  if (buckets == 0 || code >= 0xffff_ffff) return false;
  let slot = hash(u32(code));
  for (;;) {
    const entry = load<u32>(buckets + slot * 8);
    if (entry == u32(code)) break;
    if (entry == 0) return false;
    slot = (slot + 1) & mask;
  }
  readDeclaration(load<u32>(buckets + slot * 8 + 4));
  return true;
}

/** The table was walked once without a fault, so these bytes are there. */
function readDeclaration(at: u32): void {
  cursor = at;
  tag = nextUleb();
  hasChildren = load<u8>(cursor) != 0;
  attributes = cursor + 1;
}

// -- the attribute list of one declaration ----------------------------------------------------------------------------

let cursor: u32 = 0;
export let attribute: u32 = 0;
export let form: u32 = 0;
export let implicitValue: u64 = 0;

export function startAttributes(list: u32): void {
  cursor = list;
}

/** Steps to the next pair. @returns false at the end. */
export function nextAttribute(): bool {
  attribute = nextUleb();
  form = nextUleb();
  if (attribute == 0 && form == 0) return false;
  if (form == DW_FORM_IMPLICIT_CONST) implicitValue = nextSleb();
  return true;
}

function nextUleb(): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let byte: u32 = 0x80;
  while (byte >= 0x80) {
    byte = u32(load<u8>(cursor++));
    if (shift < 32) value |= (byte & 0x7f) << shift;
    shift += 7;
  }
  return value;
}

function nextSleb(): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let byte: u64 = 0x80;
  while (byte >= 0x80) {
    byte = u64(load<u8>(cursor++));
    if (shift < 64) value |= (byte & 0x7f) << shift;
    shift += 7;
  }
  return (byte & 0x40) != 0 && shift < 64 ? value | (~u64(0) << shift) : value;
}
