import type { ErrorCode } from "../../../base/error-codes.ts";
import { SnapshotError, type SnapshotErrorDetails } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";

/** Takes what could not be decoded. In strict mode it throws instead, where upstream's tools would stop as well. */
export class TokenProblems {
  /** How many were reported so far: tells whether a piece of work was clean. */
  count = 0;
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
    this.onIssue?.({ code, severity: "warning", message });
  }
}
