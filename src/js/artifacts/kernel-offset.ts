import type { Issue } from "../base/issue.ts";
import type { CodeFrame, CodeSymbol, SymbolImage } from "../model/symbols.ts";

/**
 * How far a kernel was moved when it started (KASLR): the bytes that it prints as `Kernel Offset`, or where one of its
 * symbols is now.
 */
export type KernelOffset = bigint | { readonly symbol: string; readonly address: bigint };

/** An image at another place than it was linked for. */
export class MovedImage implements SymbolImage {
  readonly image: SymbolImage;
  private readonly offset: bigint;

  /** @param offset bytes from the addresses of the image to those of the running system */
  constructor(image: SymbolImage, offset: bigint) {
    this.image = image;
    this.offset = offset;
  }

  get name(): string {
    return this.image.name;
  }

  get buildId(): string | undefined {
    return this.image.buildId;
  }

  get arch(): string | undefined {
    return this.image.arch;
  }

  get issues(): readonly Issue[] {
    return this.image.issues;
  }

  lookup(address: bigint): CodeSymbol | undefined {
    return this.image.lookup(this.linked(address));
  }

  frames(address: bigint): readonly CodeFrame[] {
    return this.image.frames(this.linked(address));
  }

  private linked(address: bigint): bigint {
    return BigInt.asUintN(64, address - this.offset);
  }
}
