import { ELF_TYPE, type ElfFile, type ElfSection, readCString, SECTION_FLAG, SECTION_TYPE } from "../base/elf-file.ts";
import { isSnapshotError } from "../base/errors.ts";
import { toU64 } from "../base/int64.ts";
import type { Issue } from "../base/issue.ts";
import { type ElfCore, type ElfInstance, trapped } from "./elf.ts";
import { ELF_NONE, ELF_STATUS, FIND_WORD, FOUND_LIMIT, FOUND_LINE, FOUND_SYMBOL, SYMBOL_STRIDE } from "./elf-layout.ts";
import { DebugStrings, type StringPlace, type StringRef } from "./elf-strings.ts";

export interface FoundSymbol {
  /** As the symbol table has it, mangled. */
  readonly name: string;
  readonly address: bigint;
  /** Bytes; 0 means that it has no end. */
  readonly size: bigint;
  /** For a local symbol: the STT_FILE symbol before it. */
  readonly fileName?: string;
}

export interface FoundLine {
  /** Offset of the unit in `.debug_line`. */
  readonly unit: number;
  readonly file: number;
  readonly line: number;
  /** 0 when unknown. */
  readonly column: number;
}

export interface Found {
  readonly symbol?: FoundSymbol;
  readonly line?: FoundLine;
}

/** A file of a line table, as its parts are written there. */
export interface LineFile {
  readonly name: string;
  readonly directory?: string;
  /** Index of the directory; 0 in version 5 is the compilation directory. */
  readonly directoryIndex: number;
  readonly version: number;
}

const LINE_STEP_BYTES = 1 << 20;
const WORD_RANGE = 0x1_0000_0000;
/** Most names kept per file. */
const MAX_KEPT = 65_536;

/**
 * Symbol table and line tables of one ELF file, resident in a Wasm instance of their own: the names' index, a copy of
 * `.debug_line` and an index of about a fifth of its size. A lookup is one call.
 */
export class ElfIndex {
  readonly elf: ElfFile;
  readonly strings: DebugStrings;
  /** What could not be read; lookups do without. */
  readonly issues: Issue[] = [];
  /** Bytes of `.debug_line`, and what the index over it takes. */
  readonly sizes: { lineSection: number; lineIndex: number; symbols: number } = {
    lineSection: 0,
    lineIndex: 0,
    symbols: 0,
  };
  private readonly wasm: ElfInstance;
  private names: Uint8Array = new Uint8Array(0);
  private readonly kept = new Map<number, string>();

  constructor(core: ElfCore, elf: ElfFile, progress?: (done: number, total: number) => void) {
    this.elf = elf;
    this.strings = new DebugStrings(elf);
    this.wasm = core.instance(elf.littleEndian);
    this.attempt(() => this.indexSymbols(core));
    this.attempt(() => this.indexLines(progress));
  }

  get memoryBytes(): number {
    return this.wasm.memoryBytes;
  }

  /** What covers `address`, exactly as given: `FIND_WORD` words, valid until the next call. */
  findWords(address: bigint): Uint32Array {
    const number = Number(address);
    const isExact = number <= Number.MAX_SAFE_INTEGER;
    const low = isExact ? number % WORD_RANGE : Number(address & 0xffff_ffffn);
    const high = isExact ? Math.floor(number / WORD_RANGE) : Number((address >> 32n) & 0xffff_ffffn);
    try {
      this.wasm.wasm.elf_find(low, high);
    } catch (cause) {
      throw trapped("elf_find", cause);
    }
    const words = this.wasm.result;
    if ((words[FIND_WORD.found]! & FOUND_LIMIT) !== 0) this.noteCut();
    return words;
  }

  /** Text of the symbol names' table at `offset`; kept, because few functions hold many addresses. */
  nameAt(offset: number): string {
    let name = this.kept.get(offset);
    if (name === undefined) {
      name = readCString(this.names, offset);
      if (this.kept.size >= MAX_KEPT) this.kept.clear();
      this.kept.set(offset, name);
    }
    return name;
  }

  find(address: bigint): Found {
    const words = this.findWords(address);
    const found = words[FIND_WORD.found]!;
    return {
      ...((found & FOUND_SYMBOL) !== 0 && { symbol: this.symbol(words) }),
      ...((found & FOUND_LINE) !== 0 && {
        line: {
          unit: words[FIND_WORD.unit]!,
          file: words[FIND_WORD.file]!,
          line: words[FIND_WORD.line]!,
          column: words[FIND_WORD.column]!,
        },
      }),
    };
  }

  /** File `file` of the line table at `unit`, or undefined if the table has no such file. */
  lineFile(unit: number, file: number): LineFile | undefined {
    if (this.wasm.guard("elf_line_file", () => this.wasm.wasm.elf_line_file(unit, file)) !== ELF_STATUS.ok) return;
    const [nameKind, nameAt, kind, at, directoryIndex, version] = this.wasm.result;
    const name: StringRef = { kind: nameKind!, value: nameAt! };
    const directory: StringRef = { kind: kind!, value: at! };
    const place: StringPlace = { section: ".debug_line", offset: 0 };
    const text = this.strings.text(name, place);
    const directoryText = this.strings.text(directory, place);
    if (text === undefined) return;
    return {
      name: text,
      directoryIndex: directoryIndex!,
      version: version!,
      ...(directoryText !== undefined && { directory: directoryText }),
    };
  }

