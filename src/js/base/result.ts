import { isSnapshotError, type SnapshotError } from "./errors.ts";

/** What the `try…` twin of a throwing call returns. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SnapshotError };

/** Runs `read`; a `SnapshotError` becomes a value, anything else is a bug and passes through. */
export function attempt<T>(read: () => T): Result<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (isSnapshotError(error)) return { ok: false, error };
    throw error;
  }
}
