import { ELF_TYPE, type ElfFile } from "../base/elf-file.ts";
import type { Issue } from "../base/issue.ts";
import type { ElfCore, ElfInstance } from "./elf.ts";
import { FrameTable } from "./elf-frames.ts";
import { ELF_NONE, ELF_STATUS, FRAME_STRIDE } from "./elf-layout.ts";
import type { DebugStrings, StringPlace, StringRef } from "./elf-strings.ts";

/** One unit of `.debug_info`, as its root entry describes it. */
export interface DebugUnit {
  readonly offset: number;
  /** Header included. */
  readonly length: number;
  readonly version: number;
  readonly offsetSize: number;
  readonly addressSize: number;
  readonly abbreviations: number;
  /** Of the root entry. */
  readonly tag: number;
  /** Offset of its line table in `.debug_line`, or `ELF_NONE`. */
  readonly lines: number;
  readonly name?: string;
  readonly directory?: string;
  readonly stringOffsetsBase: number;
}

/** Names of an entry: the mangled one where the compiler wrote one. */
export interface EntryName {
  readonly linkage?: string;
  readonly plain?: string;
}

/** DW_TAG_compile_unit, DW_TAG_partial_unit, DW_TAG_skeleton_unit. */
const CODE_UNIT_TAGS: readonly number[] = [0x11, 0x3c, 0x4a];
const ROOT_WINDOW_BYTES = 4096;
const ENTRY_WINDOW_BYTES = 512;
const HEADER_BYTES = 32;
/** Hops of abstract_origin and specification; compilers need two. */
const MAX_HOPS = 16;
/** Frame tables kept: 40 bytes a row. */
const MAX_KEPT_ROWS = 200_000;
/** Abbreviation bytes indexed while listing units, as a multiple of both sections: more is a damaged file. */
const MAX_ABBREVIATION_WORK = 64;
const FREE_WORK_BYTES = 64 << 20;
/** Linear memory never shrinks: an instance that has grown beyond this is dropped after the call. */
const KEEP_MEMORY_BYTES = 64 << 20;

/**
 * `.debug_info` of one ELF file, read unit by unit when asked for: nothing but the list of units and the frame tables
 * last used stays.
 */
export class DebugUnits {
  readonly issues: Issue[] = [];
  private readonly core: ElfCore;
  private readonly elf: ElfFile;
  private readonly strings: DebugStrings;
  private readonly info: Uint8Array;
  private readonly abbrev: Uint8Array;
  private list: readonly DebugUnit[] | undefined;
  private byLines: Map<number, DebugUnit[]> | undefined;
  private readonly frameTables = new Map<number, FrameTable>();
  private keptRows = 0;
  private worker: ElfInstance | undefined;
  private abbrevAt = 0;
  private abbrevInUse = ELF_NONE;
  /** Bytes of abbreviations indexed so far. */
  private abbrevWork = 0;
  private scratchAt = 0;
  private baseAt = 0;

  constructor(core: ElfCore, elf: ElfFile, strings: DebugStrings) {
    this.core = core;
    this.elf = elf;
    this.strings = strings;
    const isLinked = elf.type !== ELF_TYPE.relocatable;
    this.info = isLinked ? strings.bytes(".debug_info") : new Uint8Array(0);
    this.abbrev = strings.bytes(".debug_abbrev");
  }

  /** Every unit, in the order of the section. */
  get units(): readonly DebugUnit[] {
    this.list ??= this.readUnits();
    return this.list;
  }

  /** Units whose line table is at `lines`. */
  unitsOfLines(lines: number): readonly DebugUnit[] {
    if (this.byLines === undefined) {
      this.byLines = new Map();
      for (const unit of this.units) enterLines(this.byLines, unit);
    }
    return this.byLines.get(lines) ?? [];
  }

  /** Code ranges of the unit's subprograms and inlined calls. */
  frames(unit: DebugUnit): FrameTable {
    let table = this.frameTables.get(unit.offset);
    if (table === undefined) {
      table = this.readFrames(unit);
      this.keepFrames(unit, table);
    }
    return table;
  }

  /** Names of the entry at `entry`, or of the entries it refers to. */
  entryName(entry: number): EntryName {
    let plain: string | undefined;
    let at = entry;
    for (let hop = 0; hop < MAX_HOPS && at !== ELF_NONE; hop++) {
      const unit = this.unitAt(at);
      const wasm = unit === undefined ? undefined : this.readEntry(unit, at);
      if (unit === undefined || wasm === undefined) break;
      const [linkageKind, linkageAt, kind, value, origin] = wasm;
      const place = placeOf(unit, at);
      const linkage = this.strings.text({ kind: linkageKind!, value: linkageAt! }, place);
      plain ??= this.strings.text({ kind: kind!, value: value! }, place);
      if (linkage !== undefined) return { linkage, ...(plain !== undefined && { plain }) };
      at = origin!;
    }
    return plain === undefined ? {} : { plain };
  }