  private noteCut(): void {
    const message = "a line program takes too many steps between two rows: addresses there have no line";
    const section = findDebugSection(this.elf, "line");
    if (section !== undefined && !this.issues.some((issue) => issue.message === message)) {
      this.addIssue("LimitExceeded", message, section);
    }
  }

  private symbol(words: Uint32Array): FoundSymbol {
    const fileName = words[FIND_WORD.fileName]!;
    return {
      name: this.nameAt(words[FIND_WORD.symbolName]!),
      address: toU64(words[FIND_WORD.symbolAddress]!, words[FIND_WORD.symbolAddress + 1]!),
      size: toU64(words[FIND_WORD.symbolSize]!, words[FIND_WORD.symbolSize + 1]!),
      ...(fileName !== ELF_NONE && { fileName: this.nameAt(fileName) }),
    };
  }

  /** Builds the rows in an instance that is thrown away: its memory would never shrink. */
  private indexSymbols(core: ElfCore): void {
    const { elf } = this;
    const table = symbolTable(elf);
    if (table === undefined) return;
    const names = elf.sections[table.link];
    if (names === undefined) return;
    this.names = elf.contentsOf(names);
    const builder = core.instance(elf.littleEndian);
    const symbols = elf.contentsOf(table);
    const extended = extendedIndexes(elf, table.index);
    const allocated = Uint8Array.from(elf.sections, (section) => ((section.flags & SECTION_FLAG.alloc) !== 0 ? 1 : 0));
    const at = [symbols, this.names, allocated, extended].map((bytes) => builder.load(bytes));
    const status = builder.guard("elf_symbols", () =>
      builder.wasm.elf_symbols(
        at[0]!,
        symbols.length,
        at[1]!,
        this.names.length,
        at[2]!,
        allocated.length,
        at[3]!,
        extended.length,
        elf.is64 ? 1 : 0,
        elf.machine,
      ),
    );
    if (status !== ELF_STATUS.ok) {
      this.addIssue("LimitExceeded", `${table.name} does not fit memory`, table);
      return;
    }
    const [rows, count, skipped] = builder.result;
    if (skipped! > 0) this.addIssue("MalformedElf", `${skipped} symbols have no name in ${names.name}`, table);
    this.sizes.symbols = count! * SYMBOL_STRIDE;
    const kept = this.wasm.keep(builder.copyOut(rows!, count! * SYMBOL_STRIDE));
    this.wasm.wasm.elf_use_symbols(kept, count!);
  }

  private indexLines(progress?: (done: number, total: number) => void): void {
    const section = findDebugSection(this.elf, "line");
    if (section === undefined) return;
    if (this.elf.type === ELF_TYPE.relocatable) {
      this.addIssue("Unsupported", "line tables of an unlinked object file need relocation", section);
      return;
    }
    const bytes = this.elf.contentsOf(section);
    const { wasm } = this.wasm;
    wasm.elf_lines_begin(this.wasm.keep(bytes), bytes.length);
    let status: number = ELF_STATUS.ok;
    while (status === ELF_STATUS.ok) {
      status = this.wasm.guard("elf_lines_step", () => wasm.elf_lines_step(LINE_STEP_BYTES));
      progress?.(this.wasm.result[0]!, bytes.length);
    }
    const [done, , badUnits] = this.wasm.result;
    if (badUnits! > 0) this.addIssue("MalformedDwarf", `${badUnits} units of ${section.name} cannot be read`, section);
    if (status === ELF_STATUS.limit) {
      this.addIssue("LimitExceeded", `the index of ${section.name} is full at byte ${done}`, section);
    }
    if (this.wasm.guard("elf_lines_finish", () => wasm.elf_lines_finish()) !== ELF_STATUS.ok) {
      this.addIssue("LimitExceeded", `the index of ${section.name} does not fit memory`, section);
      return;
    }
    this.sizes.lineSection = bytes.length;
    this.sizes.lineIndex = this.wasm.result[0]!;
  }

  private addIssue(code: Issue["code"], message: string, section: ElfSection): void {
    this.issues.push({ code, severity: "warning", message, offset: section.offset, path: section.name });
  }

  /** Damage in one part leaves the others usable. */
  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isSnapshotError(error) || error.code === "InternalError") throw error;
      const { code, message, offset } = error;
      this.issues.push({ code, severity: "warning", message, ...(offset !== undefined && { offset }) });
    }
  }
}

/** The table that names code: the full one, or the dynamic one where that was stripped. */
function symbolTable(elf: ElfFile): ElfSection | undefined {
  const entry = elf.is64 ? 24 : 16;
  const filled = (type: number): ElfSection | undefined =>
    elf.sections.find((section) => section.type === type && section.size > entry);
  return filled(SECTION_TYPE.symtab) ?? filled(SECTION_TYPE.dynsym);
}

function extendedIndexes(elf: ElfFile, table: number): Uint8Array {
  const section = elf.sections.find(({ type, link }) => type === SECTION_TYPE.symtabShndx && link === table);
  return section === undefined ? new Uint8Array(0) : elf.contentsOf(section);
}

/** `.debug_NAME`, or its older compressed form. */
function findDebugSection(elf: ElfFile, name: string): ElfSection | undefined {
  return elf.section(`.debug_${name}`) ?? elf.section(`.zdebug_${name}`);
}
