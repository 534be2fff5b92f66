import { decodeUtf8Lossy } from "./bytes.ts";
import { inflateSection } from "./elf-compression.ts";
import { SnapshotError } from "./errors.ts";
import type { Issue } from "./issue.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";

/**
 * The container half of ELF: header, sections, segments, notes. What the sections hold is read by whoever knows it.
 * Source: System V ABI, chapter 4 (generic ELF specification).
 */

export const SECTION_TYPE = { null: 0, symtab: 2, strtab: 3, note: 7, nobits: 8, dynsym: 11, symtabShndx: 18 } as const;
export const SECTION_FLAG = { write: 1, alloc: 2, exec: 4, compressed: 0x800 } as const;
const SEGMENT_TYPE = { load: 1, note: 4 } as const;
export const ELF_TYPE = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const;
export const MACHINE = { mips: 8, arm: 40, x86_64: 62, aarch64: 183, riscv: 243 } as const;

const SHN_XINDEX = 0xffff;
/** Section tables larger than this are cut, with an issue; the linkers' own limit is far below. */
const MAX_SECTIONS = 1 << 20;
/** Longer names are cut: a million sections may all name one string of megabytes. */
const MAX_NAME_BYTES = 1024;

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  /** Low 32 bits of `sh_flags`; no flag in use is above them. */
  readonly flags: number;
  readonly address: bigint;
  /** Of the contents, in the file. */
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly fileSize: number;
  readonly memorySize: bigint;
}

export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly description: Uint8Array;
}

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function malformed(reason: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedElf", `reading an ELF file: ${reason}`, { offset, fields: { reason } });
}

/** An ELF file over the caller's bytes; nothing is copied until a section is asked for. */
export class ElfFile {
  readonly bytes: Uint8Array;
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly type: number;
  readonly machine: number;
  readonly entry: bigint;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  /** Tables that run past the end of the file, and the like; what could be read is there. */
  readonly issues: readonly Issue[];
  private readonly view: DataView;
  private readonly limits: Limits;
  private readonly contents = new Map<number, Uint8Array>();

