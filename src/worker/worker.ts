import { type ClientOptions, createClient, type WorkerClient, type WorkerPort } from "./client.ts";

export type { ClientOptions, WorkerClient, WorkerPort } from "./client.ts";

/** Starts the library in a worker of this page. @throws SnapshotError `WorkerFailed` from the first call. */
export function createWorker(options: ClientOptions & { readonly worker?: () => Worker } = {}): WorkerClient {
  const spawn = options.worker ?? (() => new Worker(new URL("./worker-entry.ts", import.meta.url), { type: "module" }));
  return createClient(() => toPort(spawn()), options);
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
