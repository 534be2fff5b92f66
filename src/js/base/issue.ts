import type { ErrorCode } from "./error-codes.ts";

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
}
