import { type ElfFile, readCString } from "../base/elf-file.ts";
import { isSnapshotError } from "../base/errors.ts";
import { ELF_NONE, STRING_KIND } from "./elf-layout.ts";

/** A string of debug information as elf.wasm reports it. */
export interface StringRef {
  readonly kind: number;
  readonly value: number;
}

/** Where inline strings count from, and where a unit's string offsets begin. */
export interface StringPlace {
  readonly section: ".debug_line" | ".debug_info";
  readonly offset: number;
  /** Into `.debug_str_offsets`; the default is the one behind a header of 32-bit DWARF. */
  readonly stringOffsetsBase?: number;
  readonly offsetSize?: number;
}

/** Text of debug strings, read from the file's own bytes. */
export class DebugStrings {
  private readonly elf: ElfFile;
  private readonly sections = new Map<string, Uint8Array>();

  constructor(elf: ElfFile) {
    this.elf = elf;
  }

  text(ref: StringRef, place: StringPlace): string | undefined {
    switch (ref.kind) {
      case STRING_KIND.inline:
        return this.at(place.section, place.offset + ref.value);
      case STRING_KIND.str:
        return this.at(".debug_str", ref.value);
      case STRING_KIND.lineStr:
        return this.at(".debug_line_str", ref.value);
      case STRING_KIND.index:
        return this.indexed(ref.value, place);
      default:
        return undefined;
    }
  }

  /** Contents of a debug section; empty if it is absent or damaged. */
  bytes(name: string): Uint8Array {
    let bytes = this.sections.get(name);
    if (bytes === undefined) {
      bytes = this.read(name);
      this.sections.set(name, bytes);
    }
    return bytes;
  }

  private indexed(index: number, place: StringPlace): string | undefined {
    const table = this.bytes(".debug_str_offsets");
    const size = place.offsetSize ?? 4;
    const base = place.stringOffsetsBase ?? ELF_NONE;
    const at = (base === ELF_NONE ? size * 2 : base) + index * size;
    if (at > table.length - size) return;
    const view = new DataView(table.buffer, table.byteOffset, table.length);
    const { littleEndian } = this.elf;
    return this.at(
      ".debug_str",
      size === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian),
    );
  }

  private at(section: string, offset: number): string | undefined {
    const bytes = this.bytes(section);
    return offset < bytes.length ? readCString(bytes, offset) : undefined;
  }

  private read(name: string): Uint8Array {
    const section = this.elf.section(name) ?? this.elf.section(name.replace(".debug_", ".zdebug_"));
    if (section === undefined) return new Uint8Array(0);
    try {
      return this.elf.contentsOf(section);
    } catch (error) {
      if (isSnapshotError(error)) return new Uint8Array(0);
      throw error;
    }
  }
}
