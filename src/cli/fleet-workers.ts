import { Worker } from "node:worker_threads";
import { type ErrorReport, fromErrorReport, type Limits, SnapshotError } from "../js/index.ts";
import type { Call } from "./command.ts";
import type { FleetDigest } from "./fleet-digests.ts";
import type { FleetEntry } from "./fleet-entries.ts";

/** What became of one entry. */
export type FleetAnswer =
  | { readonly ok: true; readonly digests: readonly FleetDigest[] }
  | { readonly ok: false; readonly error: ErrorReport };

/** What a worker is started with: the command line, out of which it reads tokens, artifacts and rules of its own. */
export interface FleetCall {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly limits: Limits;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** stderr is a terminal: warnings may be coloured. */
  readonly isTTY: boolean;
}

/** What a worker posts: once what it said while it read its options, then answers in the order of the questions. */
export type FleetMessage =
  | { readonly kind: "ready"; readonly stderr: string }
  | { readonly kind: "answers"; readonly answers: readonly FleetAnswer[] }
  | { readonly kind: "failed"; readonly error: ErrorReport };

interface Waiting {
  resolve(answers: readonly FleetAnswer[]): void;
  reject(error: unknown): void;
}

/** Threads that read, decode and sign files, each with options of its own: artifacts are read once by every one. */
export class FleetWorkers {
  private readonly workers: readonly FleetWorker[];

  private constructor(workers: readonly FleetWorker[]) {
    this.workers = workers;
  }

  /** @throws SnapshotError what is wrong with the options, and `WorkerFailed` */
  static async start(call: Call, count: number): Promise<FleetWorkers> {
    const { options, operands, limits, host } = call;
    const { isTTY = false } = host.stderr;
    const data: FleetCall = { ...options.plain(), operands, limits, cwd: host.cwd, env: { ...host.env }, isTTY };
    const workers = Array.from({ length: count }, () => new FleetWorker(data));
    const pool = new FleetWorkers(workers);
    const stop = (): void => pool.close();
    call.signal.addEventListener("abort", stop, { once: true });
    try {
      const said = await Promise.all(workers.map(({ ready }) => ready));
      // All of them read the same options and say the same.
      host.stderr.write(said[0] ?? "");
      return pool;
    } catch (error) {
      pool.close();
      throw error;
    }
  }

  /** Posted to the worker with the least to do. */
  ask(entries: readonly FleetEntry[]): Promise<readonly FleetAnswer[]> {
    const worker = this.workers.reduce((least, one) => (one.load < least.load ? one : least));
    const answers = worker.ask(entries);
    // An answer that nobody waits for any more may still fail.
    answers.catch(() => {});
    return answers;
  }

  close(): void {
    for (const worker of this.workers) worker.close();
  }
}

class FleetWorker {
  readonly ready: Promise<string>;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: unknown;

  constructor(data: FleetCall) {
    this.worker = new Worker(workerScript(), { workerData: data });
    this.ready = new Promise((resolve, reject) => {
      this.worker.on("message", (message: FleetMessage) => {
        if (message.kind === "ready") resolve(message.stderr);
        else if (message.kind === "answers") this.waiting.shift()?.resolve(message.answers);
        else this.fail(fromErrorReport(message.error), reject);
      });
      this.worker.on("error", (error) => this.fail(workerFailed(error.message), reject));
      this.worker.on("exit", (code) => this.fail(workerFailed(`it left with status ${code}`), reject));
    });
    this.ready.catch(() => {});
  }

  /** Questions without an answer. */
  get load(): number {
    return this.waiting.length;
  }

  ask(entries: readonly FleetEntry[]): Promise<readonly FleetAnswer[]> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(entries);
    });
  }

  close(): void {
    void this.worker.terminate();
  }

  private fail(error: unknown, refuse: (error: unknown) => void): void {
    this.failure ??= error;
    refuse(this.failure);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

function workerFailed(reason: string): SnapshotError {
  return new SnapshotError("WorkerFailed", `the worker ended: ${reason}`, { fields: { reason } });
}

/** Chunks of the command lie one folder below the script. */
function workerScript(): URL {
  const here = new URL(".", import.meta.url);
  return new URL("./fleet-worker.js", here.pathname.endsWith("/chunks/") ? new URL("..", here) : here);
}
