/**
 * How values are written: `json` is ours (exact integers, signs and names in bitfields, floats, anonymous members at
 * their parent's level); `bpftool` is what `bpftool -j map dump` prints under "formatted"; `c` is a C initializer.
 */
export type Dialect = "json" | "bpftool" | "c";

/** Meanings of the places that a plan leaves to be filled in. */
export const FIX = {
  /** Decimal float. */
  float: 1,
  /** Decimal integers of any width. */
  signed: 2,
  unsigned: 3,
  /** `"0x…"`, as bpftool writes wide bitfields and 128-bit integers. */
  wideHex: 4,
} as const;
