import type { ErrorCode } from "./error-codes.ts";
import type { LimitReport, SnapshotError } from "./errors.ts";

export type IssueSeverity = "info" | "warning" | "error";

/** Something that could not be read, or was read with a doubt. Plain data; part of every result and shown first. */
export interface Issue {
  readonly code: ErrorCode;
  readonly severity: IssueSeverity;
  readonly message: string;
  /** Byte offset into the input, counted from 0. */
  readonly offset?: number;
  /** Dotted path of what is concerned. */
  readonly path?: string;
  /** Name of the input, where there are several. */
  readonly input?: string;
  /** Of `LimitExceeded`: which limit, and what it met. */
  readonly limit?: LimitReport;
}

/** An error as an issue: what it says, and where. A warning unless `about` says otherwise. */
export function issueOf(
  { code, message, offset, path, limit }: SnapshotError,
  about: Partial<Pick<Issue, "severity" | "input" | "path">> = {},
): Issue {
  return {
    code,
    severity: "warning",
    message,
    ...(offset !== undefined && { offset }),
    ...(path !== undefined && { path }),
    ...(limit !== undefined && { limit }),
    ...about,
  };
}
