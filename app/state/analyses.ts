import { type ErrorReport, fromErrorReport } from "coldframe";
import { proxy, type Remote, releaseProxy, wrap } from "comlink";
import type { Analyst, AnalystCall, AnalystProgress } from "../tasks/analyst.ts";
import { Images } from "../tasks/images.ts";
import type { Task } from "../tasks/task.ts";
import type { Store } from "./store.ts";
import type { Opened, Work } from "./types.ts";

/** Inputs up to so many bytes are analysed by the page: nothing in it takes as long as a second worker would. */
const SMALL_BYTES = 1_048_576;
/** How long a call that nobody waits for any more may go on: nothing interrupts a running task. */
const GRACE_MS = 250;

interface Running {
  readonly worker: Worker;
  /** Kept for as long as the worker lives: a call on a proxy that is collected may never answer. */
  readonly remote: Remote<Analyst>;
  readonly pending: Set<Pending>;
}

interface Pending {
  readonly call: AnalystCall;
  progress(step: AnalystProgress): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Long work over what is open: on the page where it is short, else in a worker that can be stopped. */
export class Analyses {
  private readonly store: Store;
  private readonly spawn: () => Worker;
  private readonly images = new Images();
  /** Calls that the worker has answered, whether or not anybody still waited. */
  private readonly answered = new WeakSet<Pending>();
  private running: Running | undefined;

  constructor(store: Store, scriptUrl: (name: string) => URL) {
    this.store = store;
    this.spawn = () => new Worker(scriptUrl("analyst-entry.js"), { type: "module" });
  }

  /**
   * @param subjects what the task is about; at least one
   * @throws SnapshotError what the task throws; `Cancelled`, `WorkerFailed`; the signal's reason
   */
  async run<Args, Result>(
    task: Task<Args, Result>,
    subjects: readonly Opened[],
    args: Args,
    signal?: AbortSignal,
  ): Promise<Result> {
    const here = this.runHere(task, subjects, args);
    if (here !== undefined) return here;
    const bytes = sizeOf(subjects);
    const call = { task: task.id, args, subjects: subjects.map(({ reading, ix }) => ({ reading, ix })) };
    // The worker has the same task under this id, and it answers with what that task returns.
    return (await this.ask(call, { what: task.what, bytes, signal })) as Result;
  }

  /** What the page does by itself; undefined where it is the worker's. */
  runHere<Args, Result>(
    task: Task<Args, Result>,
    subjects: readonly Opened[],
    args: Args,
  ): Result | Promise<Result> | undefined {
    if (task.aside === true || sizeOf(subjects) > SMALL_BYTES) return undefined;
    const symbols = () => this.images.of(subjects[0]!.reading.artifacts);
    return task.run({ snapshots: subjects.map(({ snapshot }) => snapshot), symbols }, args);
  }

  private ask(
    call: AnalystCall,
    { what, bytes, signal }: { what: string; bytes: number; signal: AbortSignal | undefined },
  ): Promise<unknown> {
    const { store } = this;
    const startedAt = performance.now();
    const cancel = (): void => this.fail(fromErrorReport({ code: "Cancelled", message: `${what}: stopped` }));
    let shown: Work | undefined;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal?.removeEventListener("abort", onAbort);
        this.running?.pending.delete(pending);
        if (store.work.value === shown) store.work.value = undefined;
      };
      const pending: Pending = {
        call,
        progress({ stage, doneBytes }) {
          // Another work that is shown already stays.
          if (store.work.value !== shown) return;
          shown = { what: stage, doneBytes, totalBytes: bytes, startedAt, cancel };
          store.work.value = shown;
        },
        resolve(value) {
          settle();
          resolve(value);
        },
        reject(error) {
          settle();
          reject(error);
        },
      };
      const onAbort = (): void => {
        pending.reject(signal!.reason);
        this.leave(pending);
      };
      signal?.addEventListener("abort", onAbort);
      pending.progress({ stage: what, doneBytes: 0 });
      this.post(pending);
    });
  }

  private post(pending: Pending): void {
    this.running ??= this.start();
    const { running } = this;
    running.pending.add(pending);
    running.remote.run(pending.call, proxy(pending.progress)).then(
      (answer) => {
        this.answered.add(pending);
        if (answer.ok) pending.resolve(answer.value);
        else pending.reject(fromErrorReport(answer.error));
      },
      (error: unknown) => pending.reject(error),
    );
  }

  /** A call that was given up: if it does not end soon, those behind it are asked of a new worker. */
  private leave(left: Pending): void {
    const { running } = this;
    setTimeout(() => {
      if (this.answered.has(left) || running === undefined || running !== this.running) return;
      const waiting = [...running.pending];
      this.end(running);
      for (const pending of waiting) this.post(pending);
    }, GRACE_MS);
  }

  private start(): Running {
    const worker = this.spawn();
    worker.addEventListener("error", (event) => {
      const reason = event.message || "its script could not be loaded";
      const report: ErrorReport = { code: "WorkerFailed", message: `the worker ended: ${reason}`, fields: { reason } };
      this.fail(fromErrorReport(report));
    });
    return { worker, remote: wrap<Analyst>(worker), pending: new Set() };
  }

  /** Stops the worker; all who wait for it are told. */
  private fail(error: unknown): void {
    const { running } = this;
    if (running === undefined) return;
    this.end(running);
    for (const pending of [...running.pending]) pending.reject(error);
  }

  private end(running: Running): void {
    this.running = undefined;
    running.remote[releaseProxy]();
    running.worker.terminate();
  }
}

function sizeOf(subjects: readonly Opened[]): number {
  return subjects.reduce(
    (sum, { snapshot: { inputs } }) => sum + inputs.reduce((own, one) => own + one.byteLength, 0),
    0,
  );
}
