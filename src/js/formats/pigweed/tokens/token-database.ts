import type { Issue } from "../../../base/issue.ts";
import { compareEntries, compareRemoval, type TokenEntry } from "./entry.ts";

/**
 * A token database: plain, cloneable data. `mergeTokens` makes one of what the readers return; a `Detokenizer` builds
 * its lookup index from it.
 */
export interface TokenDatabase {
  /** Unique by domain, token and string; sorted by domain, token, newest removal first, string. */
  readonly entries: readonly TokenEntry[];
  /** What could not be read. */
  readonly issues: readonly Issue[];
}

/** What one file holds, in the file's order and with its repetitions. */
export interface TokenFile {
  readonly entries: readonly TokenEntry[];
  readonly issues: readonly Issue[];
}

export interface TokenReadOptions {
  /**
   * Follow upstream's reader where it stops or reads on past the end, and throw where it would; default false: keep
   * what can be read and list issues.
   */
  readonly strict?: boolean;
  /** Name of the file for messages. */
  readonly name?: string;
}

export const NO_TOKENS: TokenDatabase = { entries: [], issues: [] };

/**
 * One database of several files (specification section 15): of equal entries the one without a removal date wins,
 * else the later date.
 */
export function mergeTokens(files: readonly TokenFile[]): TokenDatabase {
  const unique = new Map<string, TokenEntry>();
  for (const file of files) {
    for (const entry of file.entries) {
      const key = `${entry.token}\0${entry.domain}\0${entry.string}`;
      const known = unique.get(key);
      if (known === undefined || compareRemoval(entry.removed, known.removed) < 0) unique.set(key, entry);
    }
  }
  return { entries: [...unique.values()].sort(compareEntries), issues: files.flatMap((file) => file.issues) };
}
