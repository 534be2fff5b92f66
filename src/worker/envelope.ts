import { type ErrorReport, fromErrorReport, isSnapshotError, toErrorReport, VERSION } from "../js/index.ts";

/**
 * What every call of the worker answers with. An error thrown across the boundary would keep its name and message only,
 * so errors travel as plain reports and are thrown again on the other side.
 */
export type Envelope<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorReport };

/** Runs `work`; whatever it throws becomes a report. Never throws. */
export async function seal<T>(work: () => Promise<T> | T): Promise<Envelope<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: reportOf(error) };
  }
}

/** The value, or the error thrown with every field it had. */
export function unseal<T>(envelope: Envelope<T>): T {
  if (envelope.ok) return envelope.value;
  throw fromErrorReport(envelope.error);
}

function reportOf(error: unknown): ErrorReport {
  if (isSnapshotError(error)) return toErrorReport(error);
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "InternalError", message: `please report this bug of coldframe ${VERSION}: ${cause}` };
}
