import { Worker } from "node:worker_threads";
import { type ClientOptions, createClient, type WorkerClient, type WorkerPort } from "./client.ts";
import { toEndpoint } from "./node-port.ts";

export type { ClientOptions, WorkerClient, WorkerPort } from "./client.ts";

/** Starts the library in a worker thread. @throws SnapshotError `WorkerFailed` from the first call. */
export function createWorker(options: ClientOptions & { readonly worker?: () => Worker } = {}): WorkerClient {
  const spawn = options.worker ?? (() => new Worker(new URL("./worker-entry.node.js", import.meta.url)));
  return createClient(() => toPort(spawn()), options);
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
