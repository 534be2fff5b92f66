/** Numbers that both sides of the seam know. Twin of the constants in src/js/abi/elf-layout.ts. */
export const ABI_VERSION: u32 = 1;

export const STATUS_OK: u32 = 0;
/** Read, but something was left out; result word 0 counts what. */
export const STATUS_ISSUES: u32 = 1;
export const STATUS_MALFORMED: u32 = 2;
export const STATUS_LIMIT: u32 = 3;
export const STATUS_UNSUPPORTED: u32 = 4;
/** The window ends too early: more of the section is needed. */
export const STATUS_MORE: u32 = 5;

export const NONE: u32 = 0xffff_ffff;

/** Symbol rows: address u64, size u64, name offset u32, STT_FILE name offset u32 (NONE). */
export const SYMBOL_STRIDE: u32 = 24;

/** Frame rows: low u64, high u64, die, parent row, depth, call file, call line, call column. */
export const FRAME_STRIDE: u32 = 40;

/** How a string of debug information is given. */
export const STRING_NONE: u32 = 0;
/** Offset in the section that the attribute itself is in. */
export const STRING_INLINE: u32 = 1;
export const STRING_STR: u32 = 2;
export const STRING_LINE_STR: u32 = 3;
/** Index into .debug_str_offsets. */
export const STRING_INDEX: u32 = 4;
/** In a supplementary file, which is not read. */
export const STRING_ELSEWHERE: u32 = 5;
