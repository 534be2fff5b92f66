import type { TextSink } from "../../../base/text-sink.ts";
import { compareRemoval, type TokenEntry } from "./entry.ts";
import type { FormatPlan } from "./format-plan.ts";
import type { MessageFormatter } from "./message-format.ts";
import type { Candidate, TokenIndex } from "./token-index.ts";
import { showString, type TokenProblems } from "./token-problems.ts";

/** One entry tried on a message. */
export interface Attempt {
  readonly candidate: Candidate;
  readonly text: string;
  /** One set of `ARGUMENT_STATUS` bits per specifier. */
  readonly statuses: readonly number[];
  readonly failed: number;
  /** Bytes left over after the last argument. */
  readonly remaining: number;
}

/** Entries of one token that are tried; more would let a database of nothing else make every message slow. */
const MOST_CANDIDATES = 1000;
const TOKEN_BYTES = 4;

/** The token of a message: four bytes little-endian, a shorter one filled with zeros. */
export function readToken(bytes: Uint8Array, start: number, end: number): number {
  let token = bytes[start] ?? 0;
  if (end - start > 1) token |= bytes[start + 1]! << 8;
  if (end - start > 2) token |= bytes[start + 2]! << 16;
  if (end - start > 3) token |= bytes[start + 3]! << 24;
  return token >>> 0;
}

/** Success first, then nothing left over, fewest failures, most arguments, present or removed last. */
function compareAttempts(a: Attempt, b: Attempt): number {
  return (
    Number(isSuccess(b)) - Number(isSuccess(a)) ||
    Number(b.remaining === 0) - Number(a.remaining === 0) ||
    a.failed - b.failed ||
    b.statuses.length - a.statuses.length ||
    compareRemoval(a.candidate.entry.removed, b.candidate.entry.removed)
  );
}

/** All arguments decoded and no byte left over. */
export function isSuccess(attempt: Attempt): boolean {
  return attempt.failed === 0 && attempt.remaining === 0;
}

/** Decodes binary messages by a database, collisions scored (specification section 13.3); no nested tokens. */
export class TokenMessages {
  /** The last text of `bestText` is printable and holds no `$`, as far as its format tells. */
  isPlain = false;
  private readonly index: TokenIndex;
  private readonly formatter: MessageFormatter;
  private readonly problems: TokenProblems;

  constructor(index: TokenIndex, formatter: MessageFormatter, problems: TokenProblems) {
    this.index = index;
    this.formatter = formatter;
    this.problems = problems;
  }

  /**
   * All entries of the token of the message in `bytes[start, end)`, best first; none for an empty message.
   * @param expand applied to every text in the order in which entries are tried
   */
  attempts(bytes: Uint8Array, start: number, end: number, expand?: (text: string) => string): readonly Attempt[] {
    if (start === end) return [];
    const token = readToken(bytes, start, end);
    const attempts = this.candidates(token).map((candidate) => {
      const text = this.formatOne(candidate, bytes, start, end);
      const { failed, remaining, statuses } = this.formatter;
      return { candidate, text: expand === undefined ? text : expand(text), statuses, failed, remaining };
    });
    return attempts.length > 1 ? attempts.sort(compareAttempts) : attempts;
  }

  /** The text of the best entry, or undefined if the token is unknown. */
  bestText(bytes: Uint8Array, start: number, end: number): string | undefined {
    if (start === end) return undefined;
    const candidates = this.index.find(readToken(bytes, start, end));
    if (candidates.length === 0) return undefined;
    this.isPlain = candidates.length === 1 && candidates[0]!.plan.isPlain;
    if (candidates.length === 1) return this.formatOne(candidates[0]!, bytes, start, end);
    return this.attempts(bytes, start, end)[0]!.text;
  }

  /** The format of a message that `write` can write; undefined for all others. */
  plainFormat(bytes: Uint8Array, start: number, end: number): FormatPlan | undefined {
    if (start === end) return undefined;
    const candidates = this.index.find(readToken(bytes, start, end));
    if (candidates.length !== 1) return undefined;
    const { plan } = candidates[0]!;
    return this.formatter.isWritable(plan) ? plan : undefined;
  }

  /** Writes the text of a message. @param plan what `plainFormat` gave for it */
  write(plan: FormatPlan, sink: TextSink, bytes: Uint8Array, start: number, end: number): void {
    this.formatter.write(plan, sink, bytes, start + TOKEN_BYTES, end);
  }

  /** Entries of a token in all domains, in the order in which they are tried. */
  entriesOf(token: number): readonly TokenEntry[] {
    return this.index.find(token).map((candidate) => candidate.entry);
  }

  private candidates(token: number): readonly Candidate[] {
    const candidates = this.index.find(token);
    if (candidates.length <= MOST_CANDIDATES) return candidates;
    this.problems.note(
      "LimitExceeded",
      `decoding token ${token.toString(16).padStart(8, "0")}: ${candidates.length} entries have it, the first ${MOST_CANDIDATES} are tried`,
    );
    return candidates.slice(0, MOST_CANDIDATES);
  }

  private formatOne(candidate: Candidate, bytes: Uint8Array, start: number, end: number): string {
    const text = this.formatter.format(candidate.plan, bytes, start + TOKEN_BYTES, end);
    const problem = this.formatter.problem;
    if (problem === "star") {
      this.problems.report(
        "StarArgumentFailed",
        `formatting ${showString(candidate.entry.string)}: the argument for a * is missing or cannot be used`,
        { fields: { format: candidate.entry.string } },
      );
    } else if (problem === "length") {
      this.problems.note(
        "LimitExceeded",
        `formatting ${showString(candidate.entry.string)}: a width or precision is over the limit textLength`,
      );
    }
    return text;
  }
}
