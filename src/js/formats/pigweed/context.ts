import type { ErrorCode } from "../../base/error-codes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { Symbolizer } from "../../model/symbols.ts";

/** Turns the bytes of an optionally tokenized field into text. */
export interface FieldDecoder {
  /** Text of `bytes[start, end)`. In strict mode it throws where upstream gives up. */
  decodeField(bytes: Uint8Array, start?: number, end?: number): string;
}

/** What reading one snapshot of a file needs besides its message. */
export interface ReadContext {
  readonly fields: FieldDecoder;
  readonly symbolizer: Symbolizer | undefined;
  /** Dotted path of the snapshot in the file, with a final dot; empty for the outermost. */
  readonly path: string;
  /** In strict mode this throws what it is given. */
  report(issue: Issue): void;
}

/** A reporter that collects, or in strict mode throws, what could not be read. */
export function reporter(strict: boolean, issues: Issue[]): (issue: Issue) => void {
  return (issue) => {
    if (strict && issue.severity === "error") throw toError(issue);
    issues.push(issue);
  };
}

export function toError(issue: Issue): SnapshotError {
  return new SnapshotError(issue.code, issue.message, {
    format: "pigweed",
    offset: issue.offset,
    path: issue.path,
  });
}

export function problem(code: ErrorCode, message: string, path: string, offset?: number): Issue {
  return { code, severity: "error", message, path, ...(offset !== undefined && { offset }) };
}
