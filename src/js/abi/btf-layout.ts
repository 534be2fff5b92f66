/** What both sides of the seam must agree on. Twin of assembly/btf/layout.ts, written by scripts/gen-layout.mjs; a contract test compares them. */

// -- BTF (Linux include/uapi/linux/btf.h) ------------------------------------------------------------------------------
export const MAGIC = 0xeb9f;
export const HEADER_BYTES = 24;
export const HEADER_WITH_LAYOUT_BYTES = 32;
export const HEAD_BYTES = 12;

export const KIND_INT = 1;
export const KIND_PTR = 2;
export const KIND_ARRAY = 3;
export const KIND_STRUCT = 4;
export const KIND_UNION = 5;
export const KIND_ENUM = 6;
export const KIND_FWD = 7;
export const KIND_TYPEDEF = 8;
export const KIND_VOLATILE = 9;
export const KIND_CONST = 10;
export const KIND_RESTRICT = 11;
export const KIND_FUNC = 12;
export const KIND_FUNC_PROTO = 13;
export const KIND_VAR = 14;
export const KIND_DATASEC = 15;
export const KIND_FLOAT = 16;
export const KIND_DECL_TAG = 17;
export const KIND_TYPE_TAG = 18;
export const KIND_ENUM64 = 19;
export const KIND_MAX = 19;

// -- layers: one per blob of a chain, base first -------------------------------------------------------------------------
export const MAX_LAYERS = 8;
export const LAYER_STRIDE = 64;
export const LAYER_BLOB = 0;
export const LAYER_LENGTH = 4;
export const LAYER_BIG_ENDIAN = 8;
/** First id of the layer and the id after its last. */
export const LAYER_FIRST_ID = 12;
export const LAYER_END_ID = 16;
/** Address, length and first offset of its strings; offsets of a chain are counted through all layers. */
export const LAYER_STRINGS = 20;
export const LAYER_STRINGS_LENGTH = 24;
export const LAYER_STRINGS_FIRST = 28;
/** Address and length of the type section, in this machine's byte order. */
export const LAYER_TYPES = 32;
export const LAYER_TYPES_LENGTH = 36;
/** Offset of the type section in the blob. */
export const LAYER_TYPES_OFF = 40;
export const LAYER_LAYOUT = 44;
export const LAYER_LAYOUT_LENGTH = 48;
export const LAYER_HEADER_LENGTH = 52;
/** Offset of the string section in the blob. */
export const LAYER_STRINGS_OFF = 56;

// -- issues of `btf_add` -------------------------------------------------------------------------------------------------
export const MAX_ISSUES = 256;
export const ISSUE_STRIDE = 20;
export const ISSUE_CODE = 0;
/** Type concerned, 0 = the blob. */
export const ISSUE_TYPE = 4;
/** Byte offset in the blob. */
export const ISSUE_OFFSET = 8;
export const ISSUE_FOUND = 12;
export const ISSUE_LIMIT = 16;

export const STATUS_OK = 0;
export const STATUS_ISSUES = 1;
export const STATUS_UNREADABLE = 2;
export const STATUS_MEMORY = 3;

// -- verdict of `btf_verify` ---------------------------------------------------------------------------------------------
/** Words of the verdict: code (0 = accepted), type id, errno, two numbers of the message. */
export const VERDICT_CODE = 0;
export const VERDICT_TYPE = 4;
export const VERDICT_ERRNO = 8;
export const VERDICT_A = 12;
export const VERDICT_B = 16;

export const E2BIG = 7;
export const EEXIST = 17;
export const EINVAL = 22;
export const ELOOP = 40;
export const ENOTSUPP = 524;
