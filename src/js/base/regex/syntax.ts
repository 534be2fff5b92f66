import type { CharSet } from "./char-set.ts";

/** Zero-width conditions. A trailing `Ascii` means ASCII word characters. */
export type Look =
  | "textStart"
  | "textEnd"
  | "lineStart"
  | "lineEnd"
  | "lineStartCrlf"
  | "lineEndCrlf"
  | WordLook
  | `${WordLook}Ascii`;

export type WordLook = "word" | "notWord" | "wordStart" | "wordEnd" | "wordStartHalf" | "wordEndHalf";

/** A parsed pattern. */
export type Pattern =
  | { readonly op: "empty" }
  | { readonly op: "set"; readonly set: CharSet }
  | { readonly op: "look"; readonly look: Look }
  | { readonly op: "sequence" | "choice"; readonly items: readonly Pattern[] }
  | {
      readonly op: "repeat";
      readonly item: Pattern;
      readonly min: number;
      /** Absent: without end. */
      readonly max?: number;
      readonly greedy: boolean;
    }
  /** `index` 1, 2, … in the order of the opening brackets. */
  | { readonly op: "group"; readonly index: number; readonly item: Pattern };

export interface ParsedPattern {
  readonly pattern: Pattern;
  /** Name of each group by index; index 0 is the whole match. */
  readonly groupNames: readonly (string | undefined)[];
}

/** Flags in force at a place of the pattern: `i m s U u R x`. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly swapGreed: boolean;
  readonly unicode: boolean;
  readonly crlf: boolean;
  readonly verbose: boolean;
}

export const DEFAULT_FLAGS: Flags = {
  ignoreCase: false,
  multiLine: false,
  dotAll: false,
  swapGreed: false,
  unicode: true,
  crlf: false,
  verbose: false,
};
