import type { Snapshot } from "../../model/snapshot.ts";

/** A piece of the sentence; what it names can be opened at `path`. */
export interface VerdictPart {
  readonly text: string;
  /** Path into the value tree. */
  readonly path?: string;
  /** Index into `stacks.contexts`. */
  readonly context?: number;
}

/** What would have made the sentence better, and what to add to get it. */
export interface MissingPiece {
  readonly what: string;
  readonly why: string;
  /** What the user can give: an ELF, a token database, a BTF file, rules. Absent: only another capture helps. */
  readonly supply?: "symbols" | "tokens" | "btf" | "rules";
  /** Of the ELF that is needed. */
  readonly buildId?: string;
  readonly path?: string;
}

/** One sentence about a snapshot: what happened, where, since when. */
export interface SnapshotVerdict {
  /** The sentence in pieces; their texts joined are the sentence. Not escaped. */
  readonly parts: readonly VerdictPart[];
  readonly severity: "failure" | "attention" | "normal" | "unknown";
  /** Something in the sentence was concluded rather than read. */
  readonly inferred: boolean;
  /** How it was concluded. */
  readonly reasons: readonly string[];
  readonly missing: readonly MissingPiece[];
}

/** What the verdict of a snapshot may take into account beyond the snapshot. */
export interface VerdictOptions {
  /** Results of rules, for the formats that are judged by them. */
  readonly rules?: RuleOutcomes | undefined;
}

export interface RuleOutcomes {
  readonly total: number;
  /** Messages of the rules that fired, worst first. */
  readonly fired: readonly string[];
}

export type VerdictOf = (snapshot: Snapshot, options: VerdictOptions) => SnapshotVerdict;

/** Collects a sentence. */
export class VerdictBuilder {
  private readonly parts: VerdictPart[] = [];
  private readonly reasons: string[] = [];
  private readonly missing: MissingPiece[] = [];

  say(text: string, place: { readonly path?: string | undefined; readonly context?: number } = {}): this {
    const { path, context } = place;
    this.parts.push({ text, ...(path !== undefined && { path }), ...(context !== undefined && { context }) });
    return this;
  }

  /** Notes how something in the sentence was concluded. */
  infer(reason: string): this {
    this.reasons.push(reason);
    return this;
  }

  lack(piece: MissingPiece): this {
    this.missing.push(piece);
    return this;
  }

  build(severity: SnapshotVerdict["severity"]): SnapshotVerdict {
    const { parts, reasons, missing } = this;
    return { parts, severity, inferred: reasons.length > 0, reasons, missing };
  }
}

/** The sentence as one text; not escaped for any output. */
export function verdictText({ parts }: Pick<SnapshotVerdict, "parts">): string {
  return parts.map((part) => part.text).join("");
}

/** `1 task`, `2 tasks`, `12,345 tasks`. */
export function countOf(count: number | bigint, one: string, many: string = `${one}s`): string {
  return `${groupDigits(count)} ${BigInt(count) === 1n ? one : many}`;
}

function groupDigits(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Texts of a snapshot are the input's choice; a sentence stays one. */
export function shorten(text: string, most = 160): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
