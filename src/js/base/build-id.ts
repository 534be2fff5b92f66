import { type ElfFile, type ElfSection, SECTION_TYPE } from "./elf-file.ts";
import { SnapshotError } from "./errors.ts";

const NT_GNU_BUILD_ID = 3;
const SECTION = ".note.gnu.build-id";
const FALLBACK_SYMBOL = "gnu_build_id_begin";

/**
 * GNU build id of an ELF file: the one note of section `.note.gnu.build-id`; if there is no such section, the note
 * that the symbol `gnu_build_id_begin` points to (images whose linker script swallows the section).
 * Source: specification of the pigweed format, section 16.1.
 * @returns undefined if the file carries none.
 * @throws SnapshotError `MalformedBuildId` if the section or the note is there but is not one GNU build id.
 */
export function readBuildId(elf: ElfFile): Uint8Array | undefined {
  const section = elf.section(SECTION);
  if (section !== undefined) return fromSection(elf, section);
  const address = findFallback(elf);
  return address === undefined ? undefined : fromAddress(elf, address);
}

function fromSection(elf: ElfFile, section: ElfSection): Uint8Array {
  const notes = [...elf.notesIn(elf.contentsOf(section))];
  const note = notes[0];
  if (note === undefined) throw malformed("section .note.gnu.build-id holds no note", section.offset);
  if (notes.length > 1) throw malformed(`section .note.gnu.build-id holds ${notes.length} notes`, section.offset);
  if (note.name !== "GNU" || note.type !== NT_GNU_BUILD_ID) {
    throw malformed(`section .note.gnu.build-id holds a note ${note.name}/${note.type}, not GNU/3`, section.offset);
  }
  return note.description;
}

/** Address of the one defined symbol of that name; several of them are an error. */
function findFallback(elf: ElfFile): bigint | undefined {
  let found: bigint | undefined;
  for (const section of elf.sections) {
    if (section.type !== SECTION_TYPE.symtab) continue;
    const strings = elf.sections[section.link];
    if (strings === undefined) continue;
    for (const address of symbolsNamed(elf, elf.contentsOf(section), elf.contentsOf(strings))) {
      if (found !== undefined) throw malformed("symbol gnu_build_id_begin is defined more than once", section.offset);
      found = address;
    }
  }
  return found;
}

function* symbolsNamed(elf: ElfFile, symbols: Uint8Array, strings: Uint8Array): Generator<bigint> {
  const offsets = stringOffsets(strings, FALLBACK_SYMBOL);
  if (offsets.size === 0) return;
  const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.length);
  const stride = elf.is64 ? 24 : 16;
  for (let at = 0; at + stride <= symbols.length; at += stride) {
    if (!offsets.has(view.getUint32(at, elf.littleEndian))) continue;
    const isDefined = view.getUint16(at + (elf.is64 ? 6 : 14), elf.littleEndian) !== 0;
    if (!isDefined) continue;
    yield elf.is64 ? view.getBigUint64(at + 8, elf.littleEndian) : BigInt(view.getUint32(at + 4, elf.littleEndian));
  }
}

/** Offsets of `wanted` in a string table; linkers share tails, so it may be the end of a longer string. */
function stringOffsets(strings: Uint8Array, wanted: string): Set<number> {
  const found = new Set<number>();
  const last = wanted.charCodeAt(wanted.length - 1);
  for (let end = strings.indexOf(0, 1); end >= 0; end = strings.indexOf(0, end + 1)) {
    const start = end - wanted.length;
    if (start < 0 || strings[end - 1] !== last) continue;
    let i = 0;
    while (i < wanted.length && strings[start + i] === wanted.charCodeAt(i)) i++;
    if (i === wanted.length) found.add(start);
  }
  return found;
}

function fromAddress(elf: ElfFile, address: bigint): Uint8Array {
  const at = elf.offsetOf(address);
  if (at < 0) throw malformed("symbol gnu_build_id_begin is not in a loaded segment", 0);
  const [note] = elf.notesIn(elf.bytes.subarray(at));
  if (note === undefined || note.name !== "GNU") throw malformed("gnu_build_id_begin points to no GNU note", at);
  return note.description;
}

function malformed(reason: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedBuildId", `reading the build id: ${reason}`, { offset, fields: { reason } });
}
