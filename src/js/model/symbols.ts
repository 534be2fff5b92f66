import type { Issue } from "../base/issue.ts";

/** What a symbolizer says about an address. */
export interface CodeSymbol {
  /** Name of the function or object, demangled; empty when only the place is known. */
  readonly name: string;
  /** Source file as the debug records name it; absent when unknown. */
  readonly file?: string;
  /** 0 when the records say so; absent when unknown. */
  readonly line?: number;
}

/** Names addresses of one linked image. */
export interface Symbolizer {
  /** @param address exactly as the snapshot stores it (no thumb bit cleared, no return address correction). */
  lookup(address: bigint): CodeSymbol | undefined;
}

/** The images at hand, found by what a snapshot says about the software it was taken from. */
export interface SymbolSource {
  /** @param id GNU build ID; an empty one never matches. */
  forBuildId(id: Uint8Array): Symbolizer | undefined;
  /** What there is, `BUILD-ID FILE` each: what a miss names beside the id that was wanted. */
  readonly available?: readonly string[];
  /**
   * The image for snapshots of systems that name no build: a kernel's symbol map or vmlinux, or else the only image
   * there is.
   */
  readonly fallback?: Symbolizer | undefined;
}

/** One function of an inline chain. */
export interface CodeFrame extends CodeSymbol {
  /** 1-based; absent when unknown. */
  readonly column?: number;
  /** Compiled into the next frame rather than called. */
  readonly inlined: boolean;
}

/** A symbolizer that knows what it was made from and which functions the compiler inlined. */
export interface SymbolImage extends Symbolizer {
  /** File, with the member in parentheses if it is an archive. */
  readonly name: string;
  /** GNU build ID in lower-case hex; absent if the file has none. */
  readonly buildId?: string | undefined;
  /** Word of the instruction set where it matters for addresses: `arm`, `riscv`, … */
  readonly arch?: string | undefined;
  /**
   * Innermost inlined function first, the function that holds the code last; empty if nothing is known.
   * @param address of an instruction, exactly as given
   */
  frames(address: bigint): readonly CodeFrame[];
  /** What could not be read so far; grows as lookups reach further. */
  readonly issues: readonly Issue[];
}

/** Options of `open`, for every format that holds addresses. */
export interface SymbolOptions {
  /** Where to find the images that snapshots were taken from, by build ID. */
  readonly symbols?: SymbolSource | undefined;
  /** One image for everything, whatever its build ID. */
  readonly symbolizer?: Symbolizer | undefined;
}

export function isSymbolSource(value: unknown): value is SymbolSource {
  return isRecord(value) && typeof value["forBuildId"] === "function";
}

export function isSymbolizer(value: unknown): value is Symbolizer {
  return isRecord(value) && typeof value["lookup"] === "function";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

export function isSymbolImage(symbols: Symbolizer | undefined): symbols is SymbolImage {
  return symbols !== undefined && "frames" in symbols && typeof symbols.frames === "function";
}
