import { SnapshotError } from "../../base/errors.ts";
import type { SendReport } from "./outbox-filing.ts";
import { type Filing, MAX_PENDING, PendingQueue, type PendingReport, tooManyPending } from "./report.ts";

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
    const failures: string[] = [];
    for (let [next] = this.queue.items; next !== undefined; [next] = this.queue.items) {
      const failure = await this.send(next);
      if (typeof failure === "string") return [...failures, failure];
      if (failure !== undefined) failures.push(failure.refused);
      this.queue.shift();
    }
    return failures;
  }
}
