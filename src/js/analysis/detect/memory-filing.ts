import { SnapshotError } from "../../base/errors.ts";
import { type Filing, MAX_PENDING, PendingQueue, type PendingReport, tooManyPending } from "./report.ts";

/** Sends one report. @returns why it failed, or undefined */
export type SendReport = (report: PendingReport) => Promise<string | undefined>;

/** Keeps reports in memory until they are sent: for tests, and for hosts that keep the pending reports themselves. */
export class MemoryFiling implements Filing {
  private readonly queue: PendingQueue<PendingReport>;
  private readonly max: number;
  private readonly send: SendReport;

  constructor(send: SendReport, pending: readonly PendingReport[] = [], max: number = MAX_PENDING) {
    this.send = send;
    this.max = max;
    this.queue = new PendingQueue(max);
    for (const report of pending) this.queue.push(report);
  }

  async accept(report: PendingReport): Promise<void> {
    if (!this.queue.push(report)) throw new SnapshotError("FilingFailed", tooManyPending(this.max));
  }

  async pending(): Promise<readonly PendingReport[]> {
    return this.queue.items;
  }

  async flush(): Promise<readonly string[]> {
    for (let [next] = this.queue.items; next !== undefined; [next] = this.queue.items) {
      const failure = await this.send(next);
      if (failure !== undefined) return [failure];
      this.queue.shift();
    }
    return [];
  }
}

/** The part of `fetch` that is needed. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string },
) => Promise<{ status: number }>;

/** Sends to an HTTP endpoint: at least once, with an `Idempotency-Key` by which the receiver drops repetitions. */
export function httpSender(fetch: Fetch, url: string, render: (report: PendingReport) => string): SendReport {
  return async (report) => {
    const headers = { "content-type": "application/json", "idempotency-key": report.id };
    try {
      const { status } = await fetch(url, { method: "POST", headers, body: render(report) });
      return status >= 200 && status < 300 ? undefined : `the endpoint answered with status ${status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
