import type { BtfFault } from "../../../abi/btf.ts";
import * as C from "../../../abi/btf-codes.ts";
import type { Issue } from "../../../base/issue.ts";

type Wording = (fault: BtfFault) => string;

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What is wrong, per code of assembly/btf/codes.ts. */
const WORDING: Readonly<Record<number, Wording>> = {
  [C.HEADER_TOO_SHORT]: (f) => `it has ${f.found} bytes, a header has ${f.limit}`,
  [C.BAD_MAGIC]: (f) => `the magic is ${hex(f.found)}, expected ${hex(f.limit)} in either byte order`,
  [C.HEADER_BEYOND_END]: (f) => `the header says that it has ${f.found} bytes, the blob has ${f.limit}`,
  [C.HEADER_LENGTH_TOO_SMALL]: (f) => `the header says that it has ${f.found} bytes, expected at least ${f.limit}`,
  [C.UNSUPPORTED_VERSION]: (f) => `it is of version ${f.found}, expected ${f.limit}`,
  [C.SECTION_BEYOND_END]: () => "the string section runs past the end",
  [C.TYPES_UNALIGNED]: (f) => `the type section starts at ${f.found}, no multiple of 4`,
  [C.SECTIONS_OVERLAP]: (f) => `the type section ends at ${f.found}, the strings start at ${f.limit}`,
  [C.BAD_LAYOUT_SECTION]: () => "the layout section is misplaced, unaligned or cut",
  [C.STRINGS_EMPTY]: () => "there is no string section",
  [C.STRINGS_START]: () => "the strings do not start with an empty one; a split BTF needs its base",
  [C.STRINGS_END]: () => "the last string has no end",
  [C.HEAD_TRUNCATED]: (f) => `${f.found} bytes are left, a type needs ${f.limit}`,
  [C.RECORD_TRUNCATED]: (f) => `its record needs ${f.limit} more bytes, ${f.found} are left`,
  [C.UNKNOWN_KIND]: (f) => `kind ${f.found} is unknown, and no layout section describes it`,
  [C.NAME_BEYOND_STRINGS]: (f) => `a name is at ${f.found}, the strings end at ${f.limit}`,
  [C.ID_BEYOND_TYPES]: (f) => `it refers to type ${f.found}, there are ${f.limit} (void included)`,
  [C.FUNC_WITHOUT_PROTO]: (f) => `the function's type ${f.found} is no function prototype`,
};

export function describeFault(fault: BtfFault, label: string): Issue {
  const wording = WORDING[fault.code];
  const what = wording === undefined ? `fault ${fault.code}` : wording(fault);
  const type = fault.typeId === 0 ? "" : ` type ${fault.typeId}:`;
  return {
    code: "MalformedBtf",
    severity: "error",
    message: `reading ${label}:${type} ${what}, at byte ${fault.offset}`,
    offset: fault.offset,
  };
}
