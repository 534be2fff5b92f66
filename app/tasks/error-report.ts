import { type ErrorReport, isSnapshotError, toErrorReport } from "coldframe";

/** What went wrong, in the form of the library; a bug as such. */
export function errorReport(error: unknown): ErrorReport {
  if (isSnapshotError(error)) return toErrorReport(error);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "InternalError", message };
}
