/** What both sides of the seam must agree on. Twin of src/js/abi/btf-layout.ts; a contract test compares them. */

// -- BTF (Linux include/uapi/linux/btf.h) ------------------------------------------------------------------------------
export const MAGIC: u32 = 0xeb9f;
export const HEADER_BYTES: u32 = 24;
export const HEADER_WITH_LAYOUT_BYTES: u32 = 32;
export const HEAD_BYTES: u32 = 12;

export const KIND_INT: u32 = 1;
export const KIND_PTR: u32 = 2;
export const KIND_ARRAY: u32 = 3;
export const KIND_STRUCT: u32 = 4;
export const KIND_UNION: u32 = 5;
export const KIND_ENUM: u32 = 6;
export const KIND_FWD: u32 = 7;
export const KIND_TYPEDEF: u32 = 8;
export const KIND_VOLATILE: u32 = 9;
export const KIND_CONST: u32 = 10;
export const KIND_RESTRICT: u32 = 11;
export const KIND_FUNC: u32 = 12;
export const KIND_FUNC_PROTO: u32 = 13;
export const KIND_VAR: u32 = 14;
export const KIND_DATASEC: u32 = 15;
export const KIND_FLOAT: u32 = 16;
export const KIND_DECL_TAG: u32 = 17;
export const KIND_TYPE_TAG: u32 = 18;
export const KIND_ENUM64: u32 = 19;
export const KIND_MAX: u32 = 19;

// -- layers: one per blob of a chain, base first -------------------------------------------------------------------------
export const MAX_LAYERS: u32 = 8;
export const LAYER_STRIDE: u32 = 64;
export const LAYER_BLOB: usize = 0;
export const LAYER_LENGTH: usize = 4;
export const LAYER_BIG_ENDIAN: usize = 8;
/** First id of the layer and the id after its last. */
export const LAYER_FIRST_ID: usize = 12;
export const LAYER_END_ID: usize = 16;
/** Address, length and first offset of its strings; offsets of a chain are counted through all layers. */
export const LAYER_STRINGS: usize = 20;
export const LAYER_STRINGS_LENGTH: usize = 24;
export const LAYER_STRINGS_FIRST: usize = 28;
/** Address and length of the type section, in this machine's byte order. */
export const LAYER_TYPES: usize = 32;
export const LAYER_TYPES_LENGTH: usize = 36;
/** Offset of the type section in the blob. */
export const LAYER_TYPES_OFF: usize = 40;
export const LAYER_LAYOUT: usize = 44;
export const LAYER_LAYOUT_LENGTH: usize = 48;
export const LAYER_HEADER_LENGTH: usize = 52;
/** Offset of the string section in the blob. */
export const LAYER_STRINGS_OFF: usize = 56;

// -- issues of `btf_add` -------------------------------------------------------------------------------------------------
export const MAX_ISSUES: u32 = 256;
export const ISSUE_STRIDE: u32 = 20;
export const ISSUE_CODE: usize = 0;
/** Type concerned, 0 = the blob. */
export const ISSUE_TYPE: usize = 4;
/** Byte offset in the blob. */
export const ISSUE_OFFSET: usize = 8;
export const ISSUE_FOUND: usize = 12;
export const ISSUE_LIMIT: usize = 16;

export const STATUS_OK: u32 = 0;
export const STATUS_ISSUES: u32 = 1;
export const STATUS_UNREADABLE: u32 = 2;
export const STATUS_MEMORY: u32 = 3;

// -- verdict of `btf_verify` ---------------------------------------------------------------------------------------------
/** Words of the verdict: code (0 = accepted), type id, errno, two numbers of the message. */
export const VERDICT_CODE: usize = 0;
export const VERDICT_TYPE: usize = 4;
export const VERDICT_ERRNO: usize = 8;
export const VERDICT_A: usize = 12;
export const VERDICT_B: usize = 16;

export const E2BIG: u32 = 7;
export const EEXIST: u32 = 17;
export const EINVAL: u32 = 22;
export const ELOOP: u32 = 40;
export const ENOTSUPP: u32 = 524;
