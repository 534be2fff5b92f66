import { locate } from "./source-text.ts";

export type DiagnosticSeverity = "error" | "warning" | "note";

/** Something about a rule file, with its place. */
export interface Diagnostic {
  /** A stable word for the kind, e.g. `unknown-name`. */
  readonly rule: DiagnosticRule;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, UTF-16 units. */
  readonly column: number;
  readonly offset: number;
  readonly suggestion?: string;
  /** What Fuchsia's engine says; only where it refuses the rules too. */
  readonly upstream?: string;
}

/** Every kind of diagnostic. The first group refuses the rules at load, the others come from the checker. */
export type DiagnosticRule =
  | "malformed-file"
  | "malformed-section"
  | "malformed-expression"
  | "malformed-selector"
  | "malformed-action"
  | "malformed-trial"
  | "malformed-message"
  | "duplicate-name"
  | "limit"
  | "unknown-name"
  | "unknown-namespace"
  | "unreachable-namespace"
  | "wrong-arity"
  | "wrong-kind"
  | "not-a-function"
  | "cycle"
  | "malformed-regex"
  | "unused-metric"
  | "unreachable-alternative"
  | "constant-trigger"
  | "shadowed-parameter"
  | "foreign-scope"
  | "not-unwrapped"
  | "long-signature"
  | "duplicate-key"
  | "unknown-member"
  | "unknown-action"
  | "untested-action";

export interface DiagnosticOptions {
  readonly rule: DiagnosticRule;
  readonly severity?: DiagnosticSeverity;
  readonly message: string;
  readonly suggestion?: string | undefined;
  readonly upstream?: string | undefined;
}

export function diagnosticAt(file: string, text: string, offset: number, options: DiagnosticOptions): Diagnostic {
  const { rule, severity = "error", message, suggestion, upstream } = options;
  return {
    rule,
    severity,
    message,
    file,
    ...locate(text, offset),
    offset,
    ...(suggestion !== undefined && { suggestion }),
    ...(upstream !== undefined && { upstream }),
  };
}
