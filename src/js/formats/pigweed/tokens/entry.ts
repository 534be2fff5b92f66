import { compareText } from "../../../base/text.ts";
import { compareCodePoints } from "./unicode.ts";

/** One tokenized string of a token database. Plain data. */
export interface TokenEntry {
  /** 0 … 2^32-1; a CSV file may hold other integers, which no message can carry. */
  readonly token: number;
  /** Domain without white space; empty is the default domain. */
  readonly domain: string;
  readonly string: string;
  /** When the string left the sources: `YYYY-MM-DD`, rarely with `THH:MM:SS.ffffff`; null while it is present. */
  readonly removed: string | null;
}

/** Sorts after every real date: a present string beats every removed one. */
const PRESENT = "~";

/** Newest first: present, then the latest removal. */
export function compareRemoval(a: string | null, b: string | null): number {
  return compareText(b ?? PRESENT, a ?? PRESENT);
}

/** Order of a written database: domain, token, newest removal first, string. */
export function compareEntries(a: TokenEntry, b: TokenEntry): number {
  return (
    compareCodePoints(a.domain, b.domain) ||
    a.token - b.token ||
    compareRemoval(a.removed, b.removed) ||
    compareCodePoints(a.string, b.string)
  );
}

/** Order in which the entries of one token are tried: domain, then string (specification section 13.3). */
export function compareCandidates(a: TokenEntry, b: TokenEntry): number {
  return compareCodePoints(a.domain, b.domain) || compareCodePoints(a.string, b.string);
}

/** A token as databases write it: at least eight hex digits, lower case. */
export function renderToken(token: number): string {
  const digits = Math.abs(token).toString(16);
  return token < 0 ? `-${digits.padStart(7, "0")}` : digits.padStart(8, "0");
}
