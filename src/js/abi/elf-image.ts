import type { ElfFile } from "../base/elf-file.ts";
import type { Issue } from "../base/issue.ts";
import type { ElfCore } from "./elf.ts";
import type { InlineFrame } from "./elf-frames.ts";
import { ElfIndex, type FoundLine, type LineFile } from "./elf-index.ts";
import { FIND_WORD, FOUND_LINE, FOUND_SYMBOL } from "./elf-layout.ts";
import { type DebugUnit, DebugUnits, type EntryName } from "./elf-units.ts";

/** A place in the source. */
export interface SourcePlace {
  /** 0 when the line table says that no line made the code. */
  readonly line: number;
  /** 0 when unknown. */
  readonly column: number;
  /** Absolute where the records say so; undefined when the table has no such file. */
  readonly file?: string;
}

export interface ImageSymbol {
  /** Mangled, as the symbol table or the debug information has it; empty if neither names the address. */
  readonly name: string;
  /** Start of the symbol, where the symbol table names it. */
  readonly start?: bigint;
  readonly place?: SourcePlace;
}

/** What `lookup` answers: the name as the caller words it, and the place as far as it is known. */
export interface ImageLookup {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** One function of an inline chain. */
export interface ImageFrame {
  readonly name: string;
  readonly place?: SourcePlace;
  readonly inlined: boolean;
}

/** Files that a line table may have, by number. */
const FILE_RANGE = 1 << 20;
/** Most paths kept per image. */
const MAX_KEPT = 65_536;

/**
 * Names and source lines of one linked ELF file.
 *
 * `symbol` follows llvm-symbolizer: the name from the symbol table, the line of the innermost inlined call. `frames`
 * gives the whole inline chain from `.debug_info`.
 */
export class ElfImage {
  readonly elf: ElfFile;
  readonly index: ElfIndex;
  private readonly debug: DebugUnits;
  /** By unit and file number; null where the table has no such file. */
  private readonly paths = new Map<number, string | null>();
  private readonly names = new Map<number, EntryName>();

  constructor(core: ElfCore, elf: ElfFile, progress?: (done: number, total: number) => void) {
    this.elf = elf;
    this.index = new ElfIndex(core, elf, progress);
    this.debug = new DebugUnits(core, elf, this.index.strings);
  }

  /** What could not be read so far. */
  get issues(): readonly Issue[] {
    return [...this.elf.issues, ...this.index.issues, ...this.debug.issues];
  }

  /**
   * `symbol` for the many addresses of a stack: the name, the file and the line, as few objects as can be.
   * @param nameOf what to make of a mangled name
   */
  lookup(address: bigint, nameOf: (mangled: string) => string): ImageLookup | undefined {
    const { index } = this;
    const words = index.findWords(address);
    const found = words[FIND_WORD.found]!;
    if (found !== (FOUND_SYMBOL | FOUND_LINE)) return toLookup(this.symbol(address), nameOf);
    const line = words[FIND_WORD.line]!;
    const [unit, file] = [words[FIND_WORD.unit]!, words[FIND_WORD.file]!];
    const name = nameOf(index.nameAt(words[FIND_WORD.symbolName]!));
    const path = this.pathOf(unit, file);
    return path === undefined ? { name } : { name, file: path, line };
  }

  /** The name and place of an address, exactly as given; undefined if nothing is known. */
  symbol(address: bigint): ImageSymbol | undefined {
    const { symbol, line } = this.index.find(address);
    if (symbol === undefined && line === undefined) return;
    const name = symbol?.name ?? this.innermostName(address, line);
    const place = line === undefined ? placeOfFile(symbol?.fileName) : this.place(line);
    return {
      name,
      ...(symbol !== undefined && { start: symbol.address }),
      ...(place !== undefined && { place }),
    };
  }

