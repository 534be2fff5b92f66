import type { SendReport } from "./outbox-filing.ts";
import type { PendingReport } from "./report.ts";

/** The part of `fetch` that is needed. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string },
) => Promise<{ status: number }>;

/** Statuses below 500 after which trying again makes sense: timeout, conflict, too early, too many. */
const AGAIN = new Set([408, 409, 425, 429]);

/**
 * Sends to an HTTP endpoint: at least once, with an `Idempotency-Key` by which the receiver drops repetitions. What the
 * endpoint calls wrong (most of 400 to 499) is not sent again.
 */
export function httpSender(fetch: Fetch, url: string, render: (report: PendingReport) => string): SendReport {
  return async (report) => {
    const headers = { "content-type": "application/json", "idempotency-key": report.id };
    try {
      const { status } = await fetch(url, { method: "POST", headers, body: render(report) });
      if (status >= 200 && status < 300) return undefined;
      const reason = `the endpoint answered with status ${status}`;
      const isFinal = status >= 400 && status < 500 && !AGAIN.has(status);
      return isFinal ? { refused: `report ${report.id}: ${reason}` } : reason;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