  /** @throws SnapshotError `MalformedElf` if the file does not start with a whole ELF header. */
  constructor(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS) {
    if (!isElf(bytes)) throw malformed("it does not start with the magic number 7f 45 4c 46", 0);
    const [kind, order] = [bytes[4], bytes[5]];
    if (kind !== 1 && kind !== 2) throw malformed(`class ${kind ?? "missing"} is neither 1 (32-bit) nor 2 (64-bit)`, 4);
    if (order !== 1 && order !== 2) throw malformed(`byte order ${order ?? "missing"} is neither 1 nor 2`, 5);
    if (bytes.length < (kind === 2 ? 64 : 52)) throw malformed("the file ends inside its header", bytes.length);
    this.bytes = bytes;
    this.limits = limits;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.is64 = kind === 2;
    this.littleEndian = order === 1;
    this.type = this.u16(16);
    this.machine = this.u16(18);
    this.entry = this.word(24);
    const issues: Issue[] = [];
    this.sections = this.readSections(issues);
    this.segments = this.readSegments(issues);
    this.issues = issues;
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /**
   * Contents of a section, decompressed; empty for NOBITS. Kept for the next call.
   * @throws SnapshotError `MalformedElf` if they are not inside the file or do not decompress; `LimitExceeded`.
   */
  contentsOf(section: ElfSection): Uint8Array {
    let contents = this.contents.get(section.index);
    if (contents === undefined) {
      contents = this.readContents(section);
      this.contents.set(section.index, contents);
    }
    return contents;
  }

  /** File offset of a loaded address, or -1. */
  offsetOf(address: bigint): number {
    for (const segment of this.segments) {
      if (segment.type !== SEGMENT_TYPE.load || address < segment.address) continue;
      const into = address - segment.address;
      if (into < BigInt(segment.fileSize)) return segment.offset + Number(into);
    }
    return -1;
  }

  /** Notes in `bytes` (contents of a note section or segment). Stops at the first that is cut off. */
  *notesIn(bytes: Uint8Array): Generator<ElfNote> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 12 <= bytes.length; ) {
      const nameSize = view.getUint32(at, this.littleEndian);
      const descriptionSize = view.getUint32(at + 4, this.littleEndian);
      const type = view.getUint32(at + 8, this.littleEndian);
      const nameEnd = at + 12 + nameSize;
      const start = at + 12 + roundUp4(nameSize);
      if (start + descriptionSize > bytes.length) return;
      const name = decodeUtf8Lossy(bytes.subarray(at + 12, nameEnd)).replace(/\0+$/, "");
      yield { name, type, description: bytes.subarray(start, start + descriptionSize) };
      at = start + roundUp4(descriptionSize);
    }
  }

  u16(at: number): number {
    return this.view.getUint16(at, this.littleEndian);
  }

  u32(at: number): number {
    return this.view.getUint32(at, this.littleEndian);
  }

  /** A 32- or 64-bit word, as the class says. */
  word(at: number): bigint {
    return this.is64 ? this.view.getBigUint64(at, this.littleEndian) : BigInt(this.u32(at));
  }

  private size(at: number): number {
    return this.is64 ? Number(this.view.getBigUint64(at, this.littleEndian)) : this.u32(at);
  }

  private readSections(issues: Issue[]): ElfSection[] {
    const at = this.size(this.is64 ? 40 : 32);
    if (at === 0) return [];
    const [stride, least] = [this.u16(this.is64 ? 58 : 46), this.is64 ? 64 : 40];
    if (stride < least || at > this.bytes.length - least) {
      issues.push(tableIssue("section", at, this.bytes.length));
      return [];
    }
    const first = this.rawSection(at, 0);
    const declared = this.u16(this.is64 ? 60 : 48) || first.size;
    const count = Math.min(declared, MAX_SECTIONS, Math.floor((this.bytes.length - at) / stride));
    if (count < declared) issues.push(tableIssue("section", at, this.bytes.length));
    const rows = Array.from({ length: count }, (_, i) => this.rawSection(at + i * stride, i));
    const strings = this.u16(this.is64 ? 62 : 50);
    const names = rows[strings === SHN_XINDEX ? first.link : strings];
    return rows.map(({ nameOffset, ...row }) => ({ ...row, name: this.sectionName(names, nameOffset) }));
  }

  private rawSection(at: number, index: number): Omit<ElfSection, "name"> & { nameOffset: number } {
    const wide = this.is64;
    return {
      index,
      nameOffset: this.u32(at),
      type: this.u32(at + 4),
      flags: wide ? Number(this.view.getBigUint64(at + 8, this.littleEndian) & 0xffff_ffffn) : this.u32(at + 8),
      address: this.word(at + (wide ? 16 : 12)),
      offset: this.size(at + (wide ? 24 : 16)),
      size: this.size(at + (wide ? 32 : 20)),
      link: this.u32(at + (wide ? 40 : 24)),
      info: this.u32(at + (wide ? 44 : 28)),
      entrySize: this.size(at + (wide ? 56 : 36)),
    };
  }

  private sectionName(names: { offset: number; size: number } | undefined, at: number): string {
    if (names === undefined || at >= names.size) return "";
    const start = names.offset + at;
    const stop = Math.min(names.offset + names.size, this.bytes.length, start + MAX_NAME_BYTES);
    if (start >= stop) return "";
    return readCString(this.bytes, start, stop);
  }

  private readSegments(issues: Issue[]): ElfSegment[] {
    const at = this.size(this.is64 ? 32 : 28);
    if (at === 0) return [];
    const [stride, least] = [this.u16(this.is64 ? 54 : 42), this.is64 ? 56 : 32];
    const declared = this.u16(this.is64 ? 56 : 44);
    if (declared === 0) return [];
    const fits = stride >= least && at <= this.bytes.length;
    // PN_XNUM: the number is in section 0's sh_info, where that table exists.
    const wanted = declared === 0xffff ? (this.sections[0]?.info ?? declared) : declared;
    const count = fits ? Math.min(wanted, Math.floor((this.bytes.length - at) / stride)) : 0;
    if (count < wanted) issues.push(tableIssue("program header", at, this.bytes.length));
    return Array.from({ length: count }, (_, i) => this.segment(at + i * stride));
  }

  private segment(at: number): ElfSegment {
    const wide = this.is64;
    return {
      type: this.u32(at),
      flags: this.u32(at + (wide ? 4 : 24)),
      offset: this.size(at + (wide ? 8 : 4)),
      address: this.word(at + (wide ? 16 : 8)),
      fileSize: this.size(at + (wide ? 32 : 16)),
      memorySize: this.word(at + (wide ? 40 : 20)),
    };
  }

  private readContents(section: ElfSection): Uint8Array {
    if (section.type === SECTION_TYPE.nobits) return new Uint8Array(0);
    if (section.offset > this.bytes.length || section.size > this.bytes.length - section.offset) {
      throw malformed(
        `section ${section.name} (${section.size} bytes at ${section.offset}) runs past the end of the file`,
        section.offset,
      );
    }
    const stored = this.bytes.subarray(section.offset, section.offset + section.size);
    return inflateSection(stored, section, this.is64, this.littleEndian, this.limits);
  }
}

/** NUL-terminated text at `start`, ended by `stop` at the latest; bytes that are not UTF-8 become U+FFFD. */
export function readCString(bytes: Uint8Array, start: number, stop: number = bytes.length): string {
  if (start < 0 || start >= stop) return "";
  const end = bytes.subarray(start, stop).indexOf(0);
  return decodeUtf8Lossy(bytes.subarray(start, end < 0 ? stop : start + end));
}

function tableIssue(what: string, offset: number, length: number): Issue {
  return {
    code: "MalformedElf",
    severity: "warning",
    message: `the ${what} table at ${offset} does not fit the file of ${length} bytes; entries past the end are left out`,
    offset: Math.min(offset, length),
  };
}

function roundUp4(n: number): number {
  return Math.ceil(n / 4) * 4;
}
