import type { BtfRefusal } from "../../../abi/btf.ts";
import * as C from "../../../abi/btf-codes.ts";

/** The kernel's answer to BPF_BTF_LOAD. */
export type KernelVerdict =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      /** Type at which it stops; 0 = the blob as a whole. */
      readonly typeId: number;
      /** `EINVAL`, `E2BIG`, `EEXIST`, `ELOOP` or `ENOTSUPP`. */
      readonly errno: string;
      /** The phrase of the kernel's verifier log. */
      readonly phrase: string;
    };

const ERRNO_NAMES: Readonly<Record<number, string>> = {
  7: "E2BIG",
  17: "EEXIST",
  22: "EINVAL",
  40: "ELOOP",
  524: "ENOTSUPP",
};

/** Phrases of the kernel's log, per code of assembly/btf/codes.ts. Source: Linux kernel/bpf/btf.c, measured on 6.18. */
const PHRASES: Readonly<Record<number, string | ((refusal: BtfRefusal) => string)>> = {
  [C.V_TOO_LARGE]: "larger than 16 MiB",
  [C.V_HEADER_LENGTH_MISSING]: "hdr_len not found",
  [C.V_HEADER_TRUNCATED]: "btf_header not found",
  [C.V_HEADER_TAIL]: "Unsupported btf_header",
  [C.V_MAGIC]: "Invalid magic",
  [C.V_VERSION]: "Unsupported version",
  [C.V_FLAGS]: "Unsupported flags",
  [C.V_NO_DATA]: "No data",
  [C.V_SECTION_OFFSET]: "Invalid section offset",
  [C.V_SECTION_GAP]: "Unsupported section found",
  [C.V_SECTION_OVERLAP]: "Section overlap found",
  [C.V_SECTION_LENGTH]: "Total section length too long",
  [C.V_STRINGS_NOT_LAST]: "String section is not at the end",
  [C.V_STRINGS]: "Invalid string section",
  [C.V_TYPES_UNALIGNED]: "Unaligned type_off",
  [C.V_NO_TYPE]: "No type found",
  [C.V_TOO_MANY_TYPES]: "too many types",
  [C.V_META_TRUNCATED]: (r) => `meta_left:${r.a} meta_needed:${r.b}`,
  [C.V_RESERVED_BITS]: (r) => `Invalid btf_info:${r.a.toString(16)}`,
  [C.V_KIND]: (r) => `Invalid kind:${r.a}`,
  [C.V_NAME_OFFSET]: (r) => `Invalid name_offset:${r.a}`,
  [C.V_NAME]: "Invalid name",
  [C.V_VLEN]: "vlen != 0",
  [C.V_KIND_FLAG]: "Invalid btf_info kind_flag",
  [C.V_INT_DATA]: (r) => `Invalid int_data:${r.a.toString(16)}`,
  [C.V_INT_128]: "nr_bits exceeds 128",
  [C.V_INT_SIZE]: "nr_bits exceeds type_size",
  [C.V_INT_ENCODING]: "Unsupported encoding",
  [C.V_TYPE_NONZERO]: "type != 0",
  [C.V_SIZE_NONZERO]: "size != 0",
  [C.V_TYPE_ID]: "Invalid type_id",
  [C.V_ELEM]: "Invalid elem",
  [C.V_ARRAY_OF_INT]: "Invalid array of int",
  [C.V_INDEX]: "Invalid index",
  [C.V_ARRAY_OVERFLOW]: "Array size overflows U32_MAX",
  [C.V_MEMBER_NAME_OFFSET]: (r) => `Invalid member name_offset:${r.a}`,
  [C.V_MEMBER]: "Invalid member",
  [C.V_MEMBER_ORDER]: "Invalid member bits_offset",
  [C.V_MEMBER_START]: "Member bits_offset exceeds its struct size",
  [C.V_MEMBER_END]: "Member exceeds struct_size",
  [C.V_MEMBER_BYTE_ALIGNED]: "Member is not byte aligned",
  [C.V_MEMBER_OFFSET]: "Invalid member offset",
  [C.V_MEMBER_BITS]: "Invalid member bitfield_size",
  [C.V_MEMBER_BASE]: "Invalid member base type",
  [C.V_MEMBER_COPY_BITS]: "nr_copy_bits exceeds 128",
  [C.V_MEMBER_ALIGNED]: "Member is not properly aligned",
  [C.V_FLOAT_SIZE]: "Invalid type_size",
  [C.V_ENUM_SIZE]: "Unexpected size",
  [C.V_LINKAGE]: "Invalid func linkage",
  [C.V_ARG]: (r) => `Invalid arg#${r.a}`,
  [C.V_RETURN]: "Invalid return type",
  [C.V_VAR_LINKAGE]: "Linkage not supported",
  [C.V_SECTION_EMPTY]: "size == 0",
  [C.V_NOT_A_VAR]: "Not a VAR kind member",
  [C.V_ENTRY_OFFSET]: "Invalid offset",
  [C.V_ENTRY_SIZE]: "Invalid size",
  [C.V_ENTRY_END]: "Invalid offset+size",
  [C.V_SECTION_SUM]: "Invalid btf_info size",
  [C.V_ENTRY_TYPE]: "Invalid type",
  [C.V_TAG_VALUE]: "Invalid value",
  [C.V_COMPONENT]: "Invalid component_idx",
  [C.V_TAG_ORDER]: "Type tags don't precede modifiers",
  [C.V_LOOP]: "Loop detected",
  [C.V_DEPTH]: (r) => `Exceeded max resolving depth:${r.a}`,
  [C.V_CHAIN]: "Max chain length or cycle detected",
  [C.V_MEMORY]: "out of memory",
  [C.V_LAYOUT]: "Invalid layout section",
};

export function describeRefusal(refusal: BtfRefusal): KernelVerdict {
  if (refusal.code === 0) return { accepted: true };
  const phrase = PHRASES[refusal.code];
  return {
    accepted: false,
    typeId: refusal.typeId,
    errno: ERRNO_NAMES[refusal.errno] ?? String(refusal.errno),
    phrase: typeof phrase === "function" ? phrase(refusal) : (phrase ?? `refusal ${refusal.code}`),
  };
}
