import { type ClientOptions, createClient, type WorkerClient, type WorkerPort } from "./client.ts";
import { createPool, type PoolOptions, type WorkerPool } from "./pool.ts";

export type { ClientOptions, WorkerClient, WorkerOpenOptions, WorkerPort } from "./client.ts";
export type { BatchResult, DigestOptions, PoolOptions, Sources, WorkerPool } from "./pool.ts";
export type { FileDigest } from "./remote.ts";

/** Makes a Worker; the default runs the script beside this one. */
interface Spawning {
  readonly worker?: () => Worker;
}

/** Starts the library in a worker of this page. @throws SnapshotError `WorkerFailed` from the first call. */
export function createWorker(options: ClientOptions & Spawning = {}): WorkerClient {
  return createClient(spawnerOf(options), options);
}

/** Starts the library in several workers of this page, for many files. Each worker starts when it is first needed. */
export function createWorkerPool(options: PoolOptions & Spawning = {}): WorkerPool {
  return createPool(spawnerOf(options), { ...options, processors: navigator.hardwareConcurrency });
}

function spawnerOf({ worker }: Spawning): () => WorkerPort {
  const spawn = worker ?? (() => new Worker(new URL("./worker-entry.ts", import.meta.url), { type: "module" }));
  return () => toPort(spawn());
}

function toPort(worker: Worker): WorkerPort {
  return {
    endpoint: worker,
    terminate: () => worker.terminate(),
    onFailure(listener) {
      worker.addEventListener("error", (event) => listener(event.message || "its script could not be loaded"));
      worker.addEventListener("messageerror", () => listener("an answer could not be read"));
    },
  };
}
