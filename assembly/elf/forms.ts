/** Attribute forms of DWARF 2 to 5 (DWARF 5 section 7.5.6) and the GNU extensions that compilers emit. */
import {
  NONE,
  STRING_ELSEWHERE,
  STRING_INDEX,
  STRING_INLINE,
  STRING_LINE_STR,
  STRING_NONE,
  STRING_STR,
} from "./layout";
import { fail, failed, readU8, readU16, readU32, readUleb, readUnsigned, skip, skipString } from "./reader";

export const DW_FORM_ADDR: u32 = 0x01;
const DW_FORM_BLOCK2: u32 = 0x03;
const DW_FORM_BLOCK4: u32 = 0x04;
export const DW_FORM_DATA2: u32 = 0x05;
export const DW_FORM_DATA4: u32 = 0x06;
export const DW_FORM_DATA8: u32 = 0x07;
const DW_FORM_STRING: u32 = 0x08;
const DW_FORM_BLOCK: u32 = 0x09;
const DW_FORM_BLOCK1: u32 = 0x0a;
export const DW_FORM_DATA1: u32 = 0x0b;
const DW_FORM_FLAG: u32 = 0x0c;
export const DW_FORM_SDATA: u32 = 0x0d;
const DW_FORM_STRP: u32 = 0x0e;
export const DW_FORM_UDATA: u32 = 0x0f;
export const DW_FORM_REF_ADDR: u32 = 0x10;
export const DW_FORM_REF1: u32 = 0x11;
export const DW_FORM_REF2: u32 = 0x12;
export const DW_FORM_REF4: u32 = 0x13;
export const DW_FORM_REF8: u32 = 0x14;
export const DW_FORM_REF_UDATA: u32 = 0x15;
export const DW_FORM_INDIRECT: u32 = 0x16;
export const DW_FORM_SEC_OFFSET: u32 = 0x17;
const DW_FORM_EXPRLOC: u32 = 0x18;
const DW_FORM_FLAG_PRESENT: u32 = 0x19;
const DW_FORM_STRX: u32 = 0x1a;
export const DW_FORM_ADDRX: u32 = 0x1b;
const DW_FORM_REF_SUP4: u32 = 0x1c;
const DW_FORM_STRP_SUP: u32 = 0x1d;
const DW_FORM_DATA16: u32 = 0x1e;
const DW_FORM_LINE_STRP: u32 = 0x1f;
const DW_FORM_REF_SIG8: u32 = 0x20;
export const DW_FORM_IMPLICIT_CONST: u32 = 0x21;
const DW_FORM_LOCLISTX: u32 = 0x22;
export const DW_FORM_RNGLISTX: u32 = 0x23;
const DW_FORM_REF_SUP8: u32 = 0x24;
const DW_FORM_STRX1: u32 = 0x25;
const DW_FORM_STRX2: u32 = 0x26;
const DW_FORM_STRX3: u32 = 0x27;
const DW_FORM_STRX4: u32 = 0x28;
export const DW_FORM_ADDRX1: u32 = 0x29;
export const DW_FORM_ADDRX2: u32 = 0x2a;
export const DW_FORM_ADDRX3: u32 = 0x2b;
export const DW_FORM_ADDRX4: u32 = 0x2c;
export const DW_FORM_GNU_ADDR_INDEX: u32 = 0x1f01;
const DW_FORM_GNU_STR_INDEX: u32 = 0x1f02;
const DW_FORM_GNU_REF_ALT: u32 = 0x1f20;
const DW_FORM_GNU_STRP_ALT: u32 = 0x1f21;

export let stringKind: u32 = STRING_NONE;
export let stringValue: u32 = 0;

