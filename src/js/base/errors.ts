import type { ErrorCode } from "./error-codes.ts";
import type { FormatId } from "./format-id.ts";

export interface LimitReport {
  readonly name: string;
  readonly max: number;
  readonly actual: number;
}

export interface SnapshotErrorDetails {
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly format?: FormatId | undefined;
  /** Byte offset into the input, counted from 0. */
  readonly offset?: number | undefined;
  readonly path?: string | undefined;
  /** What was there instead of a missing name. */
  readonly available?: readonly string[] | undefined;
  readonly limit?: LimitReport | undefined;
  readonly cause?: unknown;
}

/** The one error class of the library. Callers match `code`, never the text. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code: ErrorCode;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly format?: FormatId;
  readonly offset?: number;
  readonly path?: string;
  readonly available?: readonly string[];
  readonly limit?: LimitReport;

  constructor(code: ErrorCode, message: string, details: SnapshotErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.fields = details.fields ?? {};
    if (details.format !== undefined) this.format = details.format;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.path !== undefined) this.path = details.path;
    if (details.available !== undefined) this.available = details.available;
    if (details.limit !== undefined) this.limit = details.limit;
  }
}

/** Tests the shape, not the class, so that it holds across duplicate copies of the library. */
export function isSnapshotError(x: unknown): x is SnapshotError {
  return (
    typeof x === "object" &&
    x !== null &&
    (x as { name?: unknown }).name === "SnapshotError" &&
    typeof (x as { code?: unknown }).code === "string"
  );
}

/** The plain form of an error: what crosses a worker boundary and what `--json` prints. Only filled entries exist. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly format?: FormatId;
  readonly offset?: number;
  readonly path?: string;
  readonly available?: readonly string[];
  readonly limit?: LimitReport;
}

export function toErrorReport(error: SnapshotError): ErrorReport {
  return {
    code: error.code,
    message: error.message,
    ...(Object.keys(error.fields).length > 0 && { fields: error.fields }),
    ...(error.format !== undefined && { format: error.format }),
    ...(error.offset !== undefined && { offset: error.offset }),
    ...(error.path !== undefined && { path: error.path }),
    ...(error.available !== undefined && { available: error.available }),
    ...(error.limit !== undefined && { limit: error.limit }),
  };
}

/** The inverse of `toErrorReport`. */
export function fromErrorReport(report: ErrorReport): SnapshotError {
  const { code, message, ...details } = report;
  return new SnapshotError(code as ErrorCode, message, details);
}
