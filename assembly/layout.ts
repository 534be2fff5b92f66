/**
 * Numbers that both sides of the seam must agree on. Twin of src/js/abi/layout.ts; a contract test compares them.
 * All tables are made of little-endian u32 words; a "word index" counts words from the start of the tape.
 */
export const ABI_VERSION: u32 = 2;

// -- status of a call --------------------------------------------------------------------------------------------
export const STATUS_OK: u32 = 0;
export const STATUS_ISSUES: u32 = 1;
export const STATUS_MALFORMED: u32 = 2;
export const STATUS_LIMIT: u32 = 3;
export const STATUS_UNSUPPORTED: u32 = 4;

// -- reasons -----------------------------------------------------------------------------------------------------
export const REASON_TRUNCATED: u32 = 1;
export const REASON_LENGTH: u32 = 2;
export const REASON_VARINT: u32 = 3;
export const REASON_FIELD_NUMBER: u32 = 4;
export const REASON_WIRE_TYPE: u32 = 5;
export const REASON_STRAY_END_GROUP: u32 = 6;
export const REASON_UNTERMINATED_GROUP: u32 = 7;
export const REASON_UTF8: u32 = 8;
export const REASON_PACKED_LENGTH: u32 = 9;
export const REASON_LIMIT_DEPTH: u32 = 10;
export const REASON_LIMIT_TABLE: u32 = 11;
export const REASON_LIMIT_STEPS: u32 = 12;
export const REASON_LIMIT_MEMORY: u32 = 13;

// -- flags of pb_scan --------------------------------------------------------------------------------------------
/** Record what is damaged and go on where the extent of the damage is known. */
export const FLAG_LENIENT: u32 = 1;
/** More input follows this window: an incomplete last record is not an error but left for the next call. */
export const FLAG_MORE: u32 = 2;
/** The input is a run of length-prefixed messages; each becomes an element of field 1 of the root type. */
export const FLAG_DELIMITED: u32 = 4;

// -- result header, in words -------------------------------------------------------------------------------------
export const RESULT_REASON: u32 = 0;
export const RESULT_CONSUMED: u32 = 1;
export const RESULT_TAPE_WORDS: u32 = 2;
export const RESULT_ISSUES: u32 = 3;
export const RESULT_ISSUE_WORDS: u32 = 4;
export const RESULT_STEPS: u32 = 5;
export const RESULT_OUTPUT_BYTES: u32 = 6;
export const RESULT_WORDS: u32 = 8;

// -- issue records, in words; followed by depth × { field number, element index } --------------------------------
export const ISSUE_REASON: u32 = 0;
export const ISSUE_KEY_OFF: u32 = 1;
export const ISSUE_AT_OFF: u32 = 2;
export const ISSUE_DETAIL: u32 = 3;
export const ISSUE_FIELD: u32 = 4;
export const ISSUE_DEPTH: u32 = 5;
export const ISSUE_WORDS: u32 = 6;

// -- rows: header words, then words of presence bits, then slots -------------------------------------------------
/** Word index of the next element of the same repeated field; 0 = last. */
export const ROW_NEXT: u32 = 0;
/** Offset of the message body in the window. */
export const ROW_BODY_OFF: u32 = 1;
export const ROW_BODY_LEN: u32 = 2;
export const ROW_HAS: u32 = 3;
/** Bits of the first presence word that are no field's. */
export const HAS_UNKNOWN: u32 = 1;
export const HAS_MERGED: u32 = 2;

// -- slots -------------------------------------------------------------------------------------------------------
/** Repeated: { first, last, count }; of rows for messages, of runs for scalars. */
export const LIST_FIRST: u32 = 0;
export const LIST_LAST: u32 = 1;
export const LIST_COUNT: u32 = 2;
/** A run of values: { next run or 0, count, values… }. Of 64-bit kinds a value is two words, or one in a narrow run. */
export const RUN_NEXT: u32 = 0;
export const RUN_COUNT: u32 = 1;
export const RUN_WORDS: u32 = 2;
/** Flag in the count of a run of 64-bit integers that are all below 2^32: one word each. */
export const RUN_NARROW: u32 = 2147483648;

