import type { DemangleStyle, ElfCore } from "../abi/elf.ts";
import { ElfImage, type SourcePlace } from "../abi/elf-image.ts";
import { readBuildId } from "../base/build-id.ts";
import { toHexString } from "../base/bytes.ts";
import { ElfFile, MACHINE } from "../base/elf-file.ts";
import { isSnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Limits } from "../base/limits.ts";
import type { CodeFrame, CodeSymbol, SymbolImage } from "../model/symbols.ts";

const ARCH_WORDS: Readonly<Record<number, string>> = {
  [MACHINE.arm]: "arm",
  [MACHINE.aarch64]: "aarch64",
  [MACHINE.riscv]: "riscv",
  [MACHINE.x86_64]: "x86_64",
  [MACHINE.mips]: "mips",
};

/** Most kept per file: the names of a deep stack come back often. */
const MAX_KEPT = 65_536;

/**
 * An ELF file as a source of names. Nothing but the header, the section table and the build ID is read before the first
 * lookup.
 */
export class ElfArtifact implements SymbolImage {
  readonly name: string;
  readonly buildId?: string;
  readonly arch?: string;
  private readonly core: ElfCore;
  private readonly elf: ElfFile;
  private readonly early: Issue[] = [];
  private image: ElfImage | undefined;
  private readonly names: Readonly<Record<DemangleStyle, Map<string, string>>> = {
    gnu: new Map(),
    llvm: new Map(),
    short: new Map(),
  };
  private readonly asLlvm = (name: string): string => this.demangle(name, "llvm");

  /** @throws SnapshotError `MalformedElf` if it is no ELF file. */
  constructor(core: ElfCore, name: string, bytes: Uint8Array, limits?: Limits) {
    this.core = core;
    this.name = name;
    this.elf = new ElfFile(bytes, limits);
    const arch = ARCH_WORDS[this.elf.machine];
    if (arch !== undefined) this.arch = arch;
    const buildId = this.readBuildId();
    if (buildId !== undefined) this.buildId = toHexString(buildId);
  }

  get issues(): readonly Issue[] {
    const issues = [...this.early, ...(this.image?.issues ?? [])];
    return issues.map((issue) => ({ ...issue, input: this.name }));
  }

  /** Bytes of Wasm memory that the indexes take; 0 before the first lookup. */
  get memoryBytes(): number {
    return this.image?.index.memoryBytes ?? 0;
  }

  /** Name and place as llvm-symbolizer prints them, its wording of C++ names included. */
  lookup(address: bigint): CodeSymbol | undefined {
    return this.open().lookup(address, this.asLlvm);
  }

  frames(address: bigint): CodeFrame[] {
    return this.open()
      .frames(address)
      .map(({ name, place, inlined }) => ({
        name: this.demangle(name, "short"),
        ...placeOf(place),
        ...(place !== undefined && place.column > 0 && { column: place.column }),
        inlined,
      }));
  }

  private open(): ElfImage {
    this.image ??= new ElfImage(this.core, this.elf);
    return this.image;
  }

  private demangle(name: string, style: DemangleStyle): string {
    const kept = this.names[style];
    let text = kept.get(name);
    if (text === undefined) {
      text = this.core.demangle(name, style);
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(name, text);
    }
    return text;
  }

  private readBuildId(): Uint8Array | undefined {
    try {
      return readBuildId(this.elf);
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      const { code, message, offset } = error;
      this.early.push({ code, severity: "warning", message, ...(offset !== undefined && { offset }) });
      return undefined;
    }
  }
}

function placeOf(place: SourcePlace | undefined): Pick<CodeSymbol, "file" | "line"> {
  if (place === undefined) return {};
  return { ...(place.file !== undefined && { file: place.file }), line: place.line };
}