  private unitAt(entry: number): DebugUnit | undefined {
    const { units } = this;
    let low = 0;
    let high = units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (units[middle]!.offset <= entry) low = middle + 1;
      else high = middle;
    }
    const unit = units[low - 1];
    return unit !== undefined && entry < unit.offset + unit.length ? unit : undefined;
  }

  private readUnits(): DebugUnit[] {
    const units: DebugUnit[] = [];
    const allowed = FREE_WORK_BYTES + (this.info.length + this.abbrev.length) * MAX_ABBREVIATION_WORK;
    for (let offset = 0; offset < this.info.length; ) {
      const { unit, next } = this.readUnit(offset);
      if (unit !== undefined) units.push(unit);
      if (this.abbrevWork > allowed) {
        this.addIssue("LimitExceeded", "the units' abbreviations take more steps than their size allows", offset);
        break;
      }
      if (next <= offset) break;
      offset = next;
    }
    this.release();
    return units;
  }

  private readUnit(offset: number): { unit?: DebugUnit; next: number } {
    const worker = this.useWorker();
    worker.wasm.elf_rewind(this.scratchAt);
    const head = this.info.subarray(offset, offset + HEADER_BYTES);
    const headAt = worker.load(head);
    const status = worker.guard("elf_unit_header", () => worker.wasm.elf_unit_header(headAt, head.length, offset));
    const [length, lengthHigh, abbreviations, version, offsetSize, addressSize] = worker.result;
    const isWhole = lengthHigh === 0 && length! >= 4 && length! <= this.info.length - offset;
    const next = isWhole ? offset + length! : this.info.length;
    if (!isWhole) this.addIssue("MalformedDwarf", "a unit of .debug_info runs past its end", offset);
    if (status !== ELF_STATUS.ok) {
      if (isWhole) this.addIssue("MalformedDwarf", "a unit's header cannot be read", offset);
      return { next };
    }
    const sizes = { version: version!, offsetSize: offsetSize!, addressSize: addressSize! };
    const unit = { offset, length: next - offset, abbreviations: abbreviations!, ...sizes };
    const root = this.useAbbreviations(unit.abbreviations) ? this.readRoot(unit) : undefined;
    return { next, ...(root !== undefined && { unit: { ...unit, ...root } }) };
  }

  private readRoot(
    unit: Omit<DebugUnit, "tag" | "lines" | "stringOffsetsBase">,
  ): Pick<DebugUnit, "tag" | "lines" | "name" | "directory" | "stringOffsetsBase"> | undefined {
    const worker = this.useWorker();
    const words = this.readWindow(unit.offset, unit.offset + unit.length, ROOT_WINDOW_BYTES, (at, length) =>
      worker.wasm.elf_unit_root(at, length, unit.offset),
    );
    if (words === undefined) {
      this.addIssue("MalformedDwarf", "a unit's root entry cannot be read", unit.offset);
      return;
    }
    const [tag, lines, nameKind, nameAt, directoryKind, directoryAt, stringOffsetsBase] = words;
    const place = placeOf({ ...unit, stringOffsetsBase: stringOffsetsBase! }, unit.offset);
    const name = this.strings.text({ kind: nameKind!, value: nameAt! } satisfies StringRef, place);
    const directory = this.strings.text({ kind: directoryKind!, value: directoryAt! }, place);
    return {
      tag: tag!,
      lines: lines!,
      stringOffsetsBase: stringOffsetsBase!,
      ...(name !== undefined && { name }),
      ...(directory !== undefined && { directory }),
    };
  }

  private readEntry(unit: DebugUnit, entry: number): Uint32Array | undefined {
    if (!this.useAbbreviations(unit.abbreviations)) return;
    const { wasm } = this.useWorker();
    const words = this.readWindow(entry, unit.offset + unit.length, ENTRY_WINDOW_BYTES, (at, length) =>
      wasm.elf_entry_name(at, length, unit.offset, unit.version, unit.offsetSize, unit.addressSize),
    );
    return words;
  }

  /** Offers [start, end) of `.debug_info` in growing windows until the call has enough. */
  private readWindow(
    start: number,
    end: number,
    firstBytes: number,
    call: (at: number, length: number) => number,
  ): Uint32Array | undefined {
    const worker = this.useWorker();
    for (let size = firstBytes; ; size *= 8) {
      const bytes = this.info.subarray(start, Math.min(start + size, end));
      worker.wasm.elf_rewind(this.scratchAt);
      const at = worker.load(bytes);
      const status = worker.guard("elf_entry", () => call(at, bytes.length));
      if (status === ELF_STATUS.ok) return worker.result.slice();
      if (status !== ELF_STATUS.more || start + size >= end) return;
    }
  }

  private readFrames(unit: DebugUnit): FrameTable {
    const worker = this.useWorker();
    const lists = this.strings.bytes(unit.version >= 5 ? ".debug_rnglists" : ".debug_ranges");
    const addresses = this.strings.bytes(".debug_addr");
    if (!this.useAbbreviations(unit.abbreviations)) return new FrameTable(new Uint8Array(0));
    const bytes = this.info.subarray(unit.offset, unit.offset + unit.length);
    worker.wasm.elf_rewind(this.scratchAt);
    const at = [lists, addresses, bytes].map((part) => worker.load(part));
    worker.wasm.elf_range_sections(at[0]!, lists.length, at[1]!, addresses.length);
    const status = worker.guard("elf_frames", () => worker.wasm.elf_frames(at[2]!, bytes.length, unit.offset));
    const [rows, count, skipped] = worker.result;
    if (status === ELF_STATUS.limit) this.addIssue("LimitExceeded", "a unit takes too many steps", unit.offset);
    else if (status !== ELF_STATUS.ok) this.addIssue("MalformedDwarf", "a unit's entries are damaged", unit.offset);
    if (skipped! > 0) this.addIssue("LimitExceeded", `${skipped} calls are nested too deeply`, unit.offset);
    const table = new FrameTable(worker.copyOut(rows!, count! * FRAME_STRIDE));
    this.release();
    return table;
  }

  private keepFrames(unit: DebugUnit, table: FrameTable): void {
    for (const [offset, old] of this.frameTables) {
      if (this.keptRows + table.length <= MAX_KEPT_ROWS) break;
      this.frameTables.delete(offset);
      this.keptRows -= old.length;
    }
    this.frameTables.set(unit.offset, table);
    this.keptRows += table.length;
  }

  private useAbbreviations(offset: number): boolean {
    const worker = this.useWorker();
    if (this.abbrevInUse === offset) return true;
    worker.wasm.elf_rewind(this.baseAt);
    const status = worker.guard("elf_abbreviations", () =>
      worker.wasm.elf_abbreviations(this.abbrevAt, this.abbrev.length, offset),
    );
    this.abbrevWork += worker.result[0]!;
    this.scratchAt = worker.wasm.elf_mark() >>> 0;
    this.abbrevInUse = status === ELF_STATUS.ok ? offset : ELF_NONE;
    if (status !== ELF_STATUS.ok) this.addIssue("MalformedDwarf", `no abbreviations can be read at ${offset}`, offset);
    return status === ELF_STATUS.ok;
  }

  private useWorker(): ElfInstance {
    if (this.worker === undefined) {
      this.worker = this.core.instance(this.elf.littleEndian);
      this.abbrevAt = this.worker.keep(this.abbrev);
      this.baseAt = this.worker.wasm.elf_mark() >>> 0;
      this.scratchAt = this.baseAt;
      this.abbrevInUse = ELF_NONE;
    }
    return this.worker;
  }

  private release(): void {
    if (this.worker !== undefined && this.worker.memoryBytes > KEEP_MEMORY_BYTES) this.worker = undefined;
  }

  private addIssue(code: Issue["code"], message: string, offset: number): void {
    if (this.issues.length < 100) {
      this.issues.push({ code, severity: "warning", message, offset, path: ".debug_info" });
    }
  }
}

/** Type units share the line table of the unit they were made in, but hold no code. */
function enterLines(byLines: Map<number, DebugUnit[]>, unit: DebugUnit): void {
  if (unit.lines === ELF_NONE || !CODE_UNIT_TAGS.includes(unit.tag)) return;
  const units = byLines.get(unit.lines);
  if (units === undefined) byLines.set(unit.lines, [unit]);
  else units.push(unit);
}

function placeOf(
  unit: { stringOffsetsBase: number; offsetSize: number; version: number },
  offset: number,
): StringPlace {
  // Before version 5 the string indexes of split units count from the start of the section.
  const base = unit.stringOffsetsBase === ELF_NONE && unit.version < 5 ? 0 : unit.stringOffsetsBase;
  return { section: ".debug_info", offset, stringOffsetsBase: base, offsetSize: unit.offsetSize };
}