/** Reads a string attribute into `stringKind` and `stringValue`. @returns false for a form that is no string. */
export function readStringForm(form: u32, offsetSize: u32, section: u32): bool {
  stringKind = STRING_NONE;
  stringValue = 0;
  if (form == DW_FORM_STRING) return setString(STRING_INLINE, u64(skipString() - section));
  if (form == DW_FORM_STRP) return setString(STRING_STR, readUnsigned(offsetSize));
  if (form == DW_FORM_LINE_STRP) return setString(STRING_LINE_STR, readUnsigned(offsetSize));
  if (form == DW_FORM_STRX || form == DW_FORM_GNU_STR_INDEX) return setString(STRING_INDEX, readUleb());
  if (form >= DW_FORM_STRX1 && form <= DW_FORM_STRX4) {
    return setString(STRING_INDEX, readUnsigned(form - DW_FORM_STRX1 + 1));
  }
  if (form == DW_FORM_STRP_SUP || form == DW_FORM_GNU_STRP_ALT) {
    return setString(STRING_ELSEWHERE, readUnsigned(offsetSize));
  }
  return false;
}

function setString(kind: u32, value: u64): bool {
  stringKind = value < u64(NONE) ? kind : STRING_NONE;
  stringValue = u32(value);
  return !failed;
}

/** Passes an attribute. @returns false for a form that is not known. */
export function skipForm(form: u32, offsetSize: u32, addressSize: u32, version: u32): bool {
  for (let hops = 0; form == DW_FORM_INDIRECT && hops < 4; hops++) form = u32(readUleb());
  const size = fixedSize(form, offsetSize, addressSize, version);
  if (size != NONE) skip(u64(size));
  else if (form == DW_FORM_STRING) skipString();
  else if (form == DW_FORM_BLOCK1) skip(u64(readU8()));
  else if (form == DW_FORM_BLOCK2) skip(u64(readU16()));
  else if (form == DW_FORM_BLOCK4) skip(u64(readU32()));
  else if (form == DW_FORM_BLOCK || form == DW_FORM_EXPRLOC) skip(readUleb());
  else if (isLeb(form)) readUleb();
  else {
    fail();
    return false;
  }
  return !failed;
}

function isLeb(form: u32): bool {
  return (
    form == DW_FORM_UDATA ||
    form == DW_FORM_SDATA ||
    form == DW_FORM_REF_UDATA ||
    form == DW_FORM_STRX ||
    form == DW_FORM_ADDRX ||
    form == DW_FORM_LOCLISTX ||
    form == DW_FORM_RNGLISTX ||
    form == DW_FORM_GNU_ADDR_INDEX ||
    form == DW_FORM_GNU_STR_INDEX
  );
}

/** Bytes of a form of fixed size, or NONE. */
function fixedSize(form: u32, offsetSize: u32, addressSize: u32, version: u32): u32 {
  switch (form) {
    case DW_FORM_IMPLICIT_CONST:
    case DW_FORM_FLAG_PRESENT:
      return 0;
    case DW_FORM_DATA1:
    case DW_FORM_REF1:
    case DW_FORM_FLAG:
    case DW_FORM_STRX1:
    case DW_FORM_ADDRX1:
      return 1;
    case DW_FORM_DATA2:
    case DW_FORM_REF2:
    case DW_FORM_STRX2:
    case DW_FORM_ADDRX2:
      return 2;
    case DW_FORM_STRX3:
    case DW_FORM_ADDRX3:
      return 3;
    case DW_FORM_DATA4:
    case DW_FORM_REF4:
    case DW_FORM_STRX4:
    case DW_FORM_ADDRX4:
    case DW_FORM_REF_SUP4:
      return 4;
    case DW_FORM_DATA8:
    case DW_FORM_REF8:
    case DW_FORM_REF_SIG8:
    case DW_FORM_REF_SUP8:
      return 8;
    case DW_FORM_DATA16:
      return 16;
    case DW_FORM_ADDR:
      return addressSize;
    case DW_FORM_REF_ADDR:
      return version <= 2 ? addressSize : offsetSize;
    case DW_FORM_STRP:
    case DW_FORM_SEC_OFFSET:
    case DW_FORM_LINE_STRP:
    case DW_FORM_STRP_SUP:
    case DW_FORM_GNU_REF_ALT:
    case DW_FORM_GNU_STRP_ALT:
      return offsetSize;
    default:
      return NONE;
  }
}
