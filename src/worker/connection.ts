import { type Endpoint, type Remote as Proxied, releaseProxy, transfer, wrap } from "comlink";
import { SnapshotError } from "../js/index.ts";
import { type Envelope, unseal } from "./envelope.ts";
import type { Remote } from "./remote.ts";

/** A running worker: where to post, how to stop it, and how it says that it died. */
export interface WorkerPort {
  readonly endpoint: Endpoint;
  terminate(): void;
  onFailure(listener: (reason: string) => void): void;
}

/** One call of the other side. */
export interface WorkerCall<M extends object, T> {
  /** What is posted; `id` is what `cancel` names it by. */
  message(id: number): M;
  /** Buffers of the message that are handed over instead of copied. */
  readonly handedOver?: readonly ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
  send(remote: Proxied<Remote>, message: M): Promise<Envelope<T>>;
}

/** A worker that is started at the first call and replaced after it crashed or was stopped. */
export interface Connection {
  /** @throws SnapshotError `WorkerFailed`, `WorkerTimeout`, `Cancelled`, `UsageError` and what the other side threw. */
  call<M extends object, T>(call: WorkerCall<M, T>): Promise<T>;
  close(): void;
}

/** How long a cancelled call may take to notice. */
const GRACE_MS = 250;

interface Running {
  readonly port: WorkerPort;
  /** Kept for as long as the worker lives: a call on a proxy that is collected may never answer. */
  readonly remote: Proxied<Remote>;
  readonly pending: Set<(error: SnapshotError) => void>;
  /** A worker that is stopped still says that it has ended. */
  isStopped: boolean;
}

export function connect(spawn: () => WorkerPort, timeoutMs: number): Connection {
  let running: Running | undefined;
  let lastId = 0;

  const start = (): Running => {
    const port = spawn();
    const started: Running = { port, remote: wrap<Remote>(port.endpoint), pending: new Set(), isStopped: false };
    port.onFailure((reason) => stop(started, reason));
    return started;
  };

  const stop = (stopped: Running, reason: string): void => {
    if (stopped.isStopped) return;
    stopped.isStopped = true;
    if (running === stopped) running = undefined;
    stopped.remote[releaseProxy]();
    stopped.port.terminate();
    const error = new SnapshotError("WorkerFailed", `the worker ended: ${reason}`, { fields: { reason } });
    for (const fail of stopped.pending) fail(error);
    stopped.pending.clear();
  };

  const ask = <M extends object, T>(asked: Running, { message, handedOver, signal, send }: WorkerCall<M, T>) =>
    new Promise<T>((resolve, reject) => {
      const id = ++lastId;
      let answered = false;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        asked.pending.delete(fail);
        act();
      };
      const fail = (error: SnapshotError): void => settle(() => reject(error));
      const onAbort = (): void => {
        fail(cancelled(signal!));
        void asked.remote.cancel(id);
        setTimeout(() => {
          if (!answered) stop(asked, "a cancelled call did not stop");
        }, GRACE_MS);
      };
      const timer = setTimeout(() => {
        fail(timedOut(timeoutMs));
        stop(asked, "a call took too long");
      }, timeoutMs);
      asked.pending.add(fail);
      signal?.addEventListener("abort", onAbort, { once: true });
      send(asked.remote, transfer(message(id), [...(handedOver ?? [])])).then(
        (envelope) => {
          answered = true;
          settle(() => settleWith(envelope, resolve, reject));
        },
        (error: unknown) => {
          answered = true;
          fail(notSent(error));
        },
      );
    });

  return {
    async call(call) {
      if (call.signal?.aborted === true) throw cancelled(call.signal);
      running ??= start();
      return ask(running, call);
    },
    close() {
      if (running !== undefined) stop(running, "it was closed");
    },
  };
}

function settleWith<T>(envelope: Envelope<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(unseal(envelope));
  } catch (error) {
    reject(error);
  }
}

function cancelled(signal: AbortSignal): SnapshotError {
  return new SnapshotError("Cancelled", "opening a snapshot: cancelled by the caller", { cause: signal.reason });
}

function timedOut(timeoutMs: number): SnapshotError {
  return new SnapshotError("WorkerTimeout", `the worker did not answer in ${timeoutMs} ms`, { fields: { timeoutMs } });
}

/** What cannot be posted is the caller's: a function or a live object among the options. The rest is a bug of ours. */
function notSent(error: unknown): SnapshotError {
  const reason = error instanceof Error ? error.message : String(error);
  if ((error as { name?: unknown } | undefined)?.name === "DataCloneError") {
    return new SnapshotError("UsageError", `the options cannot be sent to a worker: ${reason}`, { cause: error });
  }
  return new SnapshotError("InternalError", `calling the worker: ${reason}`, {
    fields: { call: "worker" },
    cause: error,
  });
}
