import { compareCandidates, type TokenEntry } from "./entry.ts";
import { type FormatPlan, parseFormat } from "./format-plan.ts";
import type { TokenDatabase } from "./token-database.ts";

/** An entry with its format, parsed when first needed. */
export class Candidate {
  readonly entry: TokenEntry;
  private parsed: FormatPlan | undefined = undefined;

  constructor(entry: TokenEntry) {
    this.entry = entry;
  }

  get plan(): FormatPlan {
    this.parsed ??= parseFormat(this.entry.string);
    return this.parsed;
  }
}

const NONE: readonly Candidate[] = [];

/** Entries by token, each list in the order in which entries are tried. */
export class TokenIndex {
  private readonly byToken = new Map<number, Candidate[]>();

  constructor(database: TokenDatabase) {
    for (const entry of database.entries) {
      const known = this.byToken.get(entry.token);
      if (known === undefined) this.byToken.set(entry.token, [new Candidate(entry)]);
      else known.push(new Candidate(entry));
    }
    for (const candidates of this.byToken.values()) {
      if (candidates.length > 1) candidates.sort((a, b) => compareCandidates(a.entry, b.entry));
    }
  }

  get isEmpty(): boolean {
    return this.byToken.size === 0;
  }

  /** Entries of a token in all domains. */
  find(token: number): readonly Candidate[] {
    return this.byToken.get(token) ?? NONE;
  }

  /** The entry of a token in one domain if there is exactly one. */
  findOnly(domain: string, token: number): Candidate | undefined {
    const candidates = this.find(token).filter((candidate) => candidate.entry.domain === domain);
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}
