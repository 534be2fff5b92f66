import { ElfFile, isElf } from "../../../base/elf-file.ts";
import { SnapshotError } from "../../../base/errors.ts";

/** What an object file says about types. */
export interface BtfSections {
  readonly btf: Uint8Array;
  readonly ext?: Uint8Array;
  /** The distilled base of a module that was built apart from its kernel. */
  readonly distilledBase?: Uint8Array;
}

/**
 * The BTF of an ELF file; a file that is no ELF is taken for a raw blob.
 * @throws SnapshotError `MalformedElf`; `TypeMissing` for an ELF file without `.BTF`, with its sections.
 */
export function findBtfSections(bytes: Uint8Array): BtfSections {
  if (!isElf(bytes)) return { btf: bytes };
  const file = new ElfFile(bytes);
  const contents = (name: string): Uint8Array | undefined => {
    const section = file.section(name);
    return section === undefined ? undefined : file.contentsOf(section);
  };
  const btf = contents(".BTF");
  if (btf === undefined) {
    const available = elfSections(file);
    throw new SnapshotError("TypeMissing", "reading an ELF file: it has no section .BTF", { available });
  }
  const ext = contents(".BTF.ext");
  const distilledBase = contents(".BTF.base");
  return { btf, ...(ext !== undefined && { ext }), ...(distilledBase !== undefined && { distilledBase }) };
}

function elfSections(file: ElfFile): string[] {
  return file.sections.map(({ name }) => name).filter((name) => name !== "");
}
