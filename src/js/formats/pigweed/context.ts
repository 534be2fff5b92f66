import type { ErrorCode } from "../../base/error-codes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { TextSink } from "../../base/text-sink.ts";
import type { Symbolizer } from "../../model/symbols.ts";
import type { FormatPlan } from "./tokens/format-plan.ts";

/** Turns the bytes of an optionally tokenized field into text. */
export interface FieldDecoder {
  /** Text of `bytes[start, end)`. In strict mode it throws where upstream gives up. */
  decodeField(bytes: Uint8Array, start?: number, end?: number): string;
  /** The format of `bytes[start, end)` if `writePlain` can write it: plain text that is not empty. */
  plainFormat?(bytes: Uint8Array, start: number, end: number): FormatPlan | undefined;
  /** Writes what `decodeField` would return, making no string of it. @param format what `plainFormat` gave */
  writePlain?(format: FormatPlan, sink: TextSink, bytes: Uint8Array, start: number, end: number): void;
}

/** What reading one snapshot of a file needs besides its message. */
export interface ReadContext {
  readonly fields: FieldDecoder;
  readonly symbolizer: Symbolizer | undefined;
  /** Dotted path of the snapshot in the file, with a final dot; empty for the outermost. */
  readonly path: string;
  readonly budget: ItemBudget;
  /** In strict mode this throws what it is given. */
  report(issue: Issue): void;
}

/**
 * Bounds what is built for a report: three hostile bytes can ask for a thread with all its lines. Shared by a snapshot
 * and its related ones.
 */
export class ItemBudget {
  private left: number;
  private isReported = false;
  private readonly max: number;

  /** @param max limit `reportItems` */
  constructor(max: number) {
    this.left = max;
    this.max = max;
  }

  /** How many of `count` items may be built; fewer than asked for are reported. */
  take(count: number, path: string, context: Pick<ReadContext, "report">): number {
    const taken = Math.min(count, this.left);
    this.left -= taken;
    if (taken < count && !this.isReported) {
      this.isReported = true;
      const message = `${path}: only ${taken} of ${count} are read, the limit reportItems=${this.max} is reached`;
      context.report(problem("LimitExceeded", message, path));
    }
    return taken;
  }
}

/** A reporter that collects up to `most` issues, or in strict mode throws the first that is an error. */
export function reporter(strict: boolean, issues: Issue[], most: number): (issue: Issue) => void {
  return (issue) => {
    if (strict && issue.severity === "error") throw toError(issue);
    if (issues.length < most) issues.push(issue);
  };
}

function toError(issue: Issue): SnapshotError {
  return new SnapshotError(issue.code, issue.message, {
    format: "pigweed",
    offset: issue.offset,
    path: issue.path,
  });
}

export function problem(code: ErrorCode, message: string, path: string, offset?: number): Issue {
  return { code, severity: "error", message, path, ...(offset !== undefined && { offset }) };
}
