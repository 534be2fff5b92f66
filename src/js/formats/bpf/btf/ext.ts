import { SnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import type { Btf } from "./btf.ts";

/** What an object file's `.BTF.ext` says about its instructions. Offsets are bytes in the ELF section named. */
export interface BtfExt {
  readonly header: Readonly<Record<ExtHeaderField, number>>;
  readonly funcs: ExtTable<FuncRecord>;
  readonly lines: ExtTable<LineRecord>;
  readonly relocations: ExtTable<RelocationRecord>;
  readonly issues: readonly Issue[];
}

export type ExtHeaderField =
  | "magic"
  | "version"
  | "flags"
  | "hdr_len"
  | "func_info_off"
  | "func_info_len"
  | "line_info_off"
  | "line_info_len"
  | "core_relo_off"
  | "core_relo_len";

export interface ExtTable<T> {
  /** Bytes of one record in the file; larger than ours where a newer compiler says more. 0 = no such table. */
  readonly recordSize: number;
  readonly sections: readonly { readonly name: string; readonly records: readonly T[] }[];
}

export interface FuncRecord {
  readonly instructionOff: number;
  /** A FUNC. */
  readonly typeId: number;
}

export interface LineRecord {
  readonly instructionOff: number;
  readonly file: string;
  /** Text of the source line. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface RelocationRecord {
  readonly instructionOff: number;
  /** Root type of the access. */
  readonly typeId: number;
  /** Member and element numbers, `0:99`; for enums the number of the value. */
  readonly access: string;
  /** 0 … 12; see `RELOCATION_KINDS`. */
  readonly kind: number;
}

/** What is relocated, by number. Source: Linux include/uapi/linux/bpf.h, enum bpf_core_relo_kind. */
export const RELOCATION_KINDS: readonly string[] = [
  "field byte offset",
  "field byte size",
  "field exists",
  "field signed",
  "field left shift",
  "field right shift",
  "local type id",
  "target type id",
  "type exists",
  "type size",
  "enum value exists",
  "enum value",
  "type matches",
];

const MAGIC = 0xeb9f;
const HEADER_BYTES = 24;
const HEADER_WITH_RELOCATIONS_BYTES = 32;

/**
 * Reads `.BTF.ext`; its names are in `btf`.
 * @throws SnapshotError `MalformedBtf` if there is no usable header. Damaged tables are read as far as they go.
 */
export function decodeBtfExt(bytes: Uint8Array, btf: Btf): BtfExt {
  const reader = new ExtReader(bytes);
  const { header } = reader;
  const string = (off: number): string => btf.string(off);
  const funcs = reader.table("func_info", 8, string, (word) => ({ instructionOff: word(0), typeId: word(1) }));
  const lines = reader.table("line_info", 16, string, (word) => ({
    instructionOff: word(0),
    file: string(word(1)),
    text: string(word(2)),
    line: word(3) >>> 10,
    column: word(3) & 1023,
  }));
  const relocations = reader.table("core_relo", 16, string, (word) => ({
    instructionOff: word(0),
    typeId: word(1),
    access: string(word(2)),
    kind: word(3),
  }));
  return { header, funcs, lines, relocations, issues: reader.issues };
}

class ExtReader {
  readonly issues: Issue[] = [];
  readonly header: Readonly<Record<ExtHeaderField, number>>;
  private readonly view: DataView;
  private readonly little: boolean;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < HEADER_BYTES) throw malformed(`it has ${bytes.length} bytes, a header has ${HEADER_BYTES}`, 0);
    this.little = this.view.getUint16(0, true) === MAGIC;
    const magic = this.view.getUint16(0, this.little);
    if (magic !== MAGIC) throw malformed(`the magic is 0x${magic.toString(16)}`, 0);
    const length = this.word(4);
    if (length < HEADER_BYTES || length > bytes.length)
      throw malformed(`the header says that it has ${length} bytes`, 4);
    const relocations = length >= HEADER_WITH_RELOCATIONS_BYTES;
    this.header = {
      magic,
      version: bytes[2]!,
      flags: bytes[3]!,
      hdr_len: length,
      func_info_off: this.word(8),
      func_info_len: this.word(12),
      line_info_off: this.word(16),
      line_info_len: this.word(20),
      core_relo_off: relocations ? this.word(24) : 0,
      core_relo_len: relocations ? this.word(28) : 0,
    };
  }

  /** Blocks of {section name, number, records} after one word that tells the size of a record. */
  table<T>(
    name: "func_info" | "line_info" | "core_relo",
    leastSize: number,
    string: (off: number) => string,
    read: (word: (ix: number) => number) => T,
  ): ExtTable<T> {
    const start = this.header.hdr_len + this.header[`${name}_off`];
    const declared = start + this.header[`${name}_len`];
    const end = Math.min(declared, this.view.byteLength);
    if (declared === start) return { recordSize: 0, sections: [] };
    if (declared > this.view.byteLength) this.issue(name, "runs past the end", start);
    if (start + 4 > end) return { recordSize: 0, sections: [] };
    const recordSize = this.word(start);
    if (recordSize < leastSize || recordSize % 4 !== 0) {
      this.issue(name, `has records of ${recordSize} bytes, expected a multiple of 4 from ${leastSize} up`, start);
      return { recordSize, sections: [] };
    }
    const sections: { name: string; records: T[] }[] = [];
    let at = start + 4;
    while (at + 8 <= end) {
      const count = this.word(at + 4);
      const fitting = Math.min(count, Math.floor((end - at - 8) / recordSize));
      const records = Array.from({ length: fitting }, (_, ix) => {
        const record = at + 8 + ix * recordSize;
        return read((word) => this.word(record + word * 4));
      });
      sections.push({ name: string(this.word(at)), records });
      if (count === 0) this.issue(name, "has a section without records", at);
      if (fitting < count) this.issue(name, `has ${fitting} of ${count} records`, at);
      at += 8 + count * recordSize;
    }
    if (at < end) this.issue(name, "ends inside a section", at);
    return { recordSize, sections };
  }

  private word(at: number): number {
    return this.view.getUint32(at, this.little);
  }

  private issue(table: string, what: string, offset: number): void {
    this.issues.push({
      code: "MalformedBtf",
      severity: "error",
      message: `reading .BTF.ext: ${table} ${what}, at byte ${offset}`,
      offset,
    });
  }
}

function malformed(reason: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedBtf", `reading .BTF.ext: ${reason}, at byte ${offset}`, {
    offset,
    fields: { typeId: 0, reason },
  });
}
