import { decimalText } from "../base/decimal.ts";

export type VerdictWord = "Pass" | "Inconclusive" | "Fail";

/** One thing that spoke against a series. */
export interface Outcome {
  readonly outcome: "Fail" | "Inconclusive";
  readonly kind: "Temporal";
  /** Names label, pattern, sample, value and bound. */
  readonly message: string;
  /** The sample it is about, where it is about one. */
  readonly tag?: string;
}

/** What a check came to. Fail outweighs Inconclusive, which outweighs Pass. */
export interface Verdict {
  readonly verdict: VerdictWord;
  readonly outcomes: readonly Outcome[];
  /** What was left out of the judgement, and why. */
  readonly notes: readonly string[];
}

export class VerdictBuilder {
  private readonly outcomes: Outcome[] = [];
  private readonly notes: string[] = [];
  private readonly subject: string;

  /** @param subject label and pattern, the start of every message. */
  constructor(subject: string) {
    this.subject = subject;
  }

  fail(message: string, tag?: string): this {
    return this.add("Fail", message, tag);
  }
  inconclusive(message: string, tag?: string): this {
    return this.add("Inconclusive", message, tag);
  }
  note(message: string): this {
    this.notes.push(`${this.subject}: ${message}`);
    return this;
  }

  build(): Verdict {
    const { outcomes, notes } = this;
    return { verdict: worst(outcomes.map(({ outcome }) => outcome)), outcomes, notes };
  }

  private add(outcome: Outcome["outcome"], message: string, tag: string | undefined): this {
    const text = `${this.subject}: ${message}`;
    this.outcomes.push({ outcome, kind: "Temporal", message: text, ...(tag !== undefined && { tag }) });
    return this;
  }
}

function worst(words: readonly VerdictWord[]): VerdictWord {
  if (words.includes("Fail")) return "Fail";
  return words.includes("Inconclusive") ? "Inconclusive" : "Pass";
}

/** All outcomes and notes of several checks as one. */
export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  return {
    verdict: worst(verdicts.map(({ verdict }) => verdict)),
    outcomes: verdicts.flatMap(({ outcomes }) => outcomes),
    notes: verdicts.flatMap(({ notes }) => notes),
  };
}

/** A value as messages print it. */
export function valueText(value: unknown): string {
  return typeof value === "number" ? decimalText(value) : String(value);
}
