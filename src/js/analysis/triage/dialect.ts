/** How a rule file is to be understood. `UPSTREAM` is what Fuchsia's engine does; the rest is opt-in, per file. */
export interface Dialect {
  readonly extended: boolean;
  /** Functions see the names of the file they are written in, and their parameters hide outer ones. */
  readonly lexicalScope: boolean;
  /** A vector of one item stands for the item also as argument of text and time functions. */
  readonly unwrapEverywhere: boolean;
  /** Integers run to 2^64-1 and overflow is a ValueError; otherwise they wrap at 64 bits, signed. */
  readonly exactIntegers: boolean;
  /** Histograms and lists of texts are values rather than `UnhandledType`. */
  readonly allKinds: boolean;
}

export const UPSTREAM: Dialect = {
  extended: false,
  lexicalScope: false,
  unwrapEverywhere: false,
  exactIntegers: false,
  allKinds: false,
};

export const EXTENDED: Dialect = {
  extended: true,
  lexicalScope: true,
  unwrapEverywhere: true,
  exactIntegers: true,
  allKinds: true,
};
