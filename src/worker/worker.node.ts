import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type ClientOptions, createClient, type WorkerClient, type WorkerPort } from "./client.ts";
import { toEndpoint } from "./node-port.ts";
import { createPool, type PoolOptions, type WorkerPool } from "./pool.ts";

export type { ClientOptions, WorkerClient, WorkerOpenOptions, WorkerPort } from "./client.ts";
export type { BatchResult, DigestOptions, PoolOptions, Sources, WorkerPool } from "./pool.ts";
export type { FileDigest } from "./remote.ts";

/** Makes a Worker; the default runs the script beside this one. */
interface Spawning {
  readonly worker?: () => Worker;
}

/** Starts the library in a worker thread. @throws SnapshotError `WorkerFailed` from the first call. */
export function createWorker(options: ClientOptions & Spawning = {}): WorkerClient {
  return createClient(spawnerOf(options), options);
}

/** Starts the library in several worker threads, for many files. Each thread starts when it is first needed. */
export function createWorkerPool(options: PoolOptions & Spawning = {}): WorkerPool {
  return createPool(spawnerOf(options), { ...options, processors: availableParallelism() });
}

function spawnerOf({ worker }: Spawning): () => WorkerPort {
  const spawn = worker ?? (() => new Worker(new URL("./worker-entry.node.js", import.meta.url)));
  return () => toPort(spawn());
}

function toPort(worker: Worker): WorkerPort {
  // An idle worker must not keep the process alive; a call under way does, through its timer.
  worker.unref();
  return {
    endpoint: toEndpoint(worker),
    terminate: () => void worker.terminate(),
    onFailure(listener) {
      worker.on("error", (error) => listener(error.message));
      worker.on("exit", (code) => listener(`it left with status ${code}`));
      worker.on("messageerror", () => listener("an answer could not be read"));
    },
  };
}
