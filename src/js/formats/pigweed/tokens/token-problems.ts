import type { ErrorCode } from "../../../base/error-codes.ts";
import { SnapshotError, type SnapshotErrorDetails } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../../base/limits.ts";

/** Longest part of a hostile string that a message repeats. */
const SHOWN_LENGTH = 80;

/** A string of a database or message as part of an issue's text. */
export function showString(text: string): string {
  return JSON.stringify(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
}

/**
 * Takes what could not be decoded, and hands on each problem once: a snapshot may repeat it in every log. In strict mode
 * it throws instead, where upstream's tools would stop as well.
 */
export class TokenProblems {
  /** How many were reported so far: tells whether a piece of work was clean. */
  count = 0;
  private readonly known = new Set<string>();
  private readonly strict: boolean;
  private readonly onIssue: ((issue: Issue) => void) | undefined;

  constructor(strict: boolean, onIssue: ((issue: Issue) => void) | undefined) {
    this.strict = strict;
    this.onIssue = onIssue;
  }

  /** Something upstream stops at with an exception. */
  report(code: ErrorCode, message: string, details: SnapshotErrorDetails = {}): void {
    if (this.strict) throw new SnapshotError(code, message, { format: "pigweed", ...details });
    this.note(code, message);
  }

  /** Something that is left out in either mode. */
  note(code: ErrorCode, message: string): void {
    this.count++;
    if (this.known.has(message) || this.known.size >= DEFAULT_LIMITS.issues) return;
    this.known.add(message);
    this.onIssue?.({ code, severity: "warning", message });
  }
}
