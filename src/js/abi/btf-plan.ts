/**
 * A render plan: a straight program of 16-byte instructions {op, x, y, z} and a pool of literals and tables behind it,
 * made by src/js/formats/bpf/plan.ts. It knows no types: offsets, widths and texts only. Offsets are relative to the
 * current base: the start of an entry's key or value, or of an array element inside a loop. Tables and literals are
 * addressed by their offset in the pool. Twin of assembly/btf/plan.ts, written by scripts/gen-layout.mjs; a contract test compares them.
 */
export const OP_BYTES = 16;

export const OP_END = 0;
/** x, y: offset and length of the literal. */
export const OP_LITERAL = 1;
/** x: bit offset, y: width 1…64. Decimal. */
export const OP_UNSIGNED = 2;
export const OP_SIGNED = 3;
/** As above; `0x` and lower-case digits. z: 1 = in double quotes. */
export const OP_HEX = 4;
/** x: byte offset, y: bytes. true if any is not 0. */
export const OP_BOOL = 5;
/** x: bit offset, y: width, z: table {u32 count, 0, then u64 value, u32 literal offset, u32 length, ascending}. */
export const OP_ENUM = 6;
/**
 * As OP_ENUM, over single bits: names joined by `|` in double quotes, bits without a name last in hex; a decimal number
 * if no bit has a name. y may have FLAGS_BARE: no quotes.
 */
export const OP_FLAGS = 7;
/** x: byte offset, y: bytes, z: TEXT_…. After a text the next instruction runs, else it is skipped. */
export const OP_TEXT = 8;
/** x: instruction to go on with. */
export const OP_JUMP = 9;
/** x: count or LOOP_TO_END, y: stride, z: byte offset of the first. The next instruction is the separator. */
export const OP_LOOP = 10;
/** x: the OP_LOOP it belongs to. */
export const OP_NEXT = 11;
/** x: 0 = key, 1 = value. */
export const OP_SEGMENT = 12;
/** x: bit offset, y: width, z: meaning. A place that the caller fills in. */
export const OP_FIX = 13;
/** What follows counts only if a value up to the matching OP_UNGROUP was not 0. */
export const OP_GROUP = 14;
export const OP_UNGROUP = 15;
/** x: table of u32, one per turn of the innermost loop. Decimal. */
export const OP_TURN = 16;
/** x: byte offset. One byte as a JSON string. */
export const OP_CHAR = 17;

export const FLAGS_BARE = 256;

export const LOOP_TO_END = 0xffff_ffff;

/** Printable ASCII before a NUL that is inside the array. */
export const TEXT_ASCII = 0;
/** Valid UTF-8 without control characters up to a NUL or the end of the array. */
export const TEXT_UTF8 = 1;

export const FIX_BYTES = 16;
export const MAX_FRAMES = 64;
export const MAX_GROUPS = 1024;