// -- schema: { message count, message offsets… }, then message blocks and field entries; offsets in bytes ----------
export const MESSAGE_ROW_BYTES: u32 = 0;
/** Entries for field numbers 0 … dense-1 follow the block; entry 0 and gaps are "unknown". */
export const MESSAGE_DENSE: u32 = 4;
/** Number and offset of the list { field number, entry offset }, sorted by number. */
export const MESSAGE_FIELDS: u32 = 8;
export const MESSAGE_FIELDS_OFF: u32 = 12;
/** Byte offset in the row of the list of unknown fields; 0 = not kept. */
export const MESSAGE_UNKNOWN_SLOT: u32 = 16;
/** Byte offset in the block of the flat words of field numbers 0 … dense-1, eight bytes each. */
export const MESSAGE_FLAT: u32 = 20;
export const MESSAGE_BYTES: u32 = 32;

/** Eight actions, one per wire type. */
export const FIELD_ACTIONS: u32 = 0;
export const FIELD_SLOT: u32 = 8;
export const FIELD_HAS_OFF: u32 = 12;
export const FIELD_KIND: u32 = 14;
export const FIELD_FLAGS: u32 = 15;
export const FIELD_HAS_MASK: u32 = 16;
export const FIELD_CHILD: u32 = 20;
/** Presence bits of the other members of the oneof; all ones = clear the whole words of FIELD_ONEOF. */
export const FIELD_CLEAR: u32 = 24;
/** For oneofs of more than a word: first presence word (byte offset in the row) << 16 | number of words. */
export const FIELD_ONEOF: u32 = 28;
export const FIELD_BYTES: u32 = 32;

export const FIELD_REPEATED: u32 = 1;
export const FIELD_PACKED: u32 = 2;
/** No presence (proto3): the encoder leaves zeros out. */
export const FIELD_IMPLICIT: u32 = 4;

// -- flat words: what the innermost loop has to know of a field; 0 = nothing for that loop ------------------------
// Bits 0–2 wire type, 3–7 how to read the value, 8–15 kind of the values of a packed list, 16–31 byte offset of the
// slot, 32–63 presence bit in the first word.
export const FLAT_BYTES: u32 = 1;
export const FLAT_STRING: u32 = 2;
export const FLAT_V32: u32 = 3;
export const FLAT_V64: u32 = 4;
export const FLAT_BOOL: u32 = 5;
export const FLAT_F32: u32 = 6;
export const FLAT_F64: u32 = 7;
export const FLAT_PACKED: u32 = 8;

// -- kinds of values, for the encoder ------------------------------------------------------------------------------
export const KIND_V32: u32 = 1;
export const KIND_V64: u32 = 2;
export const KIND_S32: u32 = 3;
export const KIND_S64: u32 = 4;
export const KIND_BOOL: u32 = 5;
export const KIND_F32: u32 = 6;
export const KIND_F64: u32 = 7;
export const KIND_STRING: u32 = 8;
export const KIND_BYTES: u32 = 9;
export const KIND_MESSAGE: u32 = 10;
export const KIND_GROUP: u32 = 11;
/** Like V32, but negative values are written sign-extended to 64 bits (int32, enum). */
export const KIND_I32: u32 = 12;

// -- actions -------------------------------------------------------------------------------------------------------
export const SKIP_VARINT: u32 = 0;
export const SKIP_64: u32 = 1;
export const SKIP_LEN: u32 = 2;
export const SKIP_GROUP: u32 = 3;
export const END_GROUP: u32 = 4;
export const SKIP_32: u32 = 5;
export const BAD_WIRE: u32 = 6;
/** One value: ONE + kind. */
export const ONE: u32 = 7;
/** An element of a repeated field, unpacked: ELEMENT + kind. */
export const ELEMENT: u32 = 20;
/** A packed run: PACKED + kind. */
export const PACKED: u32 = 33;
