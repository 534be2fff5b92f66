/** Numbers that both sides of elf.wasm know. Twin of assembly/elf/layout.ts; test/abi/elf-contract.test.ts compares. */
export const ELF_ABI_VERSION = 1;

export const ELF_STATUS = { ok: 0, issues: 1, malformed: 2, limit: 3, unsupported: 4, more: 5 } as const;
export const ELF_NONE = 0xffff_ffff;

export const SYMBOL_STRIDE = 24;

/** FRAME rows, in bytes; fields in words: low (u64) 0, high (u64) 2, then these. */
export const FRAME_STRIDE = 40;
export const FRAME_WORD = { entry: 4, parent: 5, depth: 6, callFile: 7, callLine: 8, callColumn: 9 } as const;

export const STRING_KIND = { none: 0, inline: 1, str: 2, lineStr: 3, index: 4, elsewhere: 5 } as const;

/** Words that `elf_find` fills. */
export const FIND_WORD = {
  found: 0,
  symbolName: 1,
  fileName: 2,
  symbolAddress: 4,
  symbolSize: 6,
  unit: 8,
  file: 9,
  line: 10,
  column: 11,
} as const;
export const FOUND_SYMBOL = 1;
export const FOUND_LINE = 2;
export const FOUND_LIMIT = 4;
export const RESULT_WORDS = 32;
/** Result word that a call sets to 1 when memory was refused. */
export const REFUSED_WORD = 31;
