import type { ElfCore } from "../abi/elf.ts";
import { isSymbolMap, SymbolMap } from "../analysis/symbol-map.ts";
import { arMembers, isAr } from "../base/ar.ts";
import { toHexString } from "../base/bytes.ts";
import { isElf } from "../base/elf-file.ts";
import { isSnapshotError, SnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Limits } from "../base/limits.ts";
import type { SymbolImage, SymbolSource } from "../model/symbols.ts";
import { ElfArtifact } from "./elf-artifact.ts";
import { type KernelOffset, MovedImage } from "./kernel-offset.ts";

/**
 * The files that names may come from: linked ELF images, static libraries and kernel symbol maps, told apart by
 * content. Images are chosen by build ID; a map, which has none, is chosen by hand.
 */
export class ArtifactSet implements SymbolSource {
  private readonly core: ElfCore;
  private readonly limits: Limits | undefined;
  private list: SymbolImage[] = [];
  private readonly byId = new Map<string, SymbolImage>();
  private readonly found: Issue[] = [];

  constructor(core: ElfCore, limits?: Limits) {
    this.core = core;
    this.limits = limits;
  }

  /** In the order they were added; of several with one build ID the first is used. */
  get images(): readonly SymbolImage[] {
    return this.list;
  }

  /** Files and members that could not be used, and what could not be read of the others. */
  get issues(): readonly Issue[] {
    return [...this.found, ...this.list.flatMap((image) => image.issues)];
  }

  /**
   * Adds a file. One that is no artifact, or is damaged, becomes an issue and nothing else.
   * @returns the number of images that it gave.
   */
  add(name: string, bytes: Uint8Array): number {
    const before = this.list.length;
    try {
      if (isAr(bytes)) for (const member of arMembers(bytes)) this.addImage(`${name}(${member.name})`, member.bytes);
      else this.addImage(name, bytes);
    } catch (error) {
      this.skip(name, error);
    }
    return this.list.length - before;
  }

  /**
   * Says where the kernel was when the snapshots were taken: its symbol maps and vmlinux files, those added so far, are
   * looked up that much lower.
   * @throws SnapshotError `ArtifactNotFound` if there is no kernel among them, or none of its maps has the symbol.
   */
  moveKernel(by: KernelOffset): void {
    const offset = typeof by === "bigint" ? by : by.address - this.linkedAddress(by.symbol);
    if (!this.list.some(isKernel)) throw noKernel("a kernel's symbol map or vmlinux", this.available);
    this.list = this.list.map((image) => (isKernel(image) ? new MovedImage(image, offset) : image));
    for (const image of this.list) {
      if (image instanceof MovedImage && image.buildId) this.byId.set(image.buildId, image);
    }
  }

  private linkedAddress(symbol: string): bigint {
    for (const image of this.list) {
      const address = image instanceof SymbolMap ? image.addressOf(symbol) : undefined;
      if (address !== undefined) return address;
    }
    throw noKernel(`the symbol ${symbol} in a kernel's symbol map`, this.available);
  }

  forBuildId(id: Uint8Array): SymbolImage | undefined {
    return id.length === 0 ? undefined : this.byId.get(toHexString(id));
  }

  /**
   * The image for a build ID.
   * @throws SnapshotError `ArtifactNotFound` naming the ID and those that are there.
   */
  getForBuildId(id: Uint8Array): SymbolImage {
    const image = this.forBuildId(id);
    if (image !== undefined) return image;
    const wanted = toHexString(id);
    const { available } = this;
    throw new SnapshotError("ArtifactNotFound", `looking for build id ${wanted || "(none)"}: no artifact has it`, {
      fields: { wanted },
      available,
    });
  }

  get available(): readonly string[] {
    return this.list.map(({ buildId, name }) => `${buildId ?? "(no build id)"} ${name}`);
  }

  get fallback(): SymbolImage | undefined {
    const kernel = this.list.find(isMap) ?? this.list.find(isVmlinux);
    return kernel ?? (this.list.length === 1 ? this.list[0] : undefined);
  }

  /** The image of that file name, or of its last part. */
  named(name: string): SymbolImage | undefined {
    return this.list.find((image) => image.name === name || image.name.endsWith(`/${name}`));
  }

  private addImage(name: string, bytes: Uint8Array): void {
    try {
      const image = this.read(name, bytes);
      if (image === undefined) return;
      this.list.push(image);
      if (image.buildId !== undefined && image.buildId !== "" && !this.byId.has(image.buildId)) {
        this.byId.set(image.buildId, image);
      }
    } catch (error) {
      this.skip(name, error);
    }
  }

  private read(name: string, bytes: Uint8Array): SymbolImage | undefined {
    if (isElf(bytes)) return new ElfArtifact(this.core, name, bytes, this.limits);
    if (isSymbolMap(bytes)) return new SymbolMap(name, bytes);
    if (name.endsWith(".elf")) {
      throw new SnapshotError("MalformedElf", `reading ${name}: it does not start with the magic number 7f 45 4c 46`, {
        offset: 0,
        fields: { reason: "magic number" },
      });
    }
    return undefined;
  }

  private skip(name: string, error: unknown): void {
    if (!isSnapshotError(error) || error.code === "InternalError") throw error;
    const { code, message, offset } = error;
    this.found.push({ code, severity: "warning", message, input: name, ...(offset !== undefined && { offset }) });
  }
}

function isMap(image: SymbolImage): boolean {
  return image instanceof SymbolMap || (image instanceof MovedImage && image.image instanceof SymbolMap);
}

function isKernel(image: SymbolImage): boolean {
  return isMap(image) || isVmlinux(image);
}

function noKernel(wanted: string, available: readonly string[]): SnapshotError {
  return new SnapshotError("ArtifactNotFound", `moving the kernel: looked for ${wanted} among the artifacts`, {
    fields: { wanted },
    available,
  });
}

/** The linked kernel, whatever is packed around its name: `vmlinux`, `boot/vmlinux-6.18.0.debug`. */
function isVmlinux({ name }: SymbolImage): boolean {
  return /(^|\/)vmlinux[^/]*$/.test(name);
}
