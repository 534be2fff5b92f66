import { type CharSet, perlClass, rangeSet } from "./char-set.ts";
import type { Look } from "./syntax.ts";

/** What a position's neighbour is, as bits; `SIDE_EDGE` where the text ends. */
export const SIDE_EDGE = 1;
const SIDE_LF = 2;
const SIDE_CR = 4;
const SIDE_WORD = 8;
const SIDE_WORD_ASCII = 16;

/** The sets behind the bits 2, 4, 8 and 16. */
export const SIDE_SETS: readonly (readonly [bit: number, set: CharSet])[] = [
  [SIDE_LF, rangeSet(10, 10)],
  [SIDE_CR, rangeSet(13, 13)],
  [SIDE_WORD, perlClass("w", true)],
  [SIDE_WORD_ASCII, perlClass("w", false)],
];

/** Whether a condition holds between two neighbours. */
export function holds(look: Look, before: number, after: number): boolean {
  switch (look) {
    case "textStart":
      return (before & SIDE_EDGE) !== 0;
    case "textEnd":
      return (after & SIDE_EDGE) !== 0;
    case "lineStart":
      return (before & (SIDE_EDGE | SIDE_LF)) !== 0;
    case "lineEnd":
      return (after & (SIDE_EDGE | SIDE_LF)) !== 0;
    case "lineStartCrlf":
      return (before & (SIDE_EDGE | SIDE_LF)) !== 0 || ((before & SIDE_CR) !== 0 && (after & SIDE_LF) === 0);
    case "lineEndCrlf":
      return (after & (SIDE_EDGE | SIDE_CR)) !== 0 || ((after & SIDE_LF) !== 0 && (before & SIDE_CR) === 0);
    default:
      return holdsForWord(look, before, after);
  }
}

function holdsForWord(look: Look, before: number, after: number): boolean {
  const bit = look.endsWith("Ascii") ? SIDE_WORD_ASCII : SIDE_WORD;
  const isBefore = (before & bit) !== 0;
  const isAfter = (after & bit) !== 0;
  switch (look.replace("Ascii", "")) {
    case "word":
      return isBefore !== isAfter;
    case "notWord":
      return isBefore === isAfter;
    case "wordStart":
      return !isBefore && isAfter;
    case "wordEnd":
      return isBefore && !isAfter;
    case "wordStartHalf":
      return !isBefore;
    default:
      return !isAfter;
  }
}
