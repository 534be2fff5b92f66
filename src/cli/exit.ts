import { ERROR_CODES, type ErrorFamily } from "../js/error-codes.ts";
import { isSnapshotError } from "../js/index.ts";

/** Exit statuses; a promise to scripts, listed in the help and in docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** A rule fired, an assertion failed or a diff differs. */
  findings: 1,
  usage: 2,
  /** Nothing could be read, or strict mode refused the input. */
  input: 3,
  /** A limit was hit; what was read before it has been printed. */
  limit: 4,
  internal: 5,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly (readonly [ExitStatus, string])[] = [
  [EXIT.ok, "ok (partial reads included; their issues are on stderr)"],
  [EXIT.findings, "a rule fired, an assertion failed or a diff differs"],
  [EXIT.usage, "wrong usage, or a name that is not there"],
  [EXIT.input, "bad input: nothing could be read, or --strict refused it"],
  [EXIT.limit, "a limit was hit; what was read before it is printed"],
  [EXIT.internal, "internal error"],
  [EXIT.interrupted, "interrupted"],
];

const OF_FAMILY: Readonly<Record<ErrorFamily, ExitStatus>> = {
  input: EXIT.input,
  lookup: EXIT.usage,
  usage: EXIT.usage,
  environment: EXIT.internal,
  bug: EXIT.internal,
};

/** The status an error ends the command with. */
export function statusOf(error: unknown): ExitStatus {
  if (!isSnapshotError(error)) return EXIT.internal;
  if (error.code === "LimitExceeded") return EXIT.limit;
  if (error.code === "Cancelled") return EXIT.interrupted;
  return OF_FAMILY[ERROR_CODES[error.code]?.family ?? "bug"];
}

/** The graver of two statuses: what a command over several files ends with. */
export function worseOf(a: ExitStatus, b: ExitStatus): ExitStatus {
  return a > b ? a : b;
}
