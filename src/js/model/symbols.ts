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
}
