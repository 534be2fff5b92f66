import { type ElfFile, type ElfSection, readCString, SECTION_TYPE } from "../../../base/elf-file.ts";
import type { Btf } from "./btf.ts";
import { KIND } from "./kinds.ts";

/**
 * The blob of an object file as a loader completes it: clang leaves the sizes of sections and the offsets of their
 * variables 0; they are those of the ELF sections and symbols. Variables come in the order of their offsets.
 * @param btf the blob of that file, opened alone.
 * @throws SnapshotError `MalformedElf`
 */
export function completeSections(file: ElfFile, btf: Btf): Uint8Array {
  const blob = btf.blobs.at(-1)!.slice();
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const places = recordPlaces(btf);
  const symbols = readSymbols(file);
  for (let id = btf.firstId; id < btf.typeCount; id++) {
    const section = btf.kind(id) === KIND.DATASEC ? file.section(btf.name(id)) : undefined;
    if (section === undefined || btf.rawSize(id) !== 0) continue;
    const at = places.get(id)!;
    view.setUint32(at + 8, section.size, !btf.bigEndian);
    const entries = btf.sectionEntries(id).map((entry) => {
      const symbol = symbols.get(btf.name(entry.typeId));
      return { ...entry, offset: symbol?.section === section.index ? symbol.value : entry.offset };
    });
    entries.sort((a, b) => a.offset - b.offset);
    entries.forEach(({ typeId, offset, size }, ix) => {
      for (const [word, value] of [typeId, offset, size].entries()) {
        view.setUint32(at + 12 + ix * 12 + word * 4, value, !btf.bigEndian);
      }
    });
  }
  return blob;
}

/** Bytes of the blob where the record of each DATASEC starts. */
function recordPlaces(btf: Btf): Map<number, number> {
  const layer = btf.layers.at(-1)!;
  const places = new Map<number, number>();
  const first = btf.core.recordAt(btf.firstId);
  for (let id = btf.firstId; id < btf.typeCount; id++) {
    // Records follow each other in the core as they do in the blob.
    if (btf.kind(id) === KIND.DATASEC) places.set(id, layer.typesOff + (btf.core.recordAt(id) - first) * 4);
  }
  return places;
}

interface ObjectSymbol {
  readonly section: number;
  readonly value: number;
}

function readSymbols(file: ElfFile): Map<string, ObjectSymbol> {
  const symbols = new Map<string, ObjectSymbol>();
  const table = file.sections.find(({ type }) => type === SECTION_TYPE.symtab);
  const names = table === undefined ? undefined : file.sections[table.link];
  if (table === undefined || names === undefined) return symbols;
  const strings = file.contentsOf(names);
  for (const symbol of symbolRows(file, table)) {
    const name = readCString(strings, symbol.name);
    if (name !== "" && !symbols.has(name)) symbols.set(name, symbol);
  }
  return symbols;
}

function* symbolRows(file: ElfFile, table: ElfSection): Generator<ObjectSymbol & { readonly name: number }> {
  const bytes = file.contentsOf(table);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = file.littleEndian;
  const stride = file.is64 ? 24 : 16;
  for (let at = 0; at + stride <= bytes.length; at += stride) {
    const value = file.is64 ? Number(view.getBigUint64(at + 8, little)) : view.getUint32(at + 4, little);
    yield { name: view.getUint32(at, little), section: view.getUint16(at + (file.is64 ? 6 : 14), little), value };
  }
}