  /** Innermost inlined function first, the function that holds the code last; empty if nothing is known. */
  frames(address: bigint): ImageFrame[] {
    const { symbol, line } = this.index.find(address);
    const chain = line === undefined ? [] : this.chain(address, line);
    if (line === undefined || chain.length === 0) {
      const found = this.symbol(address);
      if (found === undefined) return [];
      return [{ name: found.name, inlined: false, ...(found.place !== undefined && { place: found.place }) }];
    }
    let place: SourcePlace | undefined = this.place(line);
    return chain.map((frame, i) => {
      const isOuter = i === chain.length - 1;
      const name = isOuter && symbol !== undefined ? symbol.name : this.nameOf(frame);
      const out = { name, inlined: !isOuter, ...(place !== undefined && { place }) };
      place = this.callPlace(line.unit, frame);
      return out;
    });
  }

  private chain(address: bigint, line: FoundLine): InlineFrame[] {
    for (const unit of this.debug.unitsOfLines(line.unit)) {
      const chain = this.debug.frames(unit).chain(address);
      if (chain.length > 0) return chain;
    }
    return [];
  }

  /** Without a symbol table llvm-symbolizer names the inlined function whose line it shows. */
  private innermostName(address: bigint, line: FoundLine | undefined): string {
    const inner = line === undefined ? undefined : this.chain(address, line)[0];
    return inner === undefined ? "" : this.nameOf(inner);
  }

  private nameOf(frame: InlineFrame): string {
    let name = this.names.get(frame.entry);
    if (name === undefined) {
      name = this.debug.entryName(frame.entry);
      this.names.set(frame.entry, name);
    }
    return name.linkage ?? name.plain ?? "";
  }

  /** A row whose file the table does not have says nothing: neither file nor line. */
  private place(line: FoundLine): SourcePlace | undefined {
    const file = this.pathOf(line.unit, line.file);
    return file === undefined ? undefined : { file, line: line.line, column: line.column };
  }

  private callPlace(unit: number, frame: InlineFrame): SourcePlace | undefined {
    if (frame.callFile === 0 && frame.callLine === 0) return;
    const file = this.pathOf(unit, frame.callFile);
    return { line: frame.callLine, column: frame.callColumn, ...(file !== undefined && { file }) };
  }

  private pathOf(unit: number, file: number): string | undefined {
    // Numbers beyond the range are hostile: no table has as many files.
    if (file >= FILE_RANGE) return undefined;
    const key = unit * FILE_RANGE + file;
    let path = this.paths.get(key);
    if (path === undefined) {
      path = this.readPath(unit, file) ?? null;
      if (this.paths.size >= MAX_KEPT) this.paths.clear();
      this.paths.set(key, path);
    }
    return path ?? undefined;
  }

  private readPath(unit: number, file: number): string | undefined {
    const entry = this.index.lineFile(unit, file);
    if (entry === undefined) return;
    const owner: DebugUnit | undefined = this.debug.unitsOfLines(unit)[0];
    return joinPath(entry, owner?.directory ?? "");
  }
}

function toLookup(found: ImageSymbol | undefined, nameOf: (mangled: string) => string): ImageLookup | undefined {
  if (found === undefined) return undefined;
  const { name, place } = found;
  if (place === undefined) return { name: nameOf(name) };
  return { name: nameOf(name), ...(place.file !== undefined && { file: place.file }), line: place.line };
}

function placeOfFile(file: string | undefined): SourcePlace | undefined {
  return file === undefined || file === "" ? undefined : { file, line: 0, column: 0 };
}

/**
 * Compilation directory, include directory and name, each only as far as the later ones are relative. In version 5
 * directory 0 is the compilation directory itself.
 */
function joinPath(file: LineFile, compilationDirectory: string): string {
  if (isAbsolute(file.name)) return file.name;
  const directory = file.directory ?? "";
  const isOwn = file.version >= 5 && file.directoryIndex === 0;
  const base = isOwn || isAbsolute(directory) ? "" : compilationDirectory;
  return [base, directory, file.name].reduce((path, part) => appendPath(path, part), "");
}

function appendPath(path: string, part: string): string {
  if (part === "") return path;
  if (path === "") return part;
  return path.endsWith("/") ? path + part.replace(/^\/+/, "") : part.startsWith("/") ? path + part : `${path}/${part}`;
}

/** Of either host: images are linked on both. */
function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}
