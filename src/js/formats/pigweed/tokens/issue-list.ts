import type { ErrorCode } from "../../../base/error-codes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../../base/limits.ts";

/** Collects what is wrong with one file: the first ones in full, the rest as a number. In strict mode the first throws. */
export class IssueList {
  private readonly kept: Issue[] = [];
  private dropped = 0;
  private readonly input: string | undefined;
  private readonly strict: boolean;

  constructor(input: string | undefined, strict: boolean) {
    this.input = input;
    this.strict = strict;
  }

  /** @param reason what was found and what was expected */
  add(code: ErrorCode, doing: string, reason: string, offset: number): void {
    const message = `${doing}: ${reason}, at ${offset}`;
    if (this.strict) throw new SnapshotError(code, message, { format: "pigweed", offset, fields: { reason } });
    this.addIssue({ code, severity: "warning", message, offset });
  }

  /** An error that ended a part of the reading. */
  addError(error: SnapshotError): void {
    if (this.strict) throw error;
    const { code, message, offset } = error;
    this.addIssue({ code, severity: "warning", message, ...(offset !== undefined && { offset }) });
  }

  addIssue(issue: Issue): void {
    if (this.kept.length >= DEFAULT_LIMITS.issues) this.dropped++;
    else this.kept.push(this.input === undefined ? issue : { ...issue, input: this.input });
  }

  get issues(): readonly Issue[] {
    if (this.dropped === 0) return this.kept;
    const message = `reading a token database: ${this.dropped} further problems of this kind`;
    return [...this.kept, { code: "LimitExceeded", severity: "info", message }];
  }
}
